package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node that runs out of file descriptors does four things one after another, stays reachable for operators, and comes back. */
@Tag("timed")
final class AnOverloadedNodeShedsLoadInStepsIT {
    private static final int DESCRIPTORS = 1_000;

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a");

    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");
    private static final Deque<RawClient> IDLE = new ArrayDeque<>();

    @BeforeAll
    static void start() throws Exception {
        node().yaml().set("limits", "{ drainTimeout: 2s, idleTimeout: 1h }");
        FABRIC.start();
        FABRIC.applied(node(), Documents.http("shop", "shop.example", Map.of("aws", List.of(ENDPOINT.address()))));
        TestFabric.awaitServing(node(), "shop", "aws");
        Process limited = new ProcessBuilder(
                        "prlimit", "--pid", Long.toString(node().pid()), "--nofile=" + DESCRIPTORS + ":" + DESCRIPTORS)
                .inheritIO()
                .start();
        assertThat(limited.waitFor()).isZero();
    }

    @AfterAll
    static void closeAll() throws IOException {
        drop(0);
    }

    private static TestNode node() {
        return FABRIC.node("aws-a");
    }

    private static String level() {
        return node().get("/v1/status").getJsonObject("overload").getString("level");
    }

    /** As the system counts them; the node itself does so once a second. */
    private static int descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(node().pid()), "fd"))) {
            return (int) open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens idle connections until the node uses so many descriptors, and waits for the level that this is. */
    private static void fill(int target, String level) throws IOException {
        for (int missing = target - descriptors(); missing > 0; missing--) {
            IDLE.push(RawClient.to(node().http()));
        }
        Patience.until("level " + level, () -> level().equals(level), () -> level() + " at " + descriptors());
    }

    private static void drop(int left) throws IOException {
        while (IDLE.size() > left) {
            IDLE.pop().close();
        }
    }

    @Test
    void itShortensTimersEndsConnectionsRefusesAndStopsAccepting() throws IOException {
        assertThat(level()).isEqualTo("none");
        fill(830, "shorten-idle");
        assertThat(RawClient.get(node().http(), "shop.example", "/").first("connection"))
                .isNull();
        fill(915, "end-connections");
        Message ending = RawClient.get(node().http(), "shop.example", "/");
        assertThat(ending.status()).isEqualTo(200);
        assertThat(ending.first("connection")).isEqualTo("close");
        fill(960, "refuse");
        Message refused = RawClient.get(node().http(), "shop.example", "/");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.first("retry-after")).isEqualTo("2");
        assertThat(refused.text()).contains("overloaded");
        fill(984, "stop-accepting");
        try (RawClient waiting = RawClient.to(node().http())) {
            waiting.send("GET / HTTP/1.1\r\nhost: shop.example\r\n\r\n");
            assertThat(node().ask("/ready")).as("operators still get in").isNotNull();
            node().awaitMeter(level -> level == 4, "bridgehead_overload_level");
            node().awaitMeter(measured -> measured > 0, "bridgehead_loop_lag_seconds_count");
            drop(300);
            assertThat(waiting.answer().status()).isEqualTo(200);
        }
        Patience.until("the level falls", () -> level().equals("none"));
        node().awaitMeter(changes -> changes == 1, "bridgehead_overload_changes_total", "stop-accepting");
        node().awaitMeter(refusals -> refusals > 0, "bridgehead_refusals_total", "overloaded");
        node().awaitLog("overload", "refuse -> stop-accepting");
    }
}
