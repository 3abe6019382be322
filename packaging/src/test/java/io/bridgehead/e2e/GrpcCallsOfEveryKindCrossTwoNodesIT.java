package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.GrpcEcho;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of real clients reach real servers, through one node, and through two and the tunnel between them. */
final class GrpcCallsOfEveryKindCrossTwoNodesIT {
    private static final String NEAR = "near.example";
    private static final String FAR = "far.example";
    private static final int LARGE = 4 << 20;
    private static final int MANY = 200;
    private static final long WAIT_SECONDS = 30;

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final int PORT = Ports.next();
    private static final GrpcEcho AWS = FABRIC.closing(GrpcEcho.start());
    private static final GrpcEcho AZURE = FABRIC.closing(GrpcEcho.start());
    private static final GrpcEcho SPARE = FABRIC.closing(GrpcEcho.start());
    private static final GrpcEcho SECURED =
            FABRIC.closing(GrpcEcho.secured(FABRIC.pki().workload("/team/echo", "echo")));
    private static final Map<String, ManagedChannel> CHANNELS = new HashMap<>();

    @BeforeAll
    static void start() {
        TestNode aws = FABRIC.node("aws-a");
        aws.yaml().listener("grpc", PORT, "protocol: HTTP, http2: true");
        FABRIC.start();
        String id = "spiffe://" + TestFabric.TRUST_DOMAIN + "/team/";
        FABRIC.applied(
                aws,
                String.join(
                        "---\n",
                        Documents.grpc("near", NEAR, Map.of("aws", List.of(AWS.address()))),
                        Documents.grpc("far", FAR, Map.of("azure", List.of(AZURE.address()))),
                        Documents.grpc(
                                "secured",
                                "secured.example",
                                Map.of("azure", List.of(SECURED.address())),
                                "tls: { spiffeId: \"" + id + "echo\", clientCertificate: node }"),
                        Documents.grpc(
                                "mistaken",
                                "mistaken.example",
                                Map.of("azure", List.of(SECURED.address())),
                                "tls: { spiffeId: \"" + id + "other\", clientCertificate: node }"),
                        http2("clear", AZURE.address(), "protocol: h2c"),
                        http2(
                                "sealed",
                                SECURED.address(),
                                "protocol: h2",
                                "tls: { spiffeId: \"" + id + "echo\", clientCertificate: node }"),
                        Documents.grpc(
                                "ailing", "ailing.example", Map.of("azure", List.of(AZURE.address(), SPARE.address()))),
                        Documents.grpc("gone", "gone.example", Map.of("azure", List.of("127.0.0.1:" + Ports.next())))));
        TestFabric.awaitServing(aws, "near", "aws");
        TestFabric.awaitServing(aws, "far", "azure");
        TestFabric.awaitServing(aws, "secured", "azure");
        TestFabric.awaitServing(aws, "ailing", "azure");
        TestFabric.awaitServing(aws, "clear", "azure");
        TestFabric.awaitServing(aws, "sealed", "azure");
    }

    /** A service of HTTP/2 that is not said to be one of gRPC. */
    private static String http2(String name, String endpoint, String... more) {
        return Documents.http(name, name + ".example", Map.of("azure", List.of(endpoint)), more)
                .replace("http: { path: /ready }", "tcp: {}");
    }

    @AfterAll
    static void stop() {
        CHANNELS.values().forEach(ManagedChannel::shutdownNow);
    }

    private static ManagedChannel channel(String host) {
        return CHANNELS.computeIfAbsent(
                host,
                name -> NettyChannelBuilder.forAddress("127.0.0.1", PORT)
                        .usePlaintext()
                        .overrideAuthority(name)
                        .maxInboundMessageSize(GrpcEcho.MESSAGE_MAX)
                        .disableRetry()
                        .build());
    }

    private static GrpcEcho server(String host) {
        return host.equals(NEAR) ? AWS : AZURE;
    }

