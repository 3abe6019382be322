package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.RawHttp2;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A node that is told to stop says first that it is not ready, takes no new connections, asks HTTP/2 clients by GOAWAY and HTTP/1.1 clients by
 * {@code Connection: close} to come back elsewhere, answers what it has begun, of clients and of other nodes, and waits for no longer than
 * {@code drainTimeout}.
 */
@TestMethodOrder(OrderAnnotation.class)
final class AStoppingNodeEndsWhatItHasBegunIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestNode AWS = FABRIC.node("aws-a");
    private static final TestNode AZURE = FABRIC.node("azure-a");
    private static final ExecutorService THREADS = FABRIC.closing(Executors.newVirtualThreadPerTaskExecutor());
    private static final int HTTP2 = Ports.next();
    private static final Semaphore ASKED = new Semaphore(0);
    private static final Semaphore ANSWERS = new Semaphore(0);
    private static final String HELD = "held.example";
    private static final int SIGTERM = 128 + 15;
    private static final int ALL_STREAMS = Integer.MAX_VALUE;
    /** What a stop takes besides, on a machine that does much else. */
    private static final long ENDS_WITHIN_SECONDS = 20;

    @BeforeAll
    static void start() {
        for (TestNode node : FABRIC.nodes()) {
            node.yaml().set("limits", "{ drainTimeout: 1m }");
        }
        AWS.yaml().listener("http2", HTTP2, "http2: true");
        FABRIC.nodes().forEach(TestNode::write);
        FABRIC.start();
        TestEndpoint local = FABRIC.endpoint("aws-1").at("/held", AStoppingNodeEndsWhatItHasBegunIT::held);
        TestEndpoint remote = FABRIC.endpoint("azure-1").at("/held", AStoppingNodeEndsWhatItHasBegunIT::held);
        FABRIC.applied(
                AWS,
                Documents.http("held", HELD, Map.of("aws", List.of(local.address())))
                        + "---\n"
                        + Documents.http("far", "far.example", Map.of("azure", List.of(remote.address()))),
                "--wait",
                "20000");
        TestFabric.awaitServing(AWS, "far", "azure");
    }

    private static void held(Message request, OutputStream out) throws IOException {
        ASKED.release();
        try {
            assertThat(ANSWERS.tryAcquire(2, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        out.write("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nheld".getBytes(StandardCharsets.US_ASCII));
    }

    private static void awaitAsked(int requests) throws InterruptedException {
        assertThat(ASKED.tryAcquire(requests, 1, TimeUnit.MINUTES))
                .as("the endpoint was asked")
                .isTrue();
    }

    private static RawHttp2 http2() throws IOException {
        return RawHttp2.over(new Socket(InetAddress.getLoopbackAddress(), HTTP2), "http");
    }

    private static boolean says(TestNode node, String path, int status, String words) {
        try {
            AdminClient.Answer answer = new AdminClient(node.socket()).get(path);
            return answer.status() == status && answer.body().contains(words);
        } catch (NodeUnreachableException e) {
            return false;
        }
    }

    @Test
    @Order(1)
    void whatClientsHaveBegunIsAnsweredAndTheyAreAskedToGo() throws Exception {
        try (RawHttp2 second = http2();
                RawHttp2 idle = http2();
                RawClient first = RawClient.to(AWS.http())) {
            int stream = second.open("GET", HELD, "/held", true);
            first.send("GET /held HTTP/1.1\r\nHost: " + HELD + "\r\n\r\n");
            assertThat(idle.get(HELD, "/").status()).isEqualTo(200);
            awaitAsked(2);
            CompletableFuture<Integer> stopped = CompletableFuture.supplyAsync(AWS::stop, THREADS);

            Patience.until("it says that it is not ready", () -> says(AWS, "/ready", 503, "draining"));
            assertThat(says(AWS, "/live", 200, "")).as("it lives").isTrue();
            assertThat(second.awaitGoAway())
                    .as("asked first: no stream is lost by it")
                    .isEqualTo(ALL_STREAMS);
            Patience.until("new connections are refused", AStoppingNodeEndsWhatItHasBegunIT::refuses);
            assertThat(idle.endsWithGoAway())
                    .as("without a request it ends at once")
                    .isTrue();
            assertThat(stopped).as("it waits for what it has begun").isNotDone();

            ANSWERS.release(2);
            RawHttp2.Answer answer = second.await(stream);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("held");
            assertThat(second.endsWithGoAway()).isTrue();
            assertThat(second.lastStream()).as("the last that it has begun").isEqualTo(stream);
            Message last = first.answer();
            assertThat(last.text()).isEqualTo("held");
            assertThat(last.first("connection")).isEqualToIgnoringCase("close");
            assertThat(stopped.get(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)).isEqualTo(SIGTERM);
        }
        AWS.start();
        AWS.awaitReady();
        TestFabric.awaitServing(AWS, "far", "azure");
    }

    private static boolean refuses() {
        try (RawClient _ = RawClient.to(AWS.http())) {
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Order(2)
    void whatOtherNodesHaveBegunIsAnswered() throws Exception {
        try (RawHttp2 client = http2()) {
            int stream = client.open("GET", "far.example", "/held", true);
            awaitAsked(1);
            CompletableFuture<Integer> stopped = CompletableFuture.supplyAsync(AZURE::stop, THREADS);
            Patience.until("it says that it is not ready", () -> says(AZURE, "/ready", 503, "draining"));
            ANSWERS.release();
            RawHttp2.Answer answer = client.await(stream);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("held");
            assertThat(stopped.get(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)).isEqualTo(SIGTERM);
            assertThat(client.get(HELD, "/").status())
                    .as("its client noticed nothing")
                    .isEqualTo(200);
        }
        AZURE.start();
        AZURE.awaitReady();
    }

    @Test
    @Order(3)
    void whatIsNotAnsweredIsCutOffAtTheBound() throws Exception {
        AWS.yaml().set("limits", "{ drainTimeout: 1s }");
        AWS.write();
        Cli.run("reload", "--socket", AWS.socket().toString()).good();
        try (RawHttp2 client = http2()) {
            int stream = client.open("GET", HELD, "/held", true);
            awaitAsked(1);
            CompletableFuture<Integer> stopped = CompletableFuture.supplyAsync(AWS::stop, THREADS);
            assertThat(stopped.get(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)).isEqualTo(SIGTERM);
            assertThatThrownBy(() -> client.await(stream)).isInstanceOf(IOException.class);
        } finally {
            ANSWERS.release();
        }
    }
}
