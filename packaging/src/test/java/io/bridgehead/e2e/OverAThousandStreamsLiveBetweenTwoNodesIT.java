package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TcpEcho;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More TCP connections than one tunnel connection may carry streams: a second one is opened, and all of them live. */
@Tag("timed")
@Tag("long")
final class OverAThousandStreamsLiveBetweenTwoNodesIT {
    private static final int STREAMS = 1_100;

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final int TCP = Ports.next();
    private static final TcpEcho ECHO = FABRIC.closing(TcpEcho.start("echo", TcpEcho.Manner.ECHO));

    @BeforeAll
    static void start() {
        TestNode aws = FABRIC.node("aws-a");
        aws.yaml().listener("tcp", TCP, "protocol: TCP");
        // One endpoint is to serve them all, on one event loop of the far node.
        FABRIC.node("azure-a").yaml().set("limits", "{ drainTimeout: 2s, poolConnectionsMax: 2048 }");
        FABRIC.start();
        FABRIC.applied(aws, Documents.tcp("echo", "tcp", Map.of("azure", List.of(ECHO.address()))));
        TestFabric.awaitServing(aws, "echo", "azure");
        Patience.until("the far node serves as well", OverAThousandStreamsLiveBetweenTwoNodesIT::isServed);
    }

    @Test
    void allOfThemAreAlive() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        List<RawClient> clients = new ArrayList<>();
        try {
            int before = tunnel(aws).getInteger("connections");
            for (int i = 0; i < STREAMS; i++) {
                clients.add(greeted(i));
            }
            Patience.until(
                    "streams and connections are reported",
                    () -> tunnel(aws).getInteger("streams") >= STREAMS
                            && tunnel(aws).getInteger("connections") >= before + 2,
                    () -> before + " connections before, now " + tunnel(aws));
            Patience.until(
                    "streams are metered", () -> aws.meter("bridgehead_tunnel_streams") >= STREAMS, aws::metrics);
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < STREAMS; i++) {
                    String said = "round " + round + " of " + i;
                    byte[] echoed = clients.get(i).send(said).bytes(said.length());
                    assertThat(new String(echoed, StandardCharsets.US_ASCII)).isEqualTo(said);
                }
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    private static RawClient greeted(int i) throws IOException {
        RawClient client = RawClient.to(TCP);
        try {
            assertThat(TcpEcho.greeted(client)).isEqualTo("echo");
            return client;
        } catch (IOException e) {
            client.close();
            throw new IOException("stream " + i + " was not greeted", e);
        }
    }

    /** The far node may learn of the service a moment later than this one. */
    private static boolean isServed() {
        try (RawClient client = greeted(-1)) {
            return client != null;
        } catch (IOException e) {
            return false;
        }
    }

    private static JsonObject tunnel(TestNode node) {
        return node.get("/v1/tunnels").getJsonArray("tunnels").getJsonObject(0);
    }
}
