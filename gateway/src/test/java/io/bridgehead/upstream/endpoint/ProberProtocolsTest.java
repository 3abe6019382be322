package io.bridgehead.upstream.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.health.HealthCheck;
import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.routing.ProxyHeader;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.WireLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Probes over HTTP/2, and by the health protocol of gRPC. */
final class ProberProtocolsTest {
    private static final HealthCheck.Probe.Grpc ORDERS = new HealthCheck.Probe.Grpc("shop.Orders");

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static Loops loops;

    @BeforeAll
    static void startLoops() {
        loops = Loops.start(2);
    }

    @AfterAll
    static void stopLoops() throws Exception {
        loops.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** What a probe finds at an endpoint that answers so: empty for fit. */
    private static String probe(HealthCheck.Probe probe, Consumer<ServerStream> answer) throws InterruptedException {
        Loop loop = loops.all().get(0);
        BlockingQueue<String> found = new LinkedBlockingQueue<>();
        try (Http2TestEndpoint endpoint = new Http2TestEndpoint(loops.all().get(1), 100)) {
            endpoint.answering(answer);
            EndpointAddresses addresses = new EndpointAddresses(
                    (host, done) -> done.failed("no names here"), EndpointTrust.ANY, System::nanoTime, changed -> {});
            addresses.use(List.of(endpoint.address()));
            EndpointLink link = new EndpointLink(
                    loop,
                    new Dialer(loop, addresses),
                    endpoint.address(),
                    EndpointProtocol.H2C,
                    5_000,
                    () -> new EndpointBounds(PoolLimits.DEFAULT, WireLimits.endpoint()),
                    new Unheard());
            HealthCheck check = new HealthCheck(probe, Duration.ofSeconds(20), Duration.ofSeconds(10), 1, 1);
            OnLoop.run(
                    loop,
                    () -> ProbeRun.start(link, check, ProxyHeader.NONE, new ProbeRun.Done() {
                        @Override
                        public void probed(boolean success, String detail) {
                            found.add(success == detail.isEmpty() ? detail : "success " + success + ": " + detail);
                        }

                        @Override
                        public void notMade() {
                            found.add("not made");
                        }
                    }));
            String detail = found.poll(15, TimeUnit.SECONDS);
            assertThat(detail).as("the probe ended").isNotNull();
            if (probe instanceof HealthCheck.Probe.Grpc) {
                assertThat(endpoint.heads().getFirst().path()).isEqualTo("/grpc.health.v1.Health/Check");
                assertThat(endpoint.heads().getFirst().fields().toString()).contains("te: trailers");
                assertThat(endpoint.bodies()).isEqualTo("\0\0\0\0\r\n\13shop.Orders");
            }
            return String.valueOf(detail);
        }
    }

    private record Unheard() implements PoolEvents {
        @Override
        public void onConnectFailed(Dialer.Failure failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onPoolFull() {
            throw new AssertionError("there is no pool");
        }
    }

    private static HeaderFields status(String value) {
        HeaderFields fields = new HeaderFields();
        fields.add("grpc-status", value);
        return fields;
    }

    private static Consumer<ServerStream> message(String bytes, String status) {
        return stream -> {
            stream.sendResponse(new ResponseHead(200, new HeaderFields()), false);
            stream.sendData(Chunk.of(bytes.getBytes(StandardCharsets.ISO_8859_1)), false);
            stream.sendTrailers(status(status));
        };
    }

    @Test
    void httpIsAskedOverHttp2() throws Exception {
        HealthCheck.Probe.Http ready = new HealthCheck.Probe.Http("/ready");
        assertThat(probe(ready, stream -> stream.sendResponse(new ResponseHead(204, new HeaderFields()), true)))
                .isEmpty();
        assertThat(probe(ready, stream -> stream.sendResponse(new ResponseHead(500, new HeaderFields()), true)))
                .isEqualTo("the probe was answered with status 500");
    }

    @Test
    void servingIsFit() throws Exception {
        assertThat(probe(ORDERS, message("\0\0\0\0\2\10\1", "0"))).isEmpty();
        assertThat(probe(ORDERS, message("\0\0\0\0\7\22\3abc\10\1", "0")))
                .as("with a field of another version")
                .isEmpty();
    }

    @Test
    void anythingElseIsNot() throws Exception {
        assertThat(probe(ORDERS, message("\0\0\0\0\2\10\2", "0"))).isEqualTo("the probe was answered with NOT_SERVING");
        assertThat(probe(ORDERS, message("\0\0\0\0\0", "0"))).isEqualTo("the probe was answered with UNKNOWN");
        assertThat(probe(ORDERS, message("\0\0\0\0\3\10\1\377", "0"))).contains("cannot be read");
        assertThat(probe(ORDERS, message("\0\177\377\377\377\10\1", "0"))).contains("cannot be read");
        assertThat(probe(ORDERS, message("\1\0\0\0\2\10\1", "0"))).contains("no gRPC message");
        assertThat(probe(ORDERS, message("\0\0\0\0\2\10\1", "13"))).contains("grpc-status 13");
        assertThat(probe(ORDERS, stream -> stream.sendResponse(new ResponseHead(503, new HeaderFields()), true)))
                .contains("status 503");
    }

    @Test
    void anAnswerOfTrailersOnlyIsRead() throws Exception {
        HeaderFields unknown = status("5");
        unknown.add("grpc-message", "unknown service");
        assertThat(probe(ORDERS, stream -> stream.sendResponse(new ResponseHead(200, unknown), true)))
                .isEqualTo("the probe was answered with grpc-status 5, unknown service");
    }
}
