package io.bridgehead.e2e.traffic;

import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.tls.MaterialFiles;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A gRPC endpoint made with grpc-java, with one method of each kind and some that misbehave; messages are plain bytes. */
public final class GrpcEcho implements AutoCloseable {
    /** Unary: sends the message back. */
    public static final MethodDescriptor<byte[], byte[]> SAY = method("e2e.Echo/Say", MethodType.UNARY);
    /** Server streaming: as many messages as the request says. */
    public static final MethodDescriptor<byte[], byte[]> COUNT = method("e2e.Echo/Count", MethodType.SERVER_STREAMING);
    /** Client streaming: says how many messages and bytes came. */
    public static final MethodDescriptor<byte[], byte[]> GATHER =
            method("e2e.Echo/Gather", MethodType.CLIENT_STREAMING);
    /** Both ways: sends each message back as it comes. */
    public static final MethodDescriptor<byte[], byte[]> TALK = method("e2e.Echo/Talk", MethodType.BIDI_STREAMING);
    /** Fails with FAILED_PRECONDITION. */
    public static final MethodDescriptor<byte[], byte[]> FAIL = method("e2e.Echo/Fail", MethodType.UNARY);
    /** Fails with the status whose number the message says. */
    public static final MethodDescriptor<byte[], byte[]> FAIL_WITH = method("e2e.Echo/FailWith", MethodType.UNARY);
    /** Never answers. */
    public static final MethodDescriptor<byte[], byte[]> HANG = method("e2e.Echo/Hang", MethodType.UNARY);
    /** Sends one message and then nothing more. */
    public static final MethodDescriptor<byte[], byte[]> STALL = method("e2e.Echo/Stall", MethodType.SERVER_STREAMING);
    /** The standard health check. */
    private static final MethodDescriptor<byte[], byte[]> HEALTH =
            method("grpc.health.v1.Health/Check", MethodType.UNARY);

    /** What a client may send along; it comes back in the head and in the trailers. */
    public static final Metadata.Key<String> MARK = Metadata.Key.of("x-mark", Metadata.ASCII_STRING_MARSHALLER);
    /** The same in bytes. */
    public static final Metadata.Key<byte[]> MARK_BYTES =
            Metadata.Key.of("x-mark-bin", Metadata.BINARY_BYTE_MARSHALLER);

    public static final int MESSAGE_MAX = 16 << 20;

    private static final byte[] SERVING = {8, 1};
    /** It reports each connection that a test has cut. */
    private static final Logger GRPC_LOG = Logger.getLogger("io.grpc");

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final Server server;

    static {
        GRPC_LOG.setLevel(Level.OFF);
    }

