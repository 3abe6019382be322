package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SIGHUP while a node starts under a service manager does it no harm, and a reload that is under way when it stops changes nothing. */
@TestMethodOrder(OrderAnnotation.class)
final class ReloadsMeetANodeThatStartsAndStopsIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a");

    private static final TestNode NODE = FABRIC.node("aws-a");
    private static final CountDownLatch ASKED = new CountDownLatch(1);
    private static final CountDownLatch ANSWER = new CountDownLatch(1);
    private static final TestEndpoint ENDPOINT =
            FABRIC.endpoint("aws-1").at("/held", ReloadsMeetANodeThatStartsAndStopsIT::answerLater);
    private static final long HANGUP = 1;

    private static void answerLater(Message request, OutputStream out) throws IOException {
        ASKED.countDown();
        try {
            assertThat(ANSWER.await(5, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        out.write("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nheld".getBytes(StandardCharsets.US_ASCII));
    }

    /** What the system does with SIGHUP for this process, by {@code SigIgn} or {@code SigCgt} of its status. */
    private static boolean hangup(String signals) {
        return hangup(signals, NODE.pid());
    }

    private static boolean hangup(String signals, long process) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(process), "status")).stream()
                    .filter(line -> line.startsWith(signals + ":"))
                    .anyMatch(line -> (Long.parseUnsignedLong(
                                            line.substring(signals.length() + 1).strip(), 16)
                                    & HANGUP)
                            != 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Under nohup nodes have the signal ignored too, and leave it so. */
    @BeforeAll
    static void signalsCome() {
        assumeFalse(hangup("SigIgn", ProcessHandle.current().pid()));
    }

    /** From the launcher's first lines until the node is ready one signal comes after the other. */
    @Test
    @Order(1)
    void sighupWhileANodeStartsEndsNothing() {
        NODE.yaml().set("limits", "{ drainTimeout: 5m }");
        NODE.write();
        NODE.environment("NOTIFY_SOCKET", NODE.folder().resolve("nobody").toString());
        NODE.start();
        Patience.until("SIGHUP does not end the process any more", () -> hangup("SigIgn") || hangup("SigCgt"));
        Patience.until("ready under a hail of signals", () -> {
            NODE.signal("HUP");
            assertThat(NODE.runs()).as(NODE.log()).isTrue();
            return NODE.ask("/ready") != null;
        });
        Patience.until("the signal is taken", () -> hangup("SigCgt"));
        int before = NODE.log().length();
        NODE.signal("HUP");
        Patience.until(
                "a reload",
                () -> NODE.log().substring(before).contains("\"reload: done: "),
                () -> NODE.log().substring(before));
    }

    /** gateway.yaml is a pipe meanwhile: a reload is under way until the test has written into it. */
    @Test
    @Order(2)
    void aReloadThatIsUnderWayWhenTheNodeStopsChangesNothing() throws Exception {
        FABRIC.applied(NODE, Documents.http("shop", "shop.example", Map.of("aws", List.of(ENDPOINT.address()))));
        TestFabric.awaitServing(NODE, "shop", "aws");
        try (RawClient client = RawClient.to(NODE.http())) {
            client.send("GET /held HTTP/1.1\r\nhost: shop.example\r\n\r\n");
            Patience.until("the endpoint has it", () -> ASKED.getCount() == 0);
            String text = NODE.yaml().text();
            Files.delete(NODE.config());
            assertThat(new ProcessBuilder("mkfifo", NODE.config().toString())
                            .start()
                            .waitFor())
                    .isZero();
            int before = NODE.log().length();
            NODE.signal("HUP");
            try (OutputStream pipe = CompletableFuture.supplyAsync(
                            ReloadsMeetANodeThatStartsAndStopsIT::opened, Thread::startVirtualThread)
                    .get(2, TimeUnit.MINUTES)) {
                NODE.signal("TERM");
                Patience.until("the node stops", ReloadsMeetANodeThatStartsAndStopsIT::drains);
                pipe.write(text.replace("drainTimeout: 5m", "drainTimeout: 6m").getBytes(StandardCharsets.UTF_8));
            }
            Patience.until(
                    "the log says what came of it",
                    () -> NODE.log().substring(before).contains("\"reload: "),
                    () -> NODE.log().substring(before));
            assertThat(NODE.log().substring(before))
                    .contains("reload: nothing was changed: the node is stopping")
                    .doesNotContain("reload: done");
            ANSWER.countDown();
            assertThat(client.answer().status()).isEqualTo(200);
        } finally {
            ANSWER.countDown();
        }
        assertThat(NODE.awaitEnd()).isEqualTo(143);
    }

    /** Waits until somebody reads it. */
    private static OutputStream opened() {
        try {
            return Files.newOutputStream(NODE.config());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean drains() {
        try {
            return new AdminClient(NODE.socket()).get("/ready").body().contains("draining");
        } catch (NodeUnreachableException e) {
            return false;
        }
    }
}
