package io.bridgehead.corpus;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * An endpoint on loopback that keeps every byte it gets and answers as a {@link Case.Script} says. One thread serves all
 * connections, so that {@link #seen} knows of every byte that was sent before it was asked.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class RecordingEndpoint implements AutoCloseable {
    private static final long BOUND_SECONDS = 10;

    private final ServerSocketChannel listening;
    private final Selector selector;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<Connection> connections = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private final Thread thread;
    private Case.Script script = Case.Script.OK;
    private volatile boolean stopped;

    /**
     * What has come since the last {@link #begin}.
     *
     * @param requests whole requests in the order in which they ended; chunks of a chunked body joined into one
     * @param part what came besides on all connections: the beginning of a request, or what should never come
     * @param accepted how many connections were made
     * @param open how many of them are still open
     */
    public record Seen(List<String> requests, String part, int accepted, int open) {}

    private static final class Connection {
        final SocketChannel channel;
        final StringBuilder bytes = new StringBuilder();
        boolean answeredEarly;
        boolean inputEnded;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }
    }

    /** Listens on a port that the system chooses. */
    public RecordingEndpoint() throws IOException {
        selector = Selector.open();
        listening = ServerSocketChannel.open();
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        listening.configureBlocking(false);
        listening.register(selector, SelectionKey.OP_ACCEPT);
        thread = Thread.ofPlatform().name("recording-endpoint").daemon().start(this::run);
    }

    /** Where it listens. */
    public int port() {
        return listening.socket().getLocalPort();
    }

    /** Forgets everything, closes all connections, and answers by this script from now on. */
    public void begin(Case.Script next) {
        ask(() -> {
            for (Connection connection : connections) {
                close(connection, false);
            }
            connections.clear();
            requests.clear();
            script = next;
            return true;
        });
    }

    /** What has come, all that the system has received by now included. */
    public Seen seen() {
        return ask(() -> {
            StringBuilder part = new StringBuilder();
            int open = 0;
            for (Connection connection : connections) {
                part.append(connection.bytes);
                open += connection.channel.isOpen() && !connection.inputEnded ? 1 : 0;
            }
            return new Seen(List.copyOf(requests), part.toString(), connections.size(), open);
        });
    }

    private <T> T ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        tasks.add(() -> answer.complete(question.get()));
        selector.wakeup();
        try {
            return answer.get(BOUND_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private void run() {
        try {
            while (!stopped) {
                selector.select();
                drain();
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    drain();
                    task.run();
                }
            }
            connections.forEach(connection -> close(connection, false));
            listening.close();
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void drain() throws IOException {
        while (selector.selectNow() > 0 || !selector.selectedKeys().isEmpty()) {
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isAcceptable()) {
                    accept();
                } else if (key.attachment() instanceof Connection connection) {
                    read(connection);
                }
            }
            selector.selectedKeys().clear();
        }
    }

    private void accept() throws IOException {
        SocketChannel channel = listening.accept();
        if (channel == null) {
            return;
        }
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Connection connection = new Connection(channel);
        connections.add(connection);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, connection);
        write(connection, script.greeting());
    }

    private void read(Connection connection) {
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        try {
            int count = connection.channel.isOpen() ? connection.channel.read(buffer) : -1;
            if (count < 0) {
                connection.inputEnded = true;
                close(connection, false);
                return;
            }
            connection.bytes.append(new String(buffer.array(), 0, count, StandardCharsets.ISO_8859_1));
            answerAll(connection);
        } catch (IOException e) {
            connection.inputEnded = true;
            close(connection, false);
        }
    }

    private void answerAll(Connection connection) throws IOException {
        while (true) {
            String bytes = connection.bytes.toString();
            int head = bytes.indexOf("\r\n\r\n");
            if (head >= 0 && script.early() && !connection.answeredEarly) {
                connection.answeredEarly = true;
                answer(connection);
            }
            int end = head < 0 ? -1 : WholeRequest.end(bytes, head + 4);
            if (end < 0) {
                return;
            }
            requests.add(WholeRequest.normal(bytes.substring(0, end), head + 4));
            connection.bytes.delete(0, end);
            if (!connection.answeredEarly) {
                answer(connection);
            }
            connection.answeredEarly = false;
        }
    }

    private void answer(Connection connection) throws IOException {
        write(connection, script.answer());
        if (script.then() != Case.Then.KEEP) {
            close(connection, script.then() == Case.Then.RESET);
        }
    }

    private static void write(Connection connection, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Escapes.bytes(text));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
        while (bytes.hasRemaining() && connection.channel.isOpen() && System.nanoTime() < deadline) {
            connection.channel.write(bytes);
        }
    }

    private static void close(Connection connection, boolean abruptly) {
        try {
            if (abruptly) {
                connection.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            connection.channel.close();
        } catch (IOException e) {
            connection.inputEnded = true; // closed already
        }
    }

    @Override
    public void close() {
        stopped = true;
        selector.wakeup();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(BOUND_SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
