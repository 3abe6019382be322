package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.read.NodeConfigReader;
import io.bridgehead.config.schema.Reading;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class TelemetryTest {
    /** The telemetry's own bound, and what a busy machine adds. */
    private static final Duration ENOUGH = Duration.ofSeconds(8);

    private static NodeConfig config(String telemetry) {
        NodeConfigReader reader = new NodeConfigReader(Path.of("/etc/bridgehead"), "gw-1");
        return switch (reader.read("gateway.yaml", "site: { name: aws }\ntelemetry: " + telemetry + "\n")) {
            case Reading.Done<NodeConfig> done -> done.value();
            case Reading.Refused<NodeConfig> refused -> throw new AssertionError(refused.problems());
        };
    }

    /** Each of its signals would wait 5 to 10 s for an answer. */
    @Test
    void aCollectorThatIsSilentDoesNotHoldUpTheEnd() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Telemetry telemetry = telemetry(silent.getLocalPort());
            assertThat(CompletableFuture.runAsync(telemetry::close)).succeedsWithin(ENOUGH);
        }
    }

    private static Telemetry telemetry(int port) throws Exception {
        return Telemetry.start(
                config("{ accessLog: { enabled: false }, otlp: { endpoint: \"http://127.0.0.1:" + port
                        + "\", interval: 1h, logs: true } }"),
                "test",
                () -> 0,
                System::nanoTime,
                Thread.ofPlatform().daemon().factory());
    }
}
