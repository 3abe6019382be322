package io.bridgehead.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.ProbeSettings;
import io.bridgehead.config.read.NodeConfigReader;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The port for load balancers of a node that is being made. */
final class NodePortsTest {
    private static NodePorts given(String... words) {
        NodePorts ports = new NodePorts();
        new CommandLine(CommandLine.Model.CommandSpec.create()
                        .addMixin("ports", CommandLine.Model.CommandSpec.forAnnotatedObject(ports)))
                .parseArgs(words);
        ports.require();
        return ports;
    }

    private static NodeConfig read(NodePorts ports) {
        GatewayFile file = new GatewayFile(
                new TrustDomain("corp.example"),
                new SiteName("aws"),
                new NodeName("aws-a"),
                ports,
                null,
                null,
                List.of());
        Reading<NodeConfig> reading = new NodeConfigReader(Path.of("/n"), "host")
                .read("gateway.yaml", file.text().getBytes(StandardCharsets.UTF_8));
        assertThat(reading).isInstanceOf(Reading.Done.class);
        return ((Reading.Done<NodeConfig>) reading).value();
    }

    @Test
    void thereIsNoneUnlessItIsAskedFor() {
        assertThat(read(given()).admin().probe()).isNull();
    }

    @Test
    void itIsWhereTheNodeReadsIt() {
        ProbeSettings usual = Objects.requireNonNull(
                read(given("--probe-port", "8081")).admin().probe());
        assertThat(usual.port()).isEqualTo(8081);
        assertThat(usual.leave()).isEqualTo(Duration.ofSeconds(5));
        assertThat(usual.address().isAnyLocalAddress()).isTrue();
        ProbeSettings longer = Objects.requireNonNull(read(given("--probe-port", "65535", "--probe-leave", "1m"))
                .admin()
                .probe());
        assertThat(longer.leave()).isEqualTo(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--probe-port=0", "--probe-port=-1", "--probe-port=65536", "--probe-leave=12s"})
    void whatNoNodeTakesIsRefused(String word) {
        assertThatThrownBy(() -> given(word))
                .isInstanceOf(Failure.class)
                .hasMessageContainingAll(word.substring(0, word.indexOf('=')), "found", "expected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "61s", "2m", "-1s", "ever", "1 s"})
    void aTimeThatNoNodeTakesIsRefused(String time) {
        assertThatThrownBy(() -> given("--probe-port=8081", "--probe-leave=" + time))
                .isInstanceOf(CommandLine.ParameterException.class)
                .hasMessageContaining("found '" + time + "', expected a duration from 0s to 1m");
    }
}