    private static CallOptions patient() {
        return CallOptions.DEFAULT.withDeadlineAfter(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    private static byte[] unary(String host, MethodDescriptor<byte[], byte[]> method, byte[] said) {
        return ClientCalls.blockingUnaryCall(channel(host), method, patient(), said);
    }

    private static Status failure(String host, MethodDescriptor<byte[], byte[]> method, CallOptions options) {
        return failure(host, method, options, "x");
    }

    private static Status failure(
            String host, MethodDescriptor<byte[], byte[]> method, CallOptions options, String said) {
        try {
            ClientCalls.blockingUnaryCall(channel(host), method, options, bytes(said));
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
        throw new AssertionError("the call went well");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /** What a stream told. */
    private static final class Told implements StreamObserver<byte[]> {
        private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
        private final BlockingQueue<Status> ends = new LinkedBlockingQueue<>();

        @Override
        public void onNext(byte[] message) {
            messages.add(message);
        }

        @Override
        public void onError(Throwable problem) {
            ends.add(Status.fromThrowable(problem));
        }

        @Override
        public void onCompleted() {
            ends.add(Status.OK);
        }

        byte[] message() throws InterruptedException {
            return some(messages.poll(WAIT_SECONDS, TimeUnit.SECONDS), "message");
        }

        Status end() throws InterruptedException {
            return some(ends.poll(WAIT_SECONDS, TimeUnit.SECONDS), "end");
        }

        private static <T> T some(@Nullable T got, String what) {
            if (got == null) {
                throw new AssertionError("no " + what + " within " + WAIT_SECONDS + " s");
            }
            return got;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {NEAR, FAR, "secured.example", "clear.example", "sealed.example"})
    void aUnaryCallIsAnswered(String host) {
        assertThat(text(unary(host, GrpcEcho.SAY, bytes("hello")))).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {NEAR, FAR})
    void aServerStreamsManyMessagesInOrder(String host) {
        Iterator<byte[]> answers =
                ClientCalls.blockingServerStreamingCall(channel(host), GrpcEcho.COUNT, patient(), bytes("1000"));
        for (int i = 0; i < 1000; i++) {
            assertThat(text(answers.next())).isEqualTo(Integer.toString(i));
        }
        assertThat(answers.hasNext()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {NEAR, FAR})
    void aClientStreamsManyMessages(String host) throws InterruptedException {
        Told told = new Told();
        StreamObserver<byte[]> out =
                ClientCalls.asyncClientStreamingCall(channel(host).newCall(GrpcEcho.GATHER, patient()), told);
        for (int i = 0; i < 1000; i++) {
            out.onNext(new byte[100]);
        }
        out.onCompleted();
        assertThat(text(told.message())).isEqualTo("1000 messages, 100000 bytes");
        assertThat(told.end().isOk()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {NEAR, FAR})
    void bothSidesTalkInTurn(String host) throws InterruptedException {
        Told told = new Told();
        StreamObserver<byte[]> out =
                ClientCalls.asyncBidiStreamingCall(channel(host).newCall(GrpcEcho.TALK, patient()), told);
        for (int i = 0; i < 50; i++) {
            out.onNext(bytes("line " + i));
            assertThat(text(told.message())).isEqualTo("line " + i);
        }
        out.onCompleted();
        assertThat(told.end().isOk()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {NEAR, FAR, "secured.example"})
    void largeMessagesPassBothWays(String host) {
        byte[] large = new byte[LARGE];
        new Random(7).nextBytes(large);
        assertThat(unary(host, GrpcEcho.SAY, large)).isEqualTo(large);
    }

    @ParameterizedTest
    @ValueSource(strings = {NEAR, FAR})
    void twoHundredStreamsAreOpenAtOnce(String host) throws InterruptedException {
        List<Told> told = new ArrayList<>();
        List<StreamObserver<byte[]>> out = new ArrayList<>();
        // each listener allows a hundred streams a connection
        List<ManagedChannel> more = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            more.add(NettyChannelBuilder.forAddress("127.0.0.1", PORT)
                    .usePlaintext()
                    .overrideAuthority(host)
                    .build());
        }
        try {
            for (int i = 0; i < MANY; i++) {
                Told one = new Told();
                told.add(one);
                out.add(ClientCalls.asyncBidiStreamingCall(
                        more.get(i % more.size()).newCall(GrpcEcho.TALK, patient()), one));
            }
            for (int i = 0; i < MANY; i++) {
                out.get(i).onNext(bytes("stream " + i));
            }
            for (int i = 0; i < MANY; i++) {
                assertThat(text(told.get(i).message())).isEqualTo("stream " + i);
            }
            out.forEach(StreamObserver::onCompleted);
            for (Told one : told) {
                assertThat(one.end().isOk()).isTrue();
            }
        } finally {
            more.forEach(ManagedChannel::shutdownNow);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {NEAR, FAR})
    void anErrorStatusArrivesAsItIs(String host) {
        Status status = failure(host, GrpcEcho.FAIL, patient());
        assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(status.getDescription()).isEqualTo("not today, né");
    }

    @Test
    void anEndpointThatSaysItIsUnavailableGetsNoMoreCalls() {
        TestNode azure = FABRIC.node("azure-a");
        Patience.until("both are fit", () -> azure.meter("bridgehead_endpoints_fit", "\"ailing\"") == 2);
        for (int i = 0; i < 20; i++) {
            assertThat(failure("ailing.example", GrpcEcho.FAIL_WITH, patient(), "13")
                            .getCode())
                    .isEqualTo(Status.Code.INTERNAL);
        }
        assertThat(azure.meter("bridgehead_endpoints_fit", "\"ailing\""))
                .as("INTERNAL is the call's own affair")
                .isEqualTo(2);
        Patience.until("one of them is left alone", () -> {
            assertThat(failure("ailing.example", GrpcEcho.FAIL_WITH, CallOptions.DEFAULT, "14")
                            .getCode())
                    .isEqualTo(Status.Code.UNAVAILABLE);
            return azure.meter("bridgehead_endpoints_fit", "\"ailing\"") == 1;
        });
        for (TestNode node : FABRIC.nodes()) {
            Patience.until(
                    "each node has counted the calls by their status",
                    () -> node.meter(
                                    "rpc_server_call_duration_seconds_count",
                                    "service=\"ailing\"",
                                    "rpc_response_status_code=\"UNAVAILABLE\"")
                            >= 5,
                    node::metrics);
        }
    }

    private static Metadata seen(AtomicReference<Metadata> where) {
        return Objects.requireNonNull(where.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {NEAR, FAR})
    void metadataTravelsInHeadAndTrailers(String host) {
        Metadata sent = new Metadata();
        byte[] raw = {0, 1, (byte) 0xFF, 42};
        sent.put(GrpcEcho.MARK, "seen");
        sent.put(GrpcEcho.MARK_BYTES, raw);
        AtomicReference<Metadata> head = new AtomicReference<>();
        AtomicReference<Metadata> trailers = new AtomicReference<>();
        ClientCall<byte[], byte[]> call = ClientInterceptors.intercept(
                        channel(host),
                        MetadataUtils.newAttachHeadersInterceptor(sent),
                        MetadataUtils.newCaptureMetadataInterceptor(head, trailers))
                .newCall(GrpcEcho.SAY, patient());
        ClientCalls.futureUnaryCall(call, bytes("x"));
        Patience.until("the trailers are there", () -> trailers.get() != null);
        assertThat(seen(head).get(GrpcEcho.MARK)).isEqualTo("seen");
        assertThat(seen(head).get(GrpcEcho.MARK_BYTES)).isEqualTo(raw);
        assertThat(seen(trailers).get(GrpcEcho.MARK)).isEqualTo("seen");
        assertThat(seen(trailers).get(GrpcEcho.MARK_BYTES)).isEqualTo(raw);
    }

    /** A first call, for which all on the way load what they need, may not reach the server before a short deadline. */
    private static void isWarm(String host) {
        assertThat(text(unary(host, GrpcEcho.SAY, bytes("warm")))).isEqualTo("warm");
    }

    @ParameterizedTest
    @ValueSource(strings = {NEAR, FAR})
    void aDeadlineEndsTheCallAtBothEnds(String host) {
        isWarm(host);
        int before = server(host).cancelled();
        Status status = failure(host, GrpcEcho.HANG, CallOptions.DEFAULT.withDeadlineAfter(300, TimeUnit.MILLISECONDS));
        assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        Patience.until("the server knows", () -> server(host).cancelled() > before);
    }

    /** The client says a timeout and does not keep to it, so what ends the call is the node. */
    @ParameterizedTest
    @ValueSource(strings = {NEAR, FAR})
    void theNodeKeepsADeadlineThatTheClientForgets(String host) throws InterruptedException {
        isWarm(host);
        Metadata timeout = new Metadata();
        timeout.put(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER), "400m");
        int before = server(host).cancelled();
        Told told = new Told();
        ClientCalls.asyncServerStreamingCall(
                ClientInterceptors.intercept(channel(host), MetadataUtils.newAttachHeadersInterceptor(timeout))
                        .newCall(GrpcEcho.STALL, CallOptions.DEFAULT),
                bytes("one"),
                told);
        assertThat(text(told.message())).isEqualTo("one");
        Status end = told.end();
        assertThat(end.getCode()).isIn(Status.Code.DEADLINE_EXCEEDED, Status.Code.CANCELLED);
        Patience.until("the server knows", () -> server(host).cancelled() > before);
    }

    @ParameterizedTest
    @ValueSource(strings = {NEAR, FAR})
    void aClientThatCancelsIsHeardByTheServer(String host) throws InterruptedException {
        int before = server(host).cancelled();
        Told told = new Told();
        ClientCall<byte[], byte[]> call = channel(host).newCall(GrpcEcho.TALK, patient());
        StreamObserver<byte[]> out = ClientCalls.asyncBidiStreamingCall(call, told);
        out.onNext(bytes("hello"));
        assertThat(text(told.message())).isEqualTo("hello");
        call.cancel("enough", null);
        Patience.until("the server knows", () -> server(host).cancelled() > before);
        assertThat(text(unary(host, GrpcEcho.SAY, bytes("still there")))).isEqualTo("still there");
    }

    @Test
    void aServiceWithoutAnEndpointIsUnavailable() {
        Status status = failure("gone.example", GrpcEcho.SAY, patient());
        assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(status.getDescription()).isNotBlank();
    }

    @Test
    void aHostThatNobodyServesIsUnimplemented() {
        Status status = failure("nobody.example", GrpcEcho.SAY, patient());
        assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(status.getDescription()).isEqualTo("no-route");
    }

    @Test
    void anEndpointWithAnotherIdentityIsNeverCalled() {
        int before = SECURED.calls();
        assertThat(failure("mistaken.example", GrpcEcho.SAY, patient()).getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(SECURED.calls()).isEqualTo(before);
    }
}
