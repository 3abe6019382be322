package io.bridgehead.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.Caller;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TraceContext;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.routing.ServiceRoute;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that enter at one site and are served at another, over HTTP/2 as in tunnels: the real wire, proxy and listeners on both. */
@Timeout(60)
final class TwoSitesTest {
    private static final SiteName THERE = new SiteName("there");
    private static final SiteName YONDER = new SiteName("yonder");

    private static ServiceRoute orders(SiteName site, Endpoint... endpoints) {
        SequencedMap<SiteName, List<Endpoint>> sites = new LinkedHashMap<>();
        sites.put(site, List.of(endpoints));
        return ServiceRoute.http("orders", List.of("localhost"), sites, Authorizer.everySite(Gateway.DOMAIN));
    }

    private static ServiceRoute database(SiteName site, Endpoint... endpoints) {
        SequencedMap<SiteName, List<Endpoint>> sites = new LinkedHashMap<>();
        sites.put(site, List.of(endpoints));
        return ServiceRoute.tcp("db", List.of("pg"), sites, Authorizer.everySite(Gateway.DOMAIN));
    }

    private static HttpRequest.Builder to(Gateway gateway, String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + gateway.port("http") + path))
                .timeout(Duration.ofMillis(Gateway.BOUND_MILLIS));
    }

    @Test
    void theOtherSiteServesAndKnowsTheFirstCaller() throws Exception {
        try (Backend backend = new Backend();
                Gateway far = Gateway.at(THERE, orders(THERE, backend.endpoint()));
                Gateway near = new Gateway(orders(Gateway.SITE));
                HttpClient client = HttpClient.newHttpClient()) {
            near.dial(THERE, far.tunnelPort(Gateway.SITE));
            near.reconcile(Gateway.http("http", 0));
            HttpResponse<String> posted = client.send(
                    to(near, "/x")
                            .POST(HttpRequest.BodyPublishers.ofString("hello"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(posted.body()).isEqualTo("hello");
            assertThat(backend.forwardedFor.take()).containsExactly("127.0.0.1");
            ExchangeRecord here = near.nextRecord();
            ExchangeRecord there = far.nextRecord();
            assertThat(there.caller().identity()).isEqualTo(here.caller().identity());
            assertThat(there.caller().proof()).isEqualTo(Caller.Proof.TUNNEL);
            assertThat(there.sourceSite()).isEqualTo(Gateway.SITE);
            assertThat(here.destinationSite()).isEqualTo(THERE);
            TraceContext trace = Objects.requireNonNull(there.trace());
            assertThat(trace.traceId())
                    .isEqualTo(Objects.requireNonNull(here.trace()).traceId());
            assertThat(there.parentSpanId())
                    .isEqualTo(here.attempts().getFirst().spanId());
            assertThat(there.requestId()).isEqualTo(here.requestId());
        }
    }

    @Test
    void largeBodiesStreamThrough() throws Exception {
        byte[] large = new byte[8 * 1024 * 1024];
        Arrays.fill(large, (byte) 'x');
        try (Backend backend = new Backend();
                Gateway far = Gateway.at(THERE, orders(THERE, backend.endpoint()));
                Gateway near = new Gateway(orders(Gateway.SITE));
                HttpClient client = HttpClient.newHttpClient()) {
            near.dial(THERE, far.tunnelPort(Gateway.SITE));
            near.reconcile(Gateway.http("http", 0));
            HttpResponse<byte[]> echoed = client.send(
                    to(near, "/")
                            .PUT(HttpRequest.BodyPublishers.ofByteArray(large))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(echoed.body()).isEqualTo(large);
        }
    }

    @Test
    void aPostThatNoEndpointOfOneSiteSawGoesToTheNextSite() throws Exception {
        try (DeadEndpoint dead = new DeadEndpoint();
                DeadEndpoint alsoDead = new DeadEndpoint();
                Backend backend = new Backend();
                Gateway ill = Gateway.at(THERE, orders(THERE, dead.endpoint(), alsoDead.endpoint()));
                Gateway well = Gateway.at(YONDER, orders(YONDER, backend.endpoint()));
                Gateway near = new Gateway(orders(Gateway.SITE));
                HttpClient client = HttpClient.newHttpClient()) {
            near.dial(THERE, ill.tunnelPort(Gateway.SITE));
            near.dial(YONDER, well.tunnelPort(Gateway.SITE));
            near.reconcile(Gateway.http("http", 0));
            HttpResponse<String> posted = client.send(
                    to(near, "/")
                            .POST(HttpRequest.BodyPublishers.ofString("once"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(posted.body()).isEqualTo("once");
            assertThat(near.nextRecord().destinationSite()).isEqualTo(YONDER);
            ExchangeRecord refused = ill.nextRecord();
            assertThat(refused.refusal()).isEqualTo(Refusal.CONNECT_FAILED);
            assertThat(refused.attempts()).hasSize(2);
        }
    }

    @Test
    void whenASiteDiesAWaitingGetIsServedByAnother() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
                Backend backend = new Backend();
                Gateway dying = Gateway.at(THERE, orders(THERE, Endpoint.parse("127.0.0.1:" + silent.getLocalPort())));
                Gateway well = Gateway.at(YONDER, orders(YONDER, backend.endpoint()));
                Gateway near = new Gateway(orders(Gateway.SITE));
                HttpClient client = HttpClient.newHttpClient()) {
            silent.setSoTimeout((int) Gateway.BOUND_MILLIS);
            near.dial(THERE, dying.tunnelPort(Gateway.SITE));
            near.dial(YONDER, well.tunnelPort(Gateway.SITE));
            near.reconcile(Gateway.http("http", 0));
            CompletableFuture<HttpResponse<String>> answer =
                    client.sendAsync(to(near, "/").build(), HttpResponse.BodyHandlers.ofString());
            try (Socket reached = silent.accept()) {
                assertThat(reached.getInputStream().read()).isEqualTo('G');
                dying.cutTunnels();
                assertThat(Gateway.await(answer).statusCode()).isEqualTo(200);
            }
            assertThat(near.nextRecord().attempts()).hasSize(2);
        }
    }

    @Test
    void anAnswerThatBreaksOffFarAwayBreaksOffForTheClient() throws Exception {
        try (Backend backend = new Backend();
                Gateway far = Gateway.at(THERE, orders(THERE, backend.endpoint()));
                Gateway near = new Gateway(orders(Gateway.SITE));
                HttpClient client = HttpClient.newHttpClient()) {
            near.dial(THERE, far.tunnelPort(Gateway.SITE));
            near.reconcile(Gateway.http("http", 0));
            assertThatThrownBy(() -> client.send(
                            to(near, "/cut")
                                    .POST(HttpRequest.BodyPublishers.ofString("x"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
            assertThat(near.nextRecord().refusal()).isNotNull();
            assertThat(far.nextRecord().refusal()).isNotNull();
            assertThat(near.activeExchanges() + far.activeExchanges()).isZero();
        }
    }

    @Test
    void bytesGoThroughWithHalfCloseAndPastADeadSite() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                DeadEndpoint dead = new DeadEndpoint();
                ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Gateway ill = Gateway.at(THERE, database(THERE, dead.endpoint()));
                Gateway well =
                        Gateway.at(YONDER, database(YONDER, Endpoint.parse("127.0.0.1:" + server.getLocalPort())));
                Gateway near = new Gateway(database(YONDER, Endpoint.parse("127.0.0.1:" + server.getLocalPort())))) {
            server.setSoTimeout((int) Gateway.BOUND_MILLIS);
            near.dial(THERE, ill.tunnelPort(Gateway.SITE));
            near.dial(YONDER, well.tunnelPort(Gateway.SITE));
            near.reconcile(Gateway.tcp("pg", 0));
            CompletableFuture<String> served =
                    CompletableFuture.supplyAsync(() -> EdgeListenerTest.serveOnce(server), threads);
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), near.port("pg"))) {
                client.setSoTimeout((int) Gateway.BOUND_MILLIS);
                client.getOutputStream().write("question".getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();
                assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .isEqualTo("answer to question");
            }
            assertThat(Gateway.await(served)).isEqualTo("question");
            assertThat(near.nextRecord().attempts()).hasSize(2);
        }
    }
}
