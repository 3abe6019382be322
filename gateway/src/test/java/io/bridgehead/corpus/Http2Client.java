package io.bridgehead.corpus;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** A client that sends bytes and reads frames without the product's own codec. */
public final class Http2Client implements AutoCloseable {
    private static final int BOUND_MILLIS = 10_000;
    private static final String PROBE = "the end?";

    private final Socket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
    private final Map<Integer, StringBuilder> streams = new TreeMap<>();
    private final StringBuilder fields = new StringBuilder("\r\n");
    private String goAway = "";
    private String end = "";
    private boolean closed;
    private boolean probeAnswered;

    /** Connects. */
    public Http2Client(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** Over a connection that somebody else has made, such as one with TLS. */
    public Http2Client(Socket connected) throws IOException {
        socket = connected;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(BOUND_MILLIS);
        in = new DataInputStream(socket.getInputStream());
    }

    /** Sends all, or as much as the other side takes. */
    public void send(byte[] bytes, boolean byteByByte) {
        try {
            if (!byteByByte) {
                socket.getOutputStream().write(bytes);
                return;
            }
            for (byte b : bytes) {
                socket.getOutputStream().write(b);
            }
        } catch (IOException e) {
            return; // refused before its end
        }
    }

    /** Asks for an answer to a ping, by which all that came before has been read. */
    public void probe() {
        send(Frames.encode(List.of("no-preface", "PING \"" + PROBE + "\""), true), false);
    }

    /** Reads until this holds or the connection ends; false when neither within the bound. */
    public boolean readUntil(BooleanSupplier enough) throws IOException {
        while (!closed && !enough.getAsBoolean()) {
            try {
                frame();
            } catch (EOFException | SocketException e) {
                closed = true;
                end = e.toString();
            } catch (SocketTimeoutException e) {
                return false;
            }
        }
        return enough.getAsBoolean();
    }

    private void frame() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException("inside a frame");
        }
        switch (type) {
            case 0 -> heard(stream).append(new String(payload, StandardCharsets.ISO_8859_1));
            case 1 -> head(stream, payload);
            case 3 -> heard(stream).append(" reset ").append(Frames.codeName(number(payload, 0)));
            case 6 -> probeAnswered |= flags == 1 && new String(payload, StandardCharsets.ISO_8859_1).equals(PROBE);
            case 7 -> goAway = Frames.codeName(number(payload, 4));
            default -> {
                return;
            }
        }
        if ((type == 0 || type == 1) && (flags & 1) != 0) {
            heard(stream).append('$');
        }
    }

    private static long number(byte[] payload, int at) {
        return ByteBuffer.wrap(payload).getInt(at) & 0xffffffffL;
    }

    private StringBuilder heard(int stream) {
        return streams.computeIfAbsent(stream, id -> new StringBuilder());
    }

    private void head(int stream, byte[] payload) throws IOException {
        ByteBuf block = Unpooled.wrappedBuffer(payload);
        try {
            Http2Headers headers = decoder.decodeHeaders(stream, block);
            StringBuilder to = heard(stream);
            headers.forEach(field -> fields.append(field.getKey())
                    .append(": ")
                    .append(field.getValue())
                    .append("\r\n"));
            if (headers.status() != null) {
                to.append(to.isEmpty() ? "" : " ").append(headers.status()).append(' ');
            }
            if (headers.contains("proxy-status")) {
                to.append("(refused)");
            } else if (headers.status() == null) {
                headers.forEach(field -> to.append(" (")
                        .append(field.getKey())
                        .append(": ")
                        .append(field.getValue())
                        .append(')'));
            }
        } catch (Http2Exception e) {
            throw new IOException(e);
        } finally {
            block.release();
        }
    }

    /** What came on a stream: status, body, trailers; {@code $} for its end; {@code reset CODE}. */
    public String on(int stream) {
        StringBuilder heard = streams.get(stream);
        return heard == null ? "" : heard.toString();
    }

    /** The fields of all heads. */
    public String fields() {
        return fields.toString();
    }

    /** All that came, for messages. */
    public String all() {
        return streams + (goAway.isEmpty() ? "" : " goaway " + goAway) + (closed ? " closed " + end : "");
    }

    /** The code of the last GOAWAY, or empty. */
    public String goAway() {
        return goAway;
    }

    /** Whether the connection has ended. */
    public boolean closed() {
        return closed;
    }

    /** Whether {@link #probe} was answered. */
    public boolean probeAnswered() {
        return probeAnswered;
    }

    /** Ends the output. */
    public void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            closed = true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
