package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.BundleEndpoint;
import io.bridgehead.config.JwtSettings;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.read.NodeConfigReader;
import io.bridgehead.config.schema.Reading;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Before a reload it is known what it would put in force, what each key was and will be, and nothing that is secret is said. */
final class ReloadDifferencesTest {
    private static final NodeConfig STARTED = config("""
        site: { name: aws }
        listeners:
          - { name: http, address: 127.0.0.1, port: 8080 }
          - { name: old, address: 127.0.0.1, port: 8081 }
        """);

    /**
     * Listeners are compared one by one; {@code state} has one key, {@code state.directory}; the last only says that the file is right, which is judged
     * whenever it is read.
     */
    private static final Set<String> ELSEWHERE = Set.of("listeners", "state", "admin.metrics.unsafePublicPlaintext");

    private static NodeConfig config(String text) {
        NodeConfigReader reader = new NodeConfigReader(Path.of("/etc/bridgehead"), "gw-1");
        return switch (reader.read("gateway.yaml", text)) {
            case Reading.Done<NodeConfig> done -> done.value();
            case Reading.Refused<NodeConfig> refused -> throw new AssertionError(refused.problems());
        };
    }

    @Test
    void whatIsTheSameChangesNothing() {
        assertThat(ReloadDifferences.of(STARTED, STARTED.listeners(), STARTED)).isEmpty();
    }

    @Test
    void eachKeyThatIsTakenIsNamed() {
        NodeConfig next = config("""
            site: { name: aws }
            listeners:
              - { name: http, address: 127.0.0.1, port: 8090 }
              - { name: new, address: 127.0.0.1, port: 8082 }
            tunnel: { peers: [ "gw.azure.example:15008" ] }
            limits: { headerFieldsMax: 20 }
            gateways: [ edge/public ]
            folders: [ { source: docs, path: documents } ]
            telemetry: { otlp: { endpoint: "http://collector:4318", headers: { authorization: hidden } } }
            trust: { defaultDeny: true, endpoints: [ 10.0.0.0/8 ] }
            """);
        assertThat(ReloadDifferences.of(STARTED, STARTED.listeners(), RestartNeeds.keeping(STARTED, next)))
                .containsExactly(
                        "listener http: port: 8080 -> 8090",
                        "listener new: is opened at port 8082",
                        "listener old: is closed",
                        "tunnel.peers: [] -> [gw.azure.example:15008]",
                        "gateways: [] -> [edge/public]",
                        "folders: [] -> [Folder[source=docs, path=/etc/bridgehead/documents]]",
                        "trust.endpoints: [] -> [10.0.0.0/8]",
                        "trust.defaultDeny: false -> true",
                        "limits.headerFieldsMax: 100 -> 20",
                        "telemetry.otlp.endpoint: (none) -> http://collector:4318",
                        "telemetry.otlp.metrics: (none) -> true",
                        "telemetry.otlp.traces: (none) -> true",
                        "telemetry.otlp.logs: (none) -> false",
                        "telemetry.otlp.sampling: (none) -> 1.0",
                        "telemetry.otlp.interval: (none) -> 10s",
                        "telemetry.otlp.temporality: (none) -> CUMULATIVE",
                        "telemetry.otlp.headers: (none) -> {authorization=***}")
                .noneMatch(line -> line.contains("hidden"));
    }

    /** What an address asks for can be a key to what is there. */
    @Test
    void whatFollowsTheQuestionMarkOfAnAddressIsNotSaid() {
        NodeConfig one = issuing("https://login.example/keys?key=hidden-1,hidden-2");
        NodeConfig other = issuing("https://login.example/other?key=hidden-2");
        String shown = "jwt.issuers: [] -> [Issuer[name=login, issuer=https://login.example, trustDomain=null,"
                + " jwks=Jwks[file=null, url=https://login.example/keys?***, refresh=";
        assertThat(ReloadDifferences.of(STARTED, STARTED.listeners(), one))
                .singleElement()
                .asString()
                .startsWith(shown);
        assertThat(RestartNeeds.shown(List.of(), one.jwt().issuers()))
                .doesNotContain("hidden")
                .contains("login.example/keys?***");
        assertThat(RestartNeeds.shown(List.of("https://a.example/?hidden"), List.of("https://b.example/?hidden", "c")))
                .isEqualTo("[https://a.example/?***] -> [https://b.example/?***, c]");
        assertThat(ReloadDifferences.of(one, one.listeners(), other))
                .containsExactly(
                        "jwt.issuers[0].jwks.url: https://login.example/keys?*** -> https://login.example/other?***");
    }

    private static NodeConfig issuing(String url) {
        return config("""
            site: { name: aws }
            listeners:
              - { name: http, address: 127.0.0.1, port: 8080 }
              - { name: old, address: 127.0.0.1, port: 8081 }
            jwt: { issuers: [ { name: login, issuer: "https://login.example", audiences: [ shop ], jwks: { url: "%s" } } ] }
            """.formatted(url));
    }

