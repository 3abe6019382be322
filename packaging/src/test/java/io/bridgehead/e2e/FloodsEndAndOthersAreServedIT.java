package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.corpus.Case;
import io.bridgehead.corpus.CaseFile;
import io.bridgehead.corpus.Frames;
import io.bridgehead.corpus.Http2Client;
import io.bridgehead.corpus.Trial;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.SteadyHttp2;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.e2e.traffic.TlsClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Floods over TLS end by GOAWAY with the right code and are counted by their cause, at a node that serves by itself and at one that
 * serves through a tunnel, while clients beside them on the same event loop miss no answer and wait for none.
 */
@Tag("timed")
final class FloodsEndAndOthersAreServedIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final String CLOSED = "bridgehead_connections_closed_total";
    private static final String TUNNEL_FAULTS = "bridgehead_tunnel_faults_total";
    private static final String HANDSHAKES_FAILED = "bridgehead_tls_handshakes_failed_total";
    private static final String HOST = "a.example";
    private static final long WAIT_MAX_MILLIS = 2_000;
    private static final int SILENT = 200;
    private static final int KEY_UPDATES = 200;
    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("azure-1");
    private static final Side AWS = new Side(FABRIC.node("aws-a"), Ports.next());
    private static final Side AZURE = new Side(FABRIC.node("azure-a"), Ports.next());
    private static final List<Side> SIDES = List.of(AWS, AZURE);
    private static final Map<Side, Double> FAULTS_AT_START = new HashMap<>();
    private static final List<SteadyHttp2> BESIDE = new ArrayList<>();
    private static final List<Steady> BESIDE_PLAIN = new ArrayList<>();

    /** A node with the port of its HTTPS listener. */
    record Side(TestNode node, int port) {
        @Override
        public String toString() {
            return node.name();
        }
    }

    record Flood(Case given, Side side) {
        String reason() {
            return given.name().substring(0, given.name().indexOf(':'));
        }

        @Override
        public String toString() {
            return given.name() + " at " + side;
        }
    }

    @BeforeAll
    static void start() throws IOException {
        for (Side side : SIDES) {
            FABRIC.pki().web(side.node().folder(), "web", HOST);
            side.node()
                    .yaml()
                    .set("limits", "{ drainTimeout: 2s, tlsHandshakeTimeout: 3s }")
                    .listener(
                            "https",
                            side.port(),
                            "protocol: HTTPS, tls: { certificates: [ { certificate: web.crt, key: web.key } ] }");
        }
        FABRIC.start();
        FABRIC.applied(AWS.node(), Documents.http("shop", HOST, Map.of("azure", List.of(ENDPOINT.address()))));
        for (Side side : SIDES) {
            TestFabric.awaitServing(side.node(), "shop", "azure");
            FAULTS_AT_START.put(side, side.node().meter(TUNNEL_FAULTS));
            BESIDE.add(FABRIC.closing(SteadyHttp2.gets(client().http2(side.port(), HOST), HOST)));
            BESIDE_PLAIN.add(FABRIC.closing(Steady.gets(side.node().http(), HOST, 2)));
        }
        BESIDE_PLAIN.forEach(Steady::awaitWarm);
    }

    private static TlsClient client() {
        return TlsClient.trusting(FABRIC.pki().folder().resolve("ca.crt"), null);
    }

    private static Http2Client attacker(Side side, String from) throws IOException {
        SSLSocket socket = client().from(InetAddress.getByName(from), side.port(), HOST, "h2");
        socket.startHandshake();
        return new Http2Client(socket);
    }

    private static double closed(Side side, String reason) {
        return side.node().meter(CLOSED, "reason=\"" + reason + "\"", "listener=\"https\"");
    }

    private static void awaitClosed(Side side, String reason, double before) {
        Patience.until(
                "a connection of " + side + " counted as " + reason,
                () -> closed(side, reason) > before,
                () -> side.node()
                        .metrics()
                        .lines()
                        .filter(line -> line.startsWith(CLOSED))
                        .toList()
                        .toString());
    }

    static Stream<Flood> floods() {
        return CaseFile.read("https-floods").stream()
                .flatMap(given -> SIDES.stream().map(side -> new Flood(given, side)));
    }

    @ParameterizedTest
    @MethodSource
    void floods(Flood flood) throws IOException {
        double before = closed(flood.side(), flood.reason());
        new Trial(new Case.Run(flood.given(), true, false, flood.side().equals(AWS)))
                .http2(attacker(flood.side(), "127.0.0.1"));
        awaitClosed(flood.side(), flood.reason(), before);
    }

    /** A field of 4,000 bytes that each of a hundred heads names 4,000 times: 1.6 GB from 0.8 MB. */
    @Test
    void hpackBombsAreAnsweredOneByOne() throws IOException {
        String bomb = "  \\hpack 4001787fa11e" + "79".repeat(4_000) + "be".repeat(4_000);
        for (Side side : SIDES) {
            try (Http2Client client = attacker(side, "127.0.0.1")) {
                client.send(Frames.encode(List.of("x100 HEADERS {i} end GET " + HOST + " /", bomb), true), false);
                for (int stream = 1; stream < 200; stream += 2) {
                    int id = stream;
                    assertThat(client.readUntil(() -> client.on(id).startsWith("431 (refused)")))
                            .as(client.all())
                            .isTrue();
                }
            }
        }
    }

    /** Twice as many connections as one window of time allows: a window may end between any two. */
    @Test
    void resetsOfOneAddressAddUpOverItsConnections() throws IOException {
        List<String> resets = List.of("x90 HEADERS {i} end GET " + HOST + " / ; RST {i} CANCEL");
        for (Side side : SIDES) {
            double before = closed(side, "address-resets");
            List<String> heard = new ArrayList<>();
            String end = "";
            while (heard.size() < 26 && end.isEmpty()) {
                try (Http2Client client = attacker(side, "127.0.0.9")) {
                    client.send(Frames.encode(resets, true), false);
                    client.probe();
                    client.readUntil(client::probeAnswered);
                    end = client.goAway();
                    heard.add(client.all());
                }
            }
            assertThat(end).as("%s", heard).isEqualTo("ENHANCE_YOUR_CALM");
            assertThat(heard).hasSizeGreaterThan(11);
            awaitClosed(side, "address-resets", before);
        }
    }

    @Test
    void handshakesThatNeverEndAreEnded() throws IOException {
        for (Side side : SIDES) {
            double before = side.node().meter(HANDSHAKES_FAILED, "\"timeout\"");
            List<Socket> silent = new ArrayList<>();
            for (int i = 0; i < SILENT; i++) {
                silent.add(new Socket(InetAddress.getLoopbackAddress(), side.port()));
            }
            for (Socket socket : silent) {
                socket.setSoTimeout(20_000);
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
                socket.close();
            }
            side.node().awaitMeter(failed -> failed - before == SILENT, HANDSHAKES_FAILED, "\"timeout\"");
        }
    }

    @Test
    void keyUpdatesWithoutDataEndTheConnection() {
        for (Side side : SIDES) {
            assertThatThrownBy(() -> {
                        try (SSLSocket socket = client().to(side.port(), HOST, "h2")) {
                            for (int i = 0; i < KEY_UPDATES; i++) {
                                socket.startHandshake();
                            }
                            socket.getInputStream().read();
                            socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @AfterAll
    static void clientsBesideMissedNothing() {
        for (SteadyHttp2 client : BESIDE) {
            assertThat(client.failures()).isEmpty();
            assertThat(client.answered()).isGreaterThan(100);
            assertThat(client.longestMillis()).isLessThan(Patience.promisedMillis(WAIT_MAX_MILLIS));
        }
        for (Steady client : BESIDE_PLAIN) {
            assertThat(client.failures()).isEmpty();
            assertThat(client.longestMillis()).isLessThan(Patience.promisedMillis(WAIT_MAX_MILLIS));
        }
        for (Side side : SIDES) {
            assertThat(side.node().meter(TUNNEL_FAULTS)).isEqualTo(FAULTS_AT_START.get(side));
            assertThat(Objects.requireNonNull(side.node()
                            .get("/v1/status")
                            .getJsonObject("overload")
                            .getString("level")))
                    .isEqualTo("none");
            assertThat(side.node().meter("bridgehead_refusals_total", "\"internal\""))
                    .isZero();
        }
    }
}
