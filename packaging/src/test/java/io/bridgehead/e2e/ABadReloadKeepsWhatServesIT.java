package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code reload} takes a good gateway.yaml without a restart; a bad one, or a peer that is not there, stops nothing. */
final class ABadReloadKeepsWhatServesIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a");

    private static final TestNode NODE = FABRIC.node("aws-a");
    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");
    private static final int NOBODY = Ports.next();

    @BeforeAll
    static void start() {
        NODE.yaml()
                .set(
                        "tunnel",
                        "{ address: 127.0.0.1, port: %1$d, advertise: \"127.0.0.1:%1$d\", peers: [ \"127.0.0.1:%2$d\" ] }"
                                .formatted(NODE.ports().tunnel(), NOBODY));
        NODE.write();
        NODE.start();
        NODE.awaitReady();
        FABRIC.applied(NODE, Documents.http("shop", "shop.example", Map.of("aws", List.of(ENDPOINT.address()))));
        TestFabric.awaitServing(NODE, "shop", "aws");
    }

    @BeforeEach
    void goodAgain() {
        NODE.write();
    }

    private static Cli.Result reload() {
        return Cli.run("reload", "--socket", NODE.socket().toString());
    }

    private static int status(int port) throws IOException {
        return RawClient.get(port, "shop.example", "/").status();
    }

    @Test
    void aBrokenFileChangesNothing() throws IOException {
        try (RawClient kept = RawClient.to(NODE.http())) {
            assertThat(kept.exchange("GET", "shop.example", "/", "").status()).isEqualTo(200);
            NODE.write(NODE.yaml().text().replace("loops:", "lops:"));
            Cli.Result result = reload();
            assertThat(result.exit()).as(result.toString()).isEqualTo(1);
            assertThat(result.err()).contains("nothing was changed", "gateway.yaml:", "did you mean 'loops'?");
            assertThat(kept.exchange("GET", "shop.example", "/", "").status()).isEqualTo(200);
        }
        assertThat(status(NODE.http())).isEqualTo(200);
    }

    @Test
    void aListenerIsAddedAndTakenAwayAgain() throws IOException {
        int port = Ports.next();
        NODE.write(NODE.yaml().text() + "  - { name: second, address: 127.0.0.1, port: " + port + " }\n");
        assertThat(reload().good().out()).contains("second");
        assertThat(status(port)).isEqualTo(200);
        assertThat(status(NODE.http())).isEqualTo(200);
        NODE.write();
        reload().good();
        Patience.until("the port is closed", () -> refuses(port));
        assertThat(status(NODE.http())).isEqualTo(200);
    }

    /** What the endpoint gets of a client's baggage. */
    private static @Nullable String baggage(RawClient client, String path) throws IOException {
        client.send("GET " + path + " HTTP/1.1\r\nhost: shop.example\r\nbaggage: user=eve\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(200);
        return ENDPOINT.requests().stream()
                .filter(request -> request.target().equals(path))
                .findFirst()
                .orElseThrow()
                .first("baggage");
    }

    @Test
    void aListenerThatBecomesPublicPassesNoBaggageAnyMore() throws IOException {
        int port = Ports.next();
        String listener = "  - { name: fourth, address: 127.0.0.1, port: " + port;
        NODE.write(NODE.yaml().text() + listener + " }\n");
        reload().good();
        try (RawClient kept = RawClient.to(port)) {
            assertThat(baggage(kept, "/private")).isEqualTo("user=eve");
            NODE.write(NODE.yaml().text() + listener + ", exposure: public }\n");
            reload().good();
            assertThat(kept.isEnded()).as("connections that were there end").isTrue();
        }
        try (RawClient fresh = RawClient.to(port)) {
            assertThat(baggage(fresh, "/public")).isNull();
        }
    }

    private static boolean refuses(int port) {
        try (RawClient client = RawClient.to(port)) {
            return client.isEnded();
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void aListenerWhosePortIsTakenIsNamedAndTheOthersServe() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            NODE.write(NODE.yaml().text() + "  - { name: third, address: 127.0.0.1, port: " + taken.getLocalPort()
                    + " }\n");
            Cli.Result result = reload();
            assertThat(result.exit()).as(result.toString()).isEqualTo(1);
            assertThat(result.err()).contains("listener 'third'", "in use");
            assertThat(status(NODE.http())).isEqualTo(200);
        }
    }

    @Test
    void aPeerThatIsNotThereIsNamedWithItsFault() throws IOException {
        Patience.until(
                "the peer's fault is known",
                () -> NODE.get("/v1/tunnels").encode().contains("connect-failed"),
                () -> String.valueOf(NODE.get("/v1/tunnels")));
        Cli.Result result =
                Cli.run("get", "tunnels", "--socket", NODE.socket().toString()).good();
        assertThat(result.out()).contains("ADDRESS", "127.0.0.1:" + NOBODY, "connecting");
        assertThat(status(NODE.http())).isEqualTo(200);
    }
}
