package io.bridgehead.load.row;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A connection of {@link OpenLoop}: sends a request, reads an answer with {@code Content-Length} to its end. Used by one thread. */
final class OpenLoopConnection {
    private static final int READ_BYTES_MAX = 1 << 17;
    private static final String LENGTH = "\r\ncontent-length:";

    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteBuffer request;
    private final ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES_MAX);
    private boolean inBody;
    private long bodyLeft;
    private long dueNanos;

    private OpenLoopConnection(SocketChannel channel, Selector selector, byte[] request) throws IOException {
        this.channel = channel;
        this.key = channel.register(selector, SelectionKey.OP_READ, this);
        this.request = ByteBuffer.allocateDirect(request.length).put(request).flip();
    }

    static OpenLoopConnection open(Selector selector, InetSocketAddress address, byte[] request) throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            return new OpenLoopConnection(channel, selector, request);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** When the request under way was due. */
    long dueNanos() {
        return dueNanos;
    }

    /** Sends a request that was due at this {@link System#nanoTime}. */
    void send(long due) throws IOException {
        dueNanos = due;
        inBody = false;
        in.clear();
        request.rewind();
        write();
    }

    private void write() throws IOException {
        channel.write(request);
        key.interestOps(request.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    /** Does what the key is ready for; true when the answer is complete. */
    boolean go(SelectionKey ready) throws IOException {
        if (ready.isWritable()) {
            write();
        }
        if (!ready.isReadable()) {
            return false;
        }
        if (channel.read(in) < 0) {
            throw new EOFException("a connection was closed before its answer was complete");
        }
        if (inBody) {
            bodyLeft -= in.position();
            in.clear();
        } else {
            readHead();
        }
        return inBody && bodyLeft == 0;
    }

    private void readHead() {
        String text = StandardCharsets.ISO_8859_1.decode(in.duplicate().flip()).toString();
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return;
        }
        String head = text.substring(0, end + 2);
        int length = head.toLowerCase(Locale.ROOT).indexOf(LENGTH);
        if (!head.startsWith("HTTP/1.1 200 ") || length < 0) {
            throw new IllegalStateException("expected 200 and Content-Length, got:\n" + head);
        }
        int value = length + LENGTH.length();
        bodyLeft =
                Long.parseLong(head.substring(value, head.indexOf('\r', value)).strip()) - (in.position() - end - 4);
        inBody = true;
        in.clear();
    }

    void close() throws IOException {
        channel.close();
    }
}
