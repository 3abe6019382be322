package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.groups.Tuple.tuple;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.read.NodeConfigReader;
import io.bridgehead.config.schema.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A reload says which keys it leaves, with both values and the reason, and the manual lists the same keys. */
final class RestartNeedsTest {
    private static final NodeConfig STARTED = config("site: { name: aws }\n");

    private static NodeConfig config(String text) {
        NodeConfigReader reader = new NodeConfigReader(Path.of("/etc/bridgehead"), "gw-1");
        return switch (reader.read("gateway.yaml", text)) {
            case Reading.Done<NodeConfig> done -> done.value();
            case Reading.Refused<NodeConfig> refused -> throw new AssertionError(refused.problems());
        };
    }

    @Test
    void whatIsTakenAtOnceNeedsNone() {
        NodeConfig next = config("""
                site: { name: aws }
                listeners: [ { name: http, address: 127.0.0.1, port: 8080 } ]
                tunnel: { peers: [ "gw.azure.example:15008" ] }
                limits: { headerFieldsMax: 20, drainTimeout: 5s }
                telemetry: { otlp: { endpoint: "http://collector:4318" }, accessLog: { enabled: false } }
                trust: { defaultDeny: true }
                """);
        assertThat(RestartNeeds.of(STARTED, next)).isEmpty();
    }

    @Test
    void eachOtherKeyIsNamedWithBothValuesAndTheReason() {
        NodeConfig next = config("""
                node: gw-2
                site: { name: aws }
                tunnel: { port: 15018, advertise: "gw.aws.example:15018" }
                admin: { remote: { operators: { read: [], change: [ "spiffe://bridgehead.internal/operator/ada" ] } } }
                """);
        assertThat(RestartNeeds.of(STARTED, next))
                .extracting(RestartNeeds.Need::key, RestartNeeds.Need::before, RestartNeeds.Need::after)
                .containsExactly(
                        tuple("node", "gw-1", "gw-2"),
                        tuple("tunnel.port", "15008", "15018"),
                        tuple("tunnel.advertise", "(none)", "gw.aws.example:15018"),
                        tuple("admin.remote.address", "(none)", "0.0.0.0"),
                        tuple("admin.remote.port", "(none)", "15009"),
                        tuple("admin.remote.hosts", "(none)", "[]"));
        assertThat(RestartNeeds.of(STARTED, next))
                .allSatisfy(need -> assertThat(need.why()).isNotEmpty());
    }

    /** What is only named must not be taken all the same: callers of a site would be strangers at once. */
    @Test
    void whatWaitsIsNotPutInForce() {
        NodeConfig next = config("""
                node: gw-2
                site: { name: azure, region: r1 }
                identity: { trustDomain: other.example, files: { certificate: o.crt, key: o.key, bundle: o.pem } }
                listeners:
                  - { name: http, address: 127.0.0.1, port: 8080 }
                  - { name: named, address: 127.0.0.1, port: 8081, identity: "spiffe://other.example/site/azure/apps" }
                tunnel: { port: 15018, peers: [ "gw.gcp.example:15008" ] }
                cluster: { port: 5702 }
                state: { directory: elsewhere }
                admin: { metrics: { port: 9091 }, remote: { operators: { read: [], change: [ "spiffe://other.example/operator/ada" ] } } }
                limits: { headerFieldsMax: 20 }
                loops: 3
                dns: { ttlMin: 7s }
                trust: { defaultDeny: true }
                """);
        NodeConfig kept = RestartNeeds.keeping(STARTED, next);
        assertThat(RestartNeeds.of(STARTED, kept)).isEmpty();
        assertThat(kept.spiffeId()).isEqualTo(STARTED.spiffeId());
        assertThat(kept.listeners().get(0).identity())
                .hasToString("spiffe://bridgehead.internal/site/aws/unauthenticated");
        assertThat(kept.listeners().get(1).identity()).hasToString("spiffe://other.example/site/azure/apps");
        assertThat(kept.tunnel().peers()).isEqualTo(next.tunnel().peers());
        assertThat(kept.limits()).isEqualTo(next.limits());
        assertThat(kept.trust().defaultDeny()).isTrue();
        assertThat(RestartNeeds.keeping(next, STARTED).admin().remote())
                .isEqualTo(next.admin().remote());
    }

    private static NodeConfig entered(String domain, String... identities) {
        String listeners = IntStream.range(0, identities.length)
                .mapToObj(
                        i -> "  - { name: l" + i + ", address: 127.0.0.1, port: " + (8080 + i) + identities[i] + " }\n")
                .collect(Collectors.joining());
        return config("site: { name: aws }\nidentity: { trustDomain: " + domain + " }\nlisteners:\n" + listeners);
    }

