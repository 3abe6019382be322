package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.corpus.Case;
import io.bridgehead.corpus.CaseFile;
import io.bridgehead.corpus.Frames;
import io.bridgehead.corpus.Http2Client;
import io.bridgehead.corpus.RecordingEndpoint;
import io.bridgehead.corpus.Trial;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.e2e.traffic.TlsClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What hostile clients of the corpus send to the listeners of one node, and of two with a tunnel between them, gets the verdict that
 * stands beside it, and the endpoint gets the bytes that stand there or nothing.
 */
@Tag("long")
final class HostileInputMeetsTheDistributionIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("here-a", "there-a");

    private static final int FAILURES_MAX = 5;
    private static final String COUNTED = "http_server_request_duration_seconds_count{";
    /** What the unit test routes, but documents cannot name. */
    private static final String NO_NAME = "host: [2001:db8::1]";

    private static final TestNode HERE = FABRIC.node("here-a");
    private static final TestNode THERE = FABRIC.node("there-a");
    private static final Map<TestNode, Entry> ENTRIES = new HashMap<>();
    private static final TestEndpoint OTHER = FABRIC.endpoint("other");
    private static final RecordingEndpoint ENDPOINT = recording();

    /**
     * Where clients of a node come in.
     *
     * @param both HTTP/1.1 and, with prior knowledge, HTTP/2
     * @param https with HTTP/2 by ALPN
     * @param bystander a client that behaves
     */
    private record Entry(int both, int https, RawClient bystander) {}

    private record PortPair(int both, int https) {}

    private static RecordingEndpoint recording() {
        try {
            return FABRIC.closing(new RecordingEndpoint());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void start() throws IOException {
        Map<TestNode, PortPair> ports = new HashMap<>();
        for (TestNode node : FABRIC.nodes()) {
            FABRIC.pki().web(node.folder(), "web", "a.example");
            PortPair pair = new PortPair(Ports.next(), Ports.next());
            ports.put(node, pair);
            node.yaml()
                    // One address plays all clients.
                    .set("limits", "{ drainTimeout: 2s, http2: { resetsPerAddressMax: 1000000 } }")
                    .listener("both", pair.both(), "http2: true")
                    .listener(
                            "https",
                            pair.https(),
                            "protocol: HTTPS, tls: { certificates: [ { certificate: web.crt, key: web.key } ] }");
        }
        FABRIC.start();
        FABRIC.applied(
                HERE,
                service("orders", "a.example, b.example, 127.0.0.1, \"*.wild.example\"", "127.0.0.1:" + ENDPOINT.port())
                        + "---\n" + service("other", "other.example", OTHER.address()));
        for (Map.Entry<TestNode, PortPair> each : ports.entrySet()) {
            TestFabric.awaitServing(each.getKey(), "orders", "there");
            TestFabric.awaitServing(each.getKey(), "other", "there");
            int both = each.getValue().both();
            ENTRIES.put(each.getKey(), new Entry(both, each.getValue().https(), FABRIC.closing(RawClient.to(both))));
        }
    }

    /** Probes send nothing, so that the endpoint gets what clients send and no more. */
    private static String service(String name, String hosts, String endpoint) {
        return """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: %s }
                spec:
                  hostnames: [ %s ]
                  sites:
                    there: { endpoints: [ "%s" ] }
                  health: { tcp: {} }
                """.formatted(name, hosts, endpoint);
    }

    private static void answersAsItIsTold(Message request, OutputStream out) throws IOException {
        String status = request.target().substring(request.target().indexOf('?') + 1);
        out.write(("HTTP/1.1 " + status + " Test\r\ncontent-length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Every status that an endpoint may answer with and that nobody tries again. */
    private static void bomb(RawClient client, String method) throws IOException {
        StringBuilder requests = new StringBuilder();
        int sent = 0;
        for (int status = 200; status < 450; status++) {
            if (status != 204 && status != 205 && status != 304) {
                requests.append(method)
                        .append(" /bomb?")
                        .append(status)
                        .append(" HTTP/1.1\r\nhost: other.example\r\ncontent-length: 0\r\n\r\n");
                sent++;
            }
        }
        client.send(requests.toString());
        for (int i = 0; i < sent; i++) {
            client.answer();
        }
    }

    @Test
    void clientsCannotMakeSeriesOfMetersWithoutEnd() throws IOException {
        OTHER.at("/bomb", HostileInputMeetsTheDistributionIT::answersAsItIsTold);
        try (RawClient client = RawClient.to(THERE.http())) {
            for (int i = 0; i < 300; i++) {
                client.exchange("BOMB" + i, "h" + i + ".bomb.example", "/bomb" + i, "");
                client.exchange("BOMB" + i, "other.example", "/bomb" + i, "");
            }
        }
        assertThat(series(THERE.metrics()))
                .as("whatever clients choose themselves")
                .isLessThan(500);
        for (int port : List.of(entry(HERE).both(), entry(THERE).both(), THERE.http())) {
            for (String method :
                    List.of("GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "QUERY", "BOMB")) {
                try (RawClient client = RawClient.to(port)) {
                    bomb(client, method);
                }
            }
        }
        String metrics = THERE.metrics();
        assertThat(series(metrics))
                .as("what clients choose together with an endpoint")
                .isBetween(5_000L, 5_001L);
        assertThat(metrics.lines().filter(line -> line.startsWith(COUNTED)))
                .anySatisfy(line -> assertThat(line)
                        .contains("listener=\"overflow\"", "service=\"overflow\"", "route=\"overflow\"")
                        .doesNotEndWith(" 0"));
        assertThat(metrics.toLowerCase(Locale.ROOT)).doesNotContain("bomb");
    }

    private static Entry entry(TestNode node) {
        return Objects.requireNonNull(ENTRIES.get(node));
    }

    private static long series(String metrics) {
        return metrics.lines().filter(line -> line.startsWith(COUNTED)).count();
    }

    @AfterAll
    static void nothingIsLeft() {
        for (TestNode node : FABRIC.nodes()) {
            Patience.until("no exchange is left", () -> node.meter("http_server_active_requests{") == 0, node::metrics);
            assertThat(node.meter("bridgehead_refusals_total", "\"internal\"")).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "smuggling",
                "chunks",
                "downgrade",
                "paths",
                "hosts",
                "request-lines",
                "fields",
                "frames",
                "floods"
            })
    void everyCaseGetsItsVerdict(String family) {
        List<String> failures = new ArrayList<>();
        for (Case given : CaseFile.read(family)) {
            if (given.received().contains(NO_NAME)) {
                continue;
            }
            for (boolean tunnel : new boolean[] {false, true}) {
                if (given.http1() != null) {
                    run(new Case.Run(given, false, false, tunnel), failures);
                }
                if (given.frames() != null) {
                    run(new Case.Run(given, true, false, tunnel), failures);
                }
            }
        }
        assertThat(failures.stream().limit(FAILURES_MAX).toList())
                .as(failures.size() + " cases failed")
                .isEmpty();
    }

    private static void run(Case.Run run, List<String> failures) {
        try {
            Entry entry = Objects.requireNonNull(ENTRIES.get(run.tunnel() ? HERE : THERE));
            ENDPOINT.begin(run.given().endpoint());
            Trial trial = new Trial(run);
            String got = run.http2() ? trial.http2(http2(run, entry)) : trial.http1(entry.both());
            bystander(entry);
            trial.judge(ENDPOINT.seen(), got);
        } catch (AssertionError | IOException e) {
            failures.add(run + ": " + e);
        }
    }

    private static Http2Client http2(Case.Run run, Entry entry) throws IOException {
        if (!Frames.haveNoPreface(Objects.requireNonNull(run.given().frames()))) {
            return new Http2Client(entry.both());
        }
        SSLSocket socket = TlsClient.trusting(FABRIC.pki().folder().resolve("ca.crt"), null)
                .to(entry.https(), "a.example", "h2");
        socket.startHandshake();
        return new Http2Client(socket);
    }

    /**
     * Asks for something else on the same event loops, so that all that came from the case's client has been read and passed on when
     * the answer is here.
     */
    private static void bystander(Entry entry) throws IOException {
        assertThat(entry.bystander().exchange("GET", "other.example", "/", "").status())
                .isEqualTo(200);
    }

    @Test
    void theBystandersAreServed() throws IOException {
        for (Entry entry : ENTRIES.values()) {
            bystander(entry);
        }
    }
}
