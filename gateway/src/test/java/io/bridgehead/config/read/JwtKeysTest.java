package io.bridgehead.config.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.JwtSettings;
import io.bridgehead.config.JwtSettings.Carrier;
import io.bridgehead.config.JwtSettings.Issuer;
import io.bridgehead.config.JwtSettings.Location;
import io.bridgehead.config.JwtSettings.Taken;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Reading;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JwtKeysTest {
    private static final String ISSUER =
            "{ name: login, issuer: \"https://l.example\", jwks: { file: l.jwks }, audiences: [ shop ]";

    private static Reading<NodeConfig> read(String issuers, String listener) {
        return new NodeConfigReader(Path.of("/etc/bridgehead"), "node")
                .read("gateway.yaml", """
                site: { name: aws }
                identity: { trustDomain: corp.example }
                jwt: { issuers: [ %s ] }
                listeners: [ { name: edge, port: 8080%s } ]
                """.formatted(issuers, listener));
    }

    private static NodeConfig done(Reading<NodeConfig> reading) {
        assertThat(reading).isInstanceOf(Reading.Done.class);
        return ((Reading.Done<NodeConfig>) reading).value();
    }

    private static List<String> refused(Reading<NodeConfig> reading) {
        assertThat(reading).isInstanceOf(Reading.Refused.class);
        return ((Reading.Refused<NodeConfig>) reading)
                .problems().stream().map(Problem::toString).toList();
    }

    @Test
    void fillsInWhatIsUsual() {
        NodeConfig config = done(read(ISSUER + " }", ", jwt: { issuers: [ login ] }"));
        Issuer issuer = config.jwt().issuers().getFirst();
        assertThat(issuer.algorithms()).containsExactly("ES256", "RS256", "PS256", "ES384");
        assertThat(issuer.clockSkew()).isEqualTo(Duration.ofSeconds(30));
        assertThat(issuer.from()).containsExactly(new Location(Carrier.HEADER, "authorization", "Bearer "));
        assertThat(issuer.forward()).isFalse();
        assertThat(issuer.identity()).isNull();
        assertThat(issuer.jwks().file()).isEqualTo(Path.of("/etc/bridgehead/l.jwks"));
        assertThat(Objects.requireNonNull(config.listeners().getFirst().edge().tokens())
                        .required())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "spiffe://corp.example/site/aws/gateway/{sub}, no identity below /site/ or /operator/",
        "spiffe://corp.example/operator/{sub}, no identity below /site/ or /operator/",
        "spiffe://other.example/user/{sub}, the node's own trust domain",
        "spiffe://corp.example/{sub}, spiffe://<trust domain>/<segment>",
        "spiffe://{sub}/user, spiffe://<trust domain>/<segment>",
        "spiffe://corp.example/user/{}, spiffe://<trust domain>/<segment>",
        "spiffe://corp.example/user/{sub, spiffe://<trust domain>/<segment>",
        "{sub}/x, spiffe://<trust domain>/<segment>",
        "{iss}{sub}, spiffe://<trust domain>/<segment>",
        "user/{sub}, spiffe://<trust domain>/<segment>",
    })
    void refusesIdentitiesThatTokensMustNotMake(String template, String expected) {
        List<String> problems = refused(read(ISSUER + ", identity: \"" + template + "\" }", ""));
        assertThat(problems)
                .singleElement()
                .asString()
                .contains("jwt.issuers[0].identity")
                .contains(expected);
    }

    @Test
    void takesTheSubjectItselfAndPartsOfSegments() {
        for (String template : List.of("{sub}", "spiffe://corp.example/user/{iss}-{sub}/x")) {
            assertThat(Objects.requireNonNull(done(read(ISSUER + ", identity: \"" + template + "\" }", ""))
                                    .jwt()
                                    .issuers()
                                    .getFirst()
                                    .identity())
                            .template())
                    .isEqualTo(template);
        }
    }

    @Test
    void refusesListenersThatTakeNobodysTokensOrTwoIssuersUnderOneName() {
        assertThat(refused(read(ISSUER + " }", ", jwt: { issuers: [ logni ] }")))
                .singleElement()
                .asString()
                .contains("listeners[0].jwt.issuers[0]: found 'logni'")
                .contains("did you mean 'login'?");
        String twin = ISSUER.replace("name: login", "name: twin") + " }";
        assertThat(refused(read(ISSUER + " }, " + twin, ", jwt: { issuers: [ login, twin ] }")))
                .singleElement()
                .asString()
                .contains("listeners[0].jwt.issuers[1]: found 'twin'");
        assertThat(refused(read(ISSUER + " }, " + ISSUER + " }", "")))
                .singleElement()
                .asString()
                .contains("jwt.issuers[1].name: found 'login' twice");
    }

    private static Reading<NodeConfig> atGateways(String entries) {
        String other = ISSUER.replace("login", "other").replace("l.example", "o.example");
        return new NodeConfigReader(Path.of("/etc/bridgehead"), "node")
                .read("gateway.yaml", """
                site: { name: aws }
                identity: { trustDomain: corp.example }
                gateways: [ edge/public, edge/second, edge/third ]
                jwt: { issuers: [ %s }, %s } ], gateways: [ %s ] }
                """.formatted(ISSUER, other, entries));
    }

    @Test
    void gatewaysThatShareAPortTakeWhatAllOfThemTake() {
        JwtSettings settings = done(atGateways("""
                        { name: edge/public, issuers: [ login, other ] }, { name: edge/second, issuers: [ other ] },
                        { name: edge/third, issuers: [ other ] }""")).jwt();
        assertThat(settings.at(List.of("edge/none"))).isNull();
        assertThat(settings.at(List.of("edge/none", "edge/public")))
                .isEqualTo(new Taken(List.of("login", "other"), false));
        assertThat(settings.at(List.of("edge/second", "edge/third"))).isEqualTo(new Taken(List.of("other"), false));
        assertThat(settings.at(List.of("edge/public", "edge/second"))).isEqualTo(new Taken(List.of("other"), true));
    }

    @ParameterizedTest
    @CsvSource({
        "'{ name: edge/publik, issuers: [ login ] }', jwt.gateways[0].name, one of 'gateways'",
        "'{ name: edge/public, issuers: [ logn ] }', jwt.gateways[0].issuers[0], the name of one of jwt.issuers",
        "'{ name: edge/public, issuers: [ login ] }, { name: edge/public, issuers: [ other ] }', jwt.gateways[1].name, each Gateway once",
    })
    void refusesGatewaysAndIssuersThatThereAreNot(String entries, String place, String expected) {
        assertThat(refused(atGateways(entries)))
                .singleElement()
                .asString()
                .contains(place)
                .contains(expected);
    }

    private static final String SPIRE =
            "{ name: spire, trustDomain: partner.example, jwks: { file: bundle.json }, audiences: [ shop ]";

    @Test
    void aTrustDomainTakesThePlaceOfAnIssuer() {
        Issuer issuer = done(read(SPIRE + " }", "")).jwt().issuers().getFirst();
        assertThat(issuer.issuer()).isEqualTo("spiffe://partner.example");
        assertThat(Objects.requireNonNull(issuer.identity()).template()).isEqualTo("{sub}");
        assertThat(refused(read(SPIRE + ", issuer: x }", "")))
                .singleElement()
                .asString()
                .contains("either 'issuer' or 'trustDomain'");
        assertThat(refused(read(SPIRE + ", identity: \"{sub}\" }", "")))
                .singleElement()
                .asString()
                .contains("none beside 'trustDomain'");
        assertThat(refused(read("{ name: a, jwks: { file: a }, audiences: [ a ] }", "")))
                .singleElement()
                .asString()
                .contains("either 'issuer' or 'trustDomain'");
    }
}