    /** What has a name in records of its own is called as the file has it. */
    @Test
    void keysAreCalledAsInTheFile() {
        NodeConfig next = config("""
            site: { name: aws }
            listeners:
              - { name: http, address: 127.0.0.1, port: 8080, connectionsPerAddress: 7, http2: true }
              - { name: old, address: 127.0.0.1, port: 8081, trustedProxies: [ 10.0.0.0/8 ] }
            limits: { drainTimeout: 90s, prefaceTimeout: 1500ms, datagramIdleTimeout: 1h, requestBodyGrace: 6s, http2: { resetsMax: 7 } }
            telemetry: { accessLog: { only: { status: [ 5xx ] } }, traces: { always: { slowerThan: 1s } } }
            """);
        assertThat(ReloadDifferences.of(STARTED, STARTED.listeners(), RestartNeeds.keeping(STARTED, next)))
                .containsExactly(
                        "listener http: connectionsPerAddress: (none) -> 7",
                        "listener http: http2: false -> true",
                        "listener old: trustedProxies: [] -> [10.0.0.0/8]",
                        "limits.drainTimeout: 30s -> 90s",
                        "limits.prefaceTimeout: 5s -> 1500ms",
                        "limits.datagramIdleTimeout: 1m -> 1h",
                        "limits.requestBodyGrace: 5s -> 6s",
                        "limits.http2.resetsMax: 100 -> 7",
                        "telemetry.accessLog.only.status: [] -> [5]",
                        "telemetry.traces.always.slowerThan: (none) -> 1s");
    }

    /** Each name that a line can begin with is one that the manual has. */
    @Test
    void noKeyIsMadeUp() throws IOException {
        Set<String> written = new TreeSet<>();
        addKeys(written, "listeners[]", NodeConfig.Listener.class);
        addKeys(written, "identity.bundleEndpoint", BundleEndpoint.class);
        addKeys(written, "admin.remote.operators", NodeConfig.AdminRights.class);
        addKeys(written, "jwt.issuers[]", JwtSettings.Issuer.class);
        addKeys(written, "jwt.gateways[]", JwtSettings.AtGateway.class);
        addKeys(written, "limits", NodeConfig.NodeLimits.class);
        addKeys(written, "telemetry", NodeConfig.Telemetry.class);
        written.remove("identity.bundleEndpoint.ocspStaple"); // of listeners alone
        assertThat(written).hasSizeGreaterThan(90);
        assertThat(documented()).containsAll(written);
    }

    private static void addKeys(Set<String> written, String path, Class<?> type) {
        for (RecordComponent component : type.getRecordComponents()) {
            String below = path + "." + component.getName();
            if (KeyDifferences.isSection(component.getType())) {
                addKeys(written, below, component.getType());
            } else {
                written.add(KeyDifferences.key(below));
            }
        }
    }

    private static Set<String> documented() throws IOException {
        Set<String> keys = new HashSet<>();
        String section = "";
        for (String line : Files.readAllLines(Path.of("../docs/configuration.md"))) {
            if (line.startsWith("#")) {
                section = line.replaceAll("[# `]", "");
            } else if (line.startsWith("| `")) {
                keys.add(section + "." + line.split("`", -1)[1]);
            }
        }
        return keys;
    }

    /** A listener whose port could not be opened before is tried again. */
    @Test
    void whatIsServedCounts() {
        assertThat(ReloadDifferences.of(STARTED, STARTED.listeners().subList(0, 1), STARTED))
                .containsExactly("listener old: is opened at port 8081");
    }

    /** No key is in both tables: what waits for a restart is not said to be in force. */
    @Test
    void noKeyWaitsAndIsTaken() {
        assertThat(ReloadDifferences.keys()).doesNotContainAnyElementsOf(RestartNeeds.keys());
    }

    /** What a configuration holds is compared by one of the tables: a key of neither would be changed and not told of. */
    @Test
    void everyKeyWaitsOrIsTaken() {
        Set<String> known = new HashSet<>(ReloadDifferences.keys());
        known.addAll(RestartNeeds.keys());
        List<String> missing = new ArrayList<>();
        leftOut("", NodeConfig.class, known, missing);
        assertThat(missing).isEmpty();
    }

    private static void leftOut(String above, Class<?> type, Set<String> known, List<String> missing) {
        for (RecordComponent component : type.getRecordComponents()) {
            String key = above + component.getName();
            if (known.contains(key) || ELSEWHERE.contains(key)) {
                continue;
            }
            boolean isPartlyKnown = known.stream().anyMatch(one -> one.startsWith(key + "."));
            if (isPartlyKnown && component.getType().isRecord()) {
                leftOut(key + ".", component.getType(), known, missing);
            } else {
                missing.add(key);
            }
        }
    }
}