    /** What policies allow is said of them, and the policies' trust domain is the old one till then. */
    @Test
    void whomAListenerNamesOfTheOtherTrustDomainIsWhoItWasUntilTheRestart() {
        NodeConfig now = entered("a.example", ", identity: \"spiffe://a.example/site/aws/apps\"", "", "");
        NodeConfig next = entered(
                "b.example",
                ", identity: \"spiffe://b.example/site/aws/apps\"",
                ", identity: \"spiffe://b.example/site/aws/other\"",
                "",
                ", identity: \"spiffe://b.example/site/aws/new\"");
        NodeConfig kept = RestartNeeds.keeping(now, next);
        assertThat(kept.listeners())
                .extracting(listener -> listener.identity().toString())
                .containsExactly(
                        "spiffe://a.example/site/aws/apps",
                        "spiffe://a.example/site/aws/unauthenticated",
                        "spiffe://a.example/site/aws/unauthenticated",
                        "spiffe://b.example/site/aws/new");
        assertThat(RestartNeeds.of(now, next))
                .extracting(RestartNeeds.Need::key)
                .contains("listeners[0].identity", "listeners[1].identity")
                .doesNotContain("listeners[2].identity", "listeners[3].identity");
        assertThat(RestartNeeds.keeping(kept, next)).as("the next time too").isEqualTo(kept);
    }

    private static String tokens(String domain, String issuer, String identity) {
        return """
                site: { name: aws }
                identity: { trustDomain: %s }
                jwt:
                  issuers:
                    - { name: login, issuer: "https://%s/", audiences: [ shop ], jwks: { file: k.json }, identity: "%s" }
                admin: { remote: { operators: { read: [], change: [ "spiffe://%1$s/operator/ada" ] } } }
                """.formatted(domain, issuer, identity);
    }

    private static List<String> named(NodeConfig config) {
        return config.jwt().issuers().stream()
                .map(issuer -> String.valueOf(issuer.identity()))
                .toList();
    }

    @Test
    void whomTokensNameAndWhoOperatesIsAsItWasUntilTheRestart() {
        NodeConfig now = config(tokens("a.example", "login.example", "spiffe://a.example/user/{sub}"));
        NodeConfig next = config(tokens("b.example", "login.example", "spiffe://b.example/person/{sub}"));
        NodeConfig kept = RestartNeeds.keeping(now, next);
        assertThat(named(kept)).isEqualTo(named(now));
        assertThat(kept.admin().remote()).isEqualTo(now.admin().remote());
        assertThat(RestartNeeds.of(now, next))
                .extracting(RestartNeeds.Need::key)
                .containsExactly(
                        "identity.trustDomain",
                        "trust.publishers",
                        "admin.remote.operators",
                        "jwt.issuers[0].identity");
        assertThat(RestartNeeds.of(now, kept)).isEmpty();
        assertThat(RestartNeeds.keeping(kept, next)).as("the next time too").isEqualTo(kept);
    }

    @Test
    void subjectsThatAreIdentitiesAreOfTheTrustDomainInForce() {
        NodeConfig now = config(tokens("a.example", "login.example", "{sub}"));
        NodeConfig next = config(tokens("b.example", "other.example", "{sub}"));
        assertThat(named(RestartNeeds.keeping(now, next))).isEqualTo(named(now));
    }

    @Test
    void aNewIssuerWhoseTokensNameCallersOfTheOtherTrustDomainIsRefused() {
        NodeConfig now = config(tokens("a.example", "login.example", "spiffe://a.example/user/{sub}"));
        NodeConfig next = config(tokens("b.example", "other.example", "spiffe://b.example/user/{sub}"));
        assertThatExceptionOfType(KeptDomain.NotYetException.class)
                .isThrownBy(() -> RestartNeeds.keeping(now, next))
                .withMessageContainingAll("'login'", "'spiffe://b.example/user/{sub}'", "a.example till then");
    }

    @Test
    void longValuesAreShownWhereTheyDiffer() {
        String same = "x".repeat(50) + ".example:5701";
        String members = IntStream.range(0, 30)
                .mapToObj(i -> "\"gw" + i + "." + same + "\"")
                .collect(Collectors.joining(", "));
        NodeConfig now = config("site: { name: aws }\ncluster: { members: [ " + members + " ] }\n");
        NodeConfig next =
                config("site: { name: aws }\ncluster: { members: [ " + members.replace("gw20.", "other.") + " ] }\n");
        RestartNeeds.Need need = RestartNeeds.of(now, next).getFirst();
        assertThat(need.before())
                .startsWith("...")
                .endsWith("...")
                .contains("gw20.")
                .hasSizeLessThan(170);
        assertThat(need.after()).startsWith("...").endsWith("...").contains("other.");
    }

    @Test
    void theManualNamesThemAll() throws IOException {
        String rows = Files.readAllLines(Path.of("../docs/operations.md")).stream()
                .filter(line -> line.startsWith("|") && line.contains("| with a restart"))
                .collect(Collectors.joining());
        for (String key : RestartNeeds.keys()) {
            assertThat(rows).contains("`" + key + "`");
        }
    }
}
