package io.bridgehead.e2e.traffic;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The JDK's WebSocket client, which says what it gets one after the other: messages whole, pings, pongs, the end. */
public final class WebSocketClient implements AutoCloseable {
    private static final int WAIT_SECONDS = 30;

    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    private WebSocketClient(String uri, String... subprotocols) {
        WebSocket.Builder builder = http.newWebSocketBuilder();
        if (subprotocols.length > 0) {
            builder.subprotocols(subprotocols[0]);
        }
        this.socket = wait(builder.buildAsync(URI.create(uri), new Listener()));
    }

    /**
     * Connects.
     *
     * @throws CompletionException with a {@code WebSocketHandshakeException} as its cause, if it is refused
     */
    public static WebSocketClient open(String uri, String... subprotocols) {
        return new WebSocketClient(uri, subprotocols);
    }

    private static <T> T wait(CompletableFuture<T> future) {
        return future.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join();
    }

    /** The subprotocol agreed on, or empty. */
    public String subprotocol() {
        return socket.getSubprotocol();
    }

    /** Sends one message in as many frames as there are parts. */
    public WebSocketClient text(String... parts) {
        for (int i = 0; i < parts.length; i++) {
            wait(socket.sendText(parts[i], i == parts.length - 1));
        }
        return this;
    }

    public WebSocketClient binary(byte[] bytes) {
        wait(socket.sendBinary(ByteBuffer.wrap(bytes), true));
        return this;
    }

    public WebSocketClient ping(String text) {
        wait(socket.sendPing(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
        return this;
    }

    public WebSocketClient closing(int code, String why) {
        wait(socket.sendClose(code, why));
        return this;
    }

    /** The next that comes: a text, {@code binary <length> <hash>}, {@code pong x}, {@code ping}, {@code close 1000 why}, {@code error}. */
    public String next() {
        try {
            String next = received.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            return next == null ? "nothing" : next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
        http.close();
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private int bytes;
        private int hash = 1;

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                received.add(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            bytes += data.remaining();
            while (data.hasRemaining()) {
                hash = 31 * hash + data.get();
            }
            if (last) {
                received.add("binary " + bytes + " " + hash);
                bytes = 0;
                hash = 1;
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
            received.add("ping");
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
            received.add("pong " + StandardCharsets.UTF_8.decode(message));
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            received.add("close " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            received.add("error");
        }
    }
}
