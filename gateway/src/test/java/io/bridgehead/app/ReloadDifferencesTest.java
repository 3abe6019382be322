package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.read.NodeConfigReader;
import io.bridgehead.config.schema.Reading;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Before a reload it is known what it would put in force, and nothing that may be secret is said. */
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
                        "listener http: changes, from port 8080 to 8090",
                        "listener new: is opened at port 8082",
                        "listener old: is closed",
                        "tunnel.peers: [] -> [gw.azure.example:15008]",
                        "gateways: another",
                        "folders: another",
                        "trust.endpoints: [] -> [10.0.0.0/8]",
                        "trust.defaultDeny: false -> true",
                        "limits: another",
                        "telemetry: another")
                .noneMatch(line -> line.contains("hidden"));
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
