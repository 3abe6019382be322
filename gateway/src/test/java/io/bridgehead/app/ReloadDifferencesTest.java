package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.read.NodeConfigReader;
import io.bridgehead.config.schema.Reading;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Before a reload it is known what it would put in force, and nothing that may be secret is said. */
final class ReloadDifferencesTest {
    private static final NodeConfig STARTED = config("""
            site: { name: aws }
            listeners:
              - { name: http, address: 127.0.0.1, port: 8080 }
              - { name: old, address: 127.0.0.1, port: 8081 }
            """);

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
}
