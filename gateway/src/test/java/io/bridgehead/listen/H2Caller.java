package io.bridgehead.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** An HTTP/2 client of few words on a blocking socket: one request at a time, with any authority. */
final class H2Caller implements AutoCloseable {
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int ACK = 1;

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private int next = 1;
    private boolean asked;

    private H2Caller(Socket socket) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** Sends the preface. */
    static H2Caller over(Socket socket) throws IOException {
        socket.setSoTimeout((int) Gateway.BOUND_MILLIS);
        H2Caller caller = new H2Caller(socket);
        caller.out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        caller.frame(SETTINGS, 0, 0, new byte[0]);
        return caller;
    }

    /** Whether the server has asked for no more streams. */
    boolean isAsked() {
        return asked;
    }

    /** The status of a GET; 0 when the server says that it was not begun (RFC 9113, section 8.7). */
    int get(String scheme, String authority, String path) throws Exception {
        int id = next;
        next += 2;
        Http2Headers head = new DefaultHttp2Headers()
                .method("GET")
                .scheme(scheme)
                .authority(authority)
                .path(path);
        ByteBuf block = Unpooled.buffer();
        encoder.encodeHeaders(id, head, block);
        byte[] bytes = new byte[block.readableBytes()];
        block.readBytes(bytes);
        frame(HEADERS, END_STREAM | END_HEADERS, id, bytes);
        while (true) {
            int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = in.readNBytes(length);
            if (type == SETTINGS && (flags & ACK) == 0) {
                frame(SETTINGS, ACK, 0, new byte[0]);
            } else if (type == GOAWAY) {
                ByteBuf goAway = Unpooled.wrappedBuffer(payload);
                int last = goAway.readInt();
                if (goAway.readInt() != 0) {
                    throw new IOException("GOAWAY for a fault");
                }
                asked = true;
                if (last < id) {
                    return 0;
                }
            } else if (type == PING && (flags & ACK) == 0) {
                frame(PING, ACK, 0, payload);
            } else if (type == HEADERS && stream == id) {
                Http2Headers answer = decoder.decodeHeaders(id, Unpooled.wrappedBuffer(payload));
                return Integer.parseInt(String.valueOf(answer.status()));
            }
        }
    }

    private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuf frame = Unpooled.buffer();
        frame.writeMedium(payload.length)
                .writeByte(type)
                .writeByte(flags)
                .writeInt(stream)
                .writeBytes(payload);
        out.write(frame.array(), 0, frame.readableBytes());
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