    private GrpcEcho(MaterialFiles.@Nullable Paths identity) {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.next()))
                .executor(threads)
                .maxInboundMessageSize(MESSAGE_MAX)
                .addService(echo())
                .addService(ServerServiceDefinition.builder("grpc.health.v1.Health")
                        .addMethod(HEALTH, ServerCalls.asyncUnaryCall((asked, out) -> answer(out, SERVING)))
                        .build())
                .intercept(new Marking());
        try {
            if (identity != null) {
                builder.sslContext(GrpcSslContexts.forServer(
                                identity.certificate().toFile(), identity.key().toFile())
                        .trustManager(identity.bundle().toFile())
                        .clientAuth(ClientAuth.REQUIRE)
                        .build());
            }
            server = builder.build().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts in clear text on a free port. */
    public static GrpcEcho start() {
        return new GrpcEcho(null);
    }

    /** Starts by mutual TLS on a free port: whoever calls must have a certificate of the same trust domain. */
    public static GrpcEcho secured(MaterialFiles.Paths identity) {
        return new GrpcEcho(identity);
    }

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
        return MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setFullMethodName(name)
                .setType(type)
                .build();
    }

    private record Bytes() implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public String address() {
        return "127.0.0.1:" + server.getPort();
    }

    /** Calls that were cancelled from the other end, or by their deadline. */
    public int cancelled() {
        return cancelled.get();
    }

    /** Calls that arrived, other than for health. */
    public int calls() {
        return calls.get();
    }

    private ServerServiceDefinition echo() {
        return ServerServiceDefinition.builder("e2e.Echo")
                .addMethod(SAY, ServerCalls.asyncUnaryCall((said, out) -> answer(out, said)))
                .addMethod(COUNT, ServerCalls.asyncServerStreamingCall(GrpcEcho::count))
                .addMethod(GATHER, ServerCalls.asyncClientStreamingCall(Gathering::new))
                .addMethod(TALK, ServerCalls.asyncBidiStreamingCall(this::talk))
                .addMethod(FAIL, ServerCalls.asyncUnaryCall((said, out) -> fail(out)))
                .addMethod(FAIL_WITH, ServerCalls.asyncUnaryCall(GrpcEcho::failWith))
                .addMethod(HANG, ServerCalls.asyncUnaryCall((said, out) -> watch(out)))
                .addMethod(STALL, ServerCalls.asyncServerStreamingCall((said, out) -> {
                    watch(out);
                    out.onNext(said);
                }))
                .build();
    }

    private static void answer(StreamObserver<byte[]> out, byte[] message) {
        out.onNext(message);
        out.onCompleted();
    }

    private static void count(byte[] asked, StreamObserver<byte[]> out) {
        int count = Integer.parseInt(new String(asked, StandardCharsets.US_ASCII));
        for (int i = 0; i < count; i++) {
            out.onNext(Integer.toString(i).getBytes(StandardCharsets.US_ASCII));
        }
        out.onCompleted();
    }

    private static void fail(StreamObserver<byte[]> out) {
        out.onError(Status.FAILED_PRECONDITION.withDescription("not today, né").asRuntimeException());
    }

    private static void failWith(byte[] asked, StreamObserver<byte[]> out) {
        int code = Integer.parseInt(new String(asked, StandardCharsets.US_ASCII));
        out.onError(Status.fromCodeValue(code).asRuntimeException());
    }

    private void watch(StreamObserver<byte[]> out) {
        ((ServerCallStreamObserver<byte[]>) out).setOnCancelHandler(cancelled::incrementAndGet);
    }

    private StreamObserver<byte[]> talk(StreamObserver<byte[]> out) {
        watch(out);
        return new StreamObserver<>() {
            @Override
            public void onNext(byte[] said) {
                out.onNext(said);
            }

            @Override
            public void onError(Throwable problem) {
                // The cancel handler has counted it.
            }

            @Override
            public void onCompleted() {
                out.onCompleted();
            }
        };
    }

    private static final class Gathering implements StreamObserver<byte[]> {
        private final StreamObserver<byte[]> out;
        private int messages;
        private long bytes;

        Gathering(StreamObserver<byte[]> out) {
            this.out = out;
        }

        @Override
        public void onNext(byte[] said) {
            messages++;
            bytes += said.length;
        }

        @Override
        public void onError(Throwable problem) {
            // Nobody is left to be told.
        }

        @Override
        public void onCompleted() {
            answer(out, (messages + " messages, " + bytes + " bytes").getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Sends marks back, and counts. */
    private final class Marking implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata head, ServerCallHandler<Q, A> next) {
            if (!call.getMethodDescriptor().getFullMethodName().startsWith("grpc.")) {
                calls.incrementAndGet();
            }
            ServerCall<Q, A> marking = new SimpleForwardingServerCall<>(call) {
                @Override
                public void sendHeaders(Metadata fields) {
                    copy(head, fields);
                    super.sendHeaders(fields);
                }

                @Override
                public void close(Status status, Metadata trailers) {
                    copy(head, trailers);
                    super.close(status, trailers);
                }
            };
            return Contexts.interceptCall(Context.current(), marking, head, next);
        }

        private static void copy(Metadata from, Metadata to) {
            String mark = from.get(MARK);
            byte[] bytes = from.get(MARK_BYTES);
            if (mark != null) {
                to.put(MARK, mark);
            }
            if (bytes != null) {
                to.put(MARK_BYTES, bytes);
            }
        }
    }

    @Override
    public void close() {
        try {
            server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }
}
