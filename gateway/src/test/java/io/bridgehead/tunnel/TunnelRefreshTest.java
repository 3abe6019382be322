package io.bridgehead.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.tls.KeyMaterial;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Connections give way to others before the certificates end that they were made with. */
@Execution(ExecutionMode.CONCURRENT)
final class TunnelRefreshTest {
    @TempDir
    private Path folder;

    private TestFabric fabric;

    private record Two(TestNode aws, TestNode azure) {}

    @BeforeEach
    void open() {
        fabric = new TestFabric(folder);
    }

    @AfterEach
    void close() {
        fabric.close();
    }

    /** Two nodes for which it is, and stays, this long before the first of their certificates ends; the first one dials. */
    private Two start(Duration beforeEnd) {
        KeyMaterial one = fabric.gateway("aws", "a1");
        KeyMaterial other = fabric.gateway("azure", "z1");
        Instant end = one.notAfter().isBefore(other.notAfter()) ? one.notAfter() : other.notAfter();
        Clock clock = Clock.fixed(end.minus(beforeEnd), ZoneOffset.UTC);
        TestNode aws = fabric.started(new TestNode("aws", "a1", one, 1, 0, TunnelLimits.defaults(), clock))
                .start();
        TestNode azure = fabric.started(new TestNode("azure", "z1", other, 1, 0, TunnelLimits.defaults(), clock))
                .start();
        aws.tunnels().reconcile(List.of(azure.address()), Set.of());
        aws.awaitRequests(azure);
        return new Two(aws, azure);
    }

    private static long connected(TestNode node, Purpose purpose) {
        return node.events().stream()
                .filter(event -> event.startsWith("connected") && event.endsWith("dialed"))
                .filter(event -> event.contains("(" + purpose.name().toLowerCase(Locale.ROOT) + ","))
                .count();
    }

    @Test
    void anotherConnectionTakesOverAndNoRequestFails() {
        Two two = start(Duration.ofMillis(1_200));
        TestNode aws = two.aws();
        TestNode azure = two.azure();
        List<Exchange> exchanges = new ArrayList<>();
        Await.until("connections were replaced", () -> {
            if (exchanges.size() < 2_000) {
                exchanges.add(Exchange.get(aws, azure.node(), "/after/20"));
            }
            return connected(aws, Purpose.CONTROL) >= 3 && connected(aws, Purpose.REQUESTS) >= 3;
        });
        for (Exchange exchange : exchanges) {
            assertThat(Await.done(exchange.result()).text()).isEqualTo("z1");
        }
        aws.awaitLiveness(azure, Liveness.UP);
    }

    @Test
    void connectionsWithMuchTimeLeftStay() {
        Two two = start(Duration.ofDays(1));
        TestNode aws = two.aws();
        TestNode azure = two.azure();
        Exchange slow = Exchange.get(aws, azure.node(), "/after/1500");
        assertThat(Await.done(slow.result()).text()).isEqualTo("z1");
        assertThat(aws.events()).noneMatch(event -> event.contains("took its place"));
    }
}
