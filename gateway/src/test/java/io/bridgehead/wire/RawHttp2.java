package io.bridgehead.wire;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A client of HTTP/2 that sends any frames it likes, well-formed or not, without trusting this project's codec. */
final class RawHttp2 implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int PRIORITY_UPDATE = 16;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int ENHANCE_YOUR_CALM = 11;

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final DataInputStream in;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private long sent;

    /** One frame that came. */
    record Frame(int type, int flags, int stream, ByteBuffer payload) {
        int word(int at) {
            return payload.getInt(at);
        }

        int length() {
            return payload.remaining();
        }

        String text() {
            return StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
        }
    }

    private RawHttp2(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** Connects and says nothing. */
    static RawHttp2 silent(int port) throws IOException {
        return new RawHttp2(WireBed.socket(port));
    }

    /** As {@link #connect}, of a client that lets little come before it reads. */
    static RawHttp2 narrow(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(WireBed.WAIT_SECONDS));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        RawHttp2 raw = new RawHttp2(socket);
        raw.out.writeBytes(PREFACE);
        return raw.frame(SETTINGS, 0, 0).flush();
    }

    /** Connects and sends the preface with these settings, as pairs of identifier and value. */
    static RawHttp2 connect(int port, int... settings) throws IOException {
        RawHttp2 raw = silent(port);
        raw.out.writeBytes(PREFACE);
        return raw.frame(SETTINGS, 0, 0, pairs(settings)).flush();
    }

    private static byte[] pairs(int... settings) {
        ByteBuffer payload = ByteBuffer.allocate(settings.length * 3);
        for (int i = 0; i < settings.length; i += 2) {
            payload.putShort((short) settings[i]).putInt(settings[i + 1]);
        }
        return payload.array();
    }

    /** Takes a client, and sends the settings of an endpoint, as pairs of identifier and value. */
    static RawHttp2 accept(ServerSocket server, int... settings) throws IOException {
        Socket socket = server.accept();
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(WireBed.WAIT_SECONDS));
        RawHttp2 raw = new RawHttp2(socket);
        raw.in.readNBytes(PREFACE.length);
        return raw.frame(SETTINGS, 0, 0, pairs(settings)).flush();
    }

    /** Adds a frame to what is sent next. */
    RawHttp2 frame(int type, int flags, int stream, byte... payload) {
        header(type, flags, stream, payload.length);
        out.writeBytes(payload);
        return this;
    }

    /** Adds the header of a frame alone. */
    RawHttp2 header(int type, int flags, int stream, int length) {
        out.writeBytes(ByteBuffer.allocate(9)
                .put((byte) (length >> 16))
                .putShort((short) length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .array());
        return this;
    }

    RawHttp2 bytes(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    RawHttp2 flush() throws IOException {
        sent += out.size();
        socket.getOutputStream().write(out.toByteArray());
        out.reset();
        return this;
    }

    long bytesSent() {
        return sent;
    }

    /** Adds a request's head. */
    RawHttp2 request(int stream, boolean end, String method, String... fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        literal(block, ":method", method);
        literal(block, ":scheme", "http");
        literal(block, ":authority", "a.example");
        literal(block, ":path", "/");
        for (int i = 0; i < fields.length; i += 2) {
            literal(block, fields[i], fields[i + 1]);
        }
        return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block.toByteArray());
    }

    /** A field as HPACK writes it without indexing or compression (RFC 7541, section 6.2.2). */
    static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        text(block, name);
        text(block, value);
    }

    static void text(ByteArrayOutputStream block, String text) {
        if (text.length() < 127) {
            block.write(text.length());
        } else {
            block.write(127);
            int rest = text.length() - 127;
            for (; rest >= 128; rest >>= 7) {
                block.write((rest & 127) | 128);
            }
            block.write(rest);
        }
        block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Frame next() throws IOException {
        int lengthAndType = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(lengthAndType >>> 8);
        return new Frame(lengthAndType & 0xff, flags, stream, ByteBuffer.wrap(payload));
    }

    Frame next(int type) throws IOException {
        Frame frame = next();
        while (frame.type() != type) {
            frame = next();
        }
        return frame;
    }

    /** Whether nothing more comes but an end in order. */
    boolean isAtEnd() throws IOException {
        return in.read() == -1;
    }

    /** Reads until the connection is told to go away and ends, and gives the error code; -1 when it ends without a word. */
    int goneWith() throws IOException {
        int code = -1;
        try {
            while (true) {
                Frame frame = next();
                code = frame.type() == GOAWAY ? frame.word(4) : code;
            }
        } catch (EOFException | SocketException e) {
            return code;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
