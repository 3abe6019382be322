package io.bridgehead.load.setting;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The backend of every setting: one thread that answers {@code /b/N} with N bytes, whatever the method, after the whole request body;
 * and a sink for TCP streams. It does as little as can be done, so that little of the machine is lost to it.
 */
public final class Backend implements AutoCloseable {
    /** A stream that begins with this byte gets it back, once. */
    static final byte ECHO_ONCE = 'E';

    private static final int BYTES_AT_ONCE = 1 << 18;
    private static final int BACKLOG = 1024;

    private final Selector selector;
    private final ServerSocketChannel http;
    private final ServerSocketChannel sink;
    private final AtomicLong sunk = new AtomicLong();
    private final ByteBuffer trash = ByteBuffer.allocateDirect(BYTES_AT_ONCE);
    private final Thread thread;

    private Backend(Selector selector, ServerSocketChannel http, ServerSocketChannel sink) {
        this.selector = selector;
        this.http = http;
        this.sink = sink;
        this.thread = Thread.ofPlatform().daemon().name("backend").unstarted(this::serve);
    }

    /** Starts it on ports that the system chooses. */
    public static Backend start() throws IOException {
        Selector selector = Selector.open();
        Backend backend = new Backend(selector, listen(selector), listen(selector));
        backend.thread.start();
        return backend;
    }

    private static ServerSocketChannel listen(Selector selector) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_ACCEPT);
        return channel;
    }

    /** Where HTTP/1.1 is answered. */
    public int httpPort() {
        return http.socket().getLocalPort();
    }

    /** Where streams end. */
    public int sinkPort() {
        return sink.socket().getLocalPort();
    }

    /** Bytes of all streams so far. */
    public long sunkBytes() {
        return sunk.get();
    }

    private void serve() {
        try {
            while (selector.isOpen()) {
                selector.select(this::serve);
            }
        } catch (ClosedSelectorException e) {
            // Closed from outside: this is the end.
        } catch (IOException e) {
            throw new UncheckedIOException("the backend has ended", e);
        }
    }

    private void serve(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept((ServerSocketChannel) key.channel());
            } else if (key.attachment() instanceof BackendConnection connection) {
                connection.go(key);
            } else {
                swallow(key);
            }
        } catch (CancelledKeyException e) {
            // Its connection, or the whole backend, was closed from outside after the selection.
        } catch (IOException e) {
            close(key);
        }
    }

    private void accept(ServerSocketChannel from) throws IOException {
        SocketChannel channel = from.accept();
        if (channel == null) {
            return;
        }
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.register(selector, SelectionKey.OP_READ, from.equals(http) ? new BackendConnection(channel) : null);
    }

    private void swallow(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        int read = channel.read(trash.clear());
        if (read < 0) {
            close(key);
            return;
        }
        if (read == 1 && trash.get(0) == ECHO_ONCE && channel.write(trash.flip()) == 1) {
            return;
        }
        sunk.addAndGet(read);
    }

    private static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        http.close();
        sink.close();
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
