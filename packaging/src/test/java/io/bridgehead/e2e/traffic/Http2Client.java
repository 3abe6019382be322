package io.bridgehead.e2e.traffic;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.RequestMark;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientConnectionEvents;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.HttpClientConnection;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamReset;
import io.bridgehead.wire.WireLimits;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One HTTP/2 connection of a client in clear text, with prior knowledge; its streams are requests or, by RFC 8441, WebSockets. */
public final class Http2Client implements AutoCloseable {
    private static final int WAIT_SECONDS = 30;
    private static final int CONNECT_MILLIS = 5_000;
    private static final int PIPE_BYTES = 4 << 20;

    private final Loops loops = Loops.start(1);
    private final Loop loop = loops.all().getFirst();
    private final CompletableFuture<Boolean> settings = new CompletableFuture<>();
    private final HttpClientConnection connection;

    private Http2Client(int port) {
        CompletableFuture<HttpClientConnection> made = new CompletableFuture<>();
        loop.client(CONNECT_MILLIS)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext ctx) {
                        ctx.pipeline().remove(this);
                        made.complete(
                                HttpClientConnection.http2(loop, ctx.channel(), WireLimits.endpoint(), new Events()));
                    }
                })
                .connect(InetAddress.getLoopbackAddress(), port)
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        made.completeExceptionally(done.cause());
                    }
                });
        this.connection = await(made);
        await(settings);
    }

    /** Connects to a port of loopback, and waits for the settings of the other end. */
    public static Http2Client to(int port) {
        return new Http2Client(port);
    }

    private static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Asks by GET. */
    public Answer get(String host, String path) {
        return open(new RequestHead("GET", "http", host, path, new HeaderFields()), true);
    }

    /** Asks by extended CONNECT; a status of 101 stands for the 200 that means yes. */
    public Answer webSocket(String host, String path) {
        HeaderFields fields = new HeaderFields();
        fields.add("sec-websocket-version", "13");
        int marks = RequestMark.UPGRADE.bit() | RequestMark.WEB_SOCKET.bit();
        return open(new RequestHead("GET", "http", host, path, fields, marks), false);
    }

    private Answer open(RequestHead head, boolean end) {
        Answer answer = new Answer();
        loop.execute(() -> answer.stream.complete(connection.open(head, end, answer)));
        return answer;
    }

    @Override
    public void close() {
        loop.execute(connection::close);
        await(loops.close().toCompletionStage().toCompletableFuture());
    }

    private final class Events implements ClientConnectionEvents {
        @Override
        public void onSettings(HttpClientConnection of) {
            settings.complete(true);
        }

        @Override
        public void onIdle(HttpClientConnection of) {
            // streams are opened as the test says
        }

        @Override
        public void onGoingAway(HttpClientConnection of) {
            // what is opened then is reset
        }

        @Override
        public void onClosed(HttpClientConnection of) {
            settings.completeExceptionally(new EOFException("closed"));
        }

        @Override
        public void onBytesReceived() {
            // frames say more
        }
    }

    /** What comes back on one stream, and the way to send more on it. */
    public final class Answer implements ResponseEvents {
        private final CompletableFuture<ClientStream> stream = new CompletableFuture<>();
        private final CompletableFuture<ResponseHead> head = new CompletableFuture<>();
        private final CompletableFuture<String> end = new CompletableFuture<>();
        private final PipedOutputStream received = new PipedOutputStream();
        private final InputStream in;

        private Answer() {
            try {
                this.in = new PipedInputStream(received, PIPE_BYTES);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public int status() {
            return await(head).status();
        }

        public @Nullable String first(String name) {
            return await(head).fields().first(HeaderName.of(name));
        }

        /** This many bytes of the body as text; fewer when it ends. */
        public String text(int bytes) throws IOException {
            return new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
        }

        /** The rest of the body. */
        public String rest() throws IOException {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }

        /** Sends a frame of WebSocket (RFC 6455, section 5.2), masked with zeros. */
        public Answer frame(int opcode, String payload) {
            byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            frame.write(0x80 | opcode);
            if (bytes.length < 126) {
                frame.write(0x80 | bytes.length);
            } else {
                frame.write(0x80 | 127);
                frame.writeBytes(ByteBuffer.allocate(8).putLong(bytes.length).array());
            }
            frame.writeBytes(new byte[4]);
            frame.writeBytes(bytes);
            ClientStream to = await(stream);
            loop.execute(() -> to.sendData(Chunk.of(frame.toByteArray()), false));
            return this;
        }

        /** The next frame as {@code <opcode> <payload>}; {@code end} or {@code reset <why>} when the stream has ended. */
        public String nextFrame() throws IOException {
            int first = in.read();
            if (first < 0) {
                return end.getNow("end");
            }
            int length = in.read();
            long size = length;
            if (length == 126) {
                size = ByteBuffer.wrap(in.readNBytes(2)).getShort() & 0xffff;
            } else if (length == 127) {
                size = ByteBuffer.wrap(in.readNBytes(8)).getLong();
            }
            byte[] payload = in.readNBytes((int) size);
            if ((first & 0x0f) == 8 && size >= 2) {
                int code = ByteBuffer.wrap(payload).getShort() & 0xffff;
                return "8 " + code + " " + new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
            }
            return (first & 0x0f) + " " + new String(payload, StandardCharsets.UTF_8);
        }

        /** Ends this half. */
        public void endHalf() {
            ClientStream to = await(stream);
            loop.execute(() -> to.sendData(Chunk.empty(), true));
        }

        @Override
        public void onInformational(ResponseHead interim) {
            // not looked at
        }

        @Override
        public void onResponse(ResponseHead response, boolean end) {
            head.complete(response);
            if (end) {
                ended();
            }
        }

        @Override
        public void onData(Chunk chunk, boolean end) {
            try {
                received.write(chunk.toBytes());
                received.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            ClientStream of = stream.getNow(null);
            if (of != null) {
                of.consumed(chunk.size());
            }
            chunk.release();
            if (end) {
                ended();
            }
        }

        @Override
        public void onTrailers(HeaderFields trailers) {
            ended();
        }

        private void ended() {
            try {
                received.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void onReset(StreamReset reset) {
            end.complete("reset " + reset);
            head.completeExceptionally(new IOException("reset: " + reset));
            ended();
        }

        @Override
        public void onWritable() {
            // small frames are queued
        }
    }
}
