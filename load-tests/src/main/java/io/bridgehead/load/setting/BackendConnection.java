package io.bridgehead.load.setting;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One HTTP/1.1 connection of the backend: requests with {@code Content-Length} or no body, answered in order. Used on its thread. */
final class BackendConnection {
    private static final int REQUEST_BYTES_MAX = 1 << 16;
    private static final ByteBuffer BODY = ByteBuffer.allocateDirect(1 << 20);
    private static final byte[] LENGTH_FIELD = "\ncontent-length:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKS_FIELD = "\ntransfer-encoding:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PATH = " /b/".getBytes(StandardCharsets.US_ASCII);

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(REQUEST_BYTES_MAX);
    private final ByteBuffer[] out = {ByteBuffer.allocateDirect(256), BODY.duplicate()};

    /** How much of the input holds no end of a head. */
    private int searched;

    private long bodyLeft;
    private boolean answerDue;
    private int answerBytes = -1;

    BackendConnection(SocketChannel channel) {
        this.channel = channel;
        for (ByteBuffer buffer : out) {
            buffer.limit(0);
        }
    }

    /** Does what the key is ready for. */
    void go(SelectionKey key) throws IOException {
        if (key.isWritable() && !flush(key)) {
            return;
        }
        if (key.isReadable() && channel.read(in) < 0) {
            channel.close();
            return;
        }
        in.flip();
        while (take(key)) {
            // The next request of a pipeline, if there is one.
        }
        in.compact();
    }

    /** Takes a head or some of a body; false when more must come or the answer is stuck. */
    private boolean take(SelectionKey key) throws IOException {
        if (!answerDue) {
            int end = headEnd();
            if (end < 0) {
                return false;
            }
            readHead(end);
        }
        int skipped = (int) Math.min(bodyLeft, in.remaining());
        in.position(in.position() + skipped);
        bodyLeft -= skipped;
        if (bodyLeft > 0) {
            return false;
        }
        answerDue = false;
        return flush(key) && in.hasRemaining();
    }

    /** Just behind the empty line, or -1. */
    private int headEnd() {
        int from = in.position();
        for (int i = from + Math.max(3, searched); i < in.limit(); i++) {
            if (in.get(i) == '\n' && in.get(i - 1) == '\r' && in.get(i - 2) == '\n') {
                searched = 0;
                return i + 1;
            }
        }
        searched = Math.max(0, in.remaining() - 3);
        return -1;
    }

    private void readHead(int end) throws IOException {
        int path = find(PATH, end);
        if (path < 0 || find(CHUNKS_FIELD, end) >= 0) {
            throw new IOException("expected a path /b/BYTES and Content-Length");
        }
        int size = (int) Math.min(BODY.capacity(), number(path));
        int length = find(LENGTH_FIELD, end);
        bodyLeft = length < 0 ? 0 : number(in.get(length) == ' ' ? length + 1 : length);
        in.position(end);
        if (size != answerBytes) {
            answerBytes = size;
            String head = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: " + size + "\r\n\r\n";
            out[0].clear().put(head.getBytes(StandardCharsets.US_ASCII)).flip();
        }
        out[0].rewind();
        out[1].clear().limit(size);
        answerDue = true;
    }

    /** Just behind this text in the head, in whatever case; -1 when it is not there. */
    private int find(byte[] text, int end) {
        for (int at = in.position(); at <= end - text.length; at++) {
            int same = 0;
            while (same < text.length && lower(in.get(at + same)) == text[same]) {
                same++;
            }
            if (same == text.length) {
                return at + same;
            }
        }
        return -1;
    }

    private static int lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet;
    }

    private long number(int at) {
        long value = 0;
        for (int i = at; in.get(i) >= '0' && in.get(i) <= '9'; i++) {
            value = value * 10 + in.get(i) - '0';
        }
        return value;
    }

    /** True when all is written. */
    private boolean flush(SelectionKey key) throws IOException {
        while (out[0].hasRemaining() || out[1].hasRemaining()) {
            if (channel.write(out) == 0) {
                key.interestOps(SelectionKey.OP_WRITE);
                return false;
            }
        }
        if (key.interestOps() != SelectionKey.OP_READ) {
            key.interestOps(SelectionKey.OP_READ);
        }
        return true;
    }
}
