package io.bridgehead.e2e.traffic;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** An HTTP/2 connection of a client on a blocking socket: streams side by side, trailers, any authority; windows so large that they never fill. */
public final class RawHttp2 implements AutoCloseable {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RESET = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int INITIAL_WINDOW = 4;
    private static final int FRAME = 16 << 10;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int WINDOW = 1 << 26;

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private final Map<Integer, Answer> answers = new HashMap<>();
    private final Map<Integer, Long> granted = new HashMap<>();
    private long firstWindow = 65_535;
    private final String scheme;
    private boolean goingAway;
    private int lastStream = Integer.MAX_VALUE;
    private int next = 1;

    /** What came back on one stream. */
    public static final class Answer {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private final Map<String, String> head = new HashMap<>();
        private final Map<String, String> trailers = new HashMap<>();
        private boolean ended;
        private boolean reset;

        public int status() {
            return Integer.parseInt(head.getOrDefault(":status", "0"));
        }

        public String field(String name) {
            return head.getOrDefault(name, "");
        }

        public String trailer(String name) {
            return trailers.getOrDefault(name, "");
        }

        public byte[] body() {
            return body.toByteArray();
        }

        public String text() {
            return body.toString(StandardCharsets.UTF_8);
        }

        public boolean isReset() {
            return reset;
        }
    }

    private RawHttp2(Socket socket, String scheme) throws IOException {
        this.socket = socket;
        this.scheme = scheme;
        this.out = socket.getOutputStream();
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** Begins HTTP/2 on a connection that is ready for it. */
    public static RawHttp2 over(Socket socket, String scheme) throws IOException {
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        RawHttp2 connection = new RawHttp2(socket, scheme);
        connection.out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        connection.frame(SETTINGS, 0, 0, Unpooled.buffer().writeShort(4).writeInt(WINDOW));
        connection.frame(WINDOW_UPDATE, 0, 0, Unpooled.buffer().writeInt(WINDOW));
        return connection;
    }

    /** Opens a stream; {@code fields} are names and values in turn. */
    public int open(String method, String authority, String path, boolean end, String... fields) throws IOException {
        int stream = next;
        next += 2;
        Http2Headers head = new DefaultHttp2Headers()
                .method(method)
                .scheme(scheme)
                .authority(authority)
                .path(path);
        for (int i = 0; i < fields.length; i += 2) {
            head.add(fields[i], fields[i + 1]);
        }
        answers.put(stream, new Answer());
        headers(stream, head, end);
        return stream;
    }

    public void data(int stream, byte[] bytes, boolean end) throws IOException {
        frame(DATA, end ? END_STREAM : 0, stream, Unpooled.wrappedBuffer(bytes));
    }

    public void trailer(int stream, String name, String value) throws IOException {
        headers(stream, new DefaultHttp2Headers().add(name, value), true);
    }

    /** One request without a body. */
    public Answer get(String authority, String path, String... fields) throws IOException {
        return await(open("GET", authority, path, true, fields));
    }

    /** Reads until the stream has ended. */
    public Answer await(int stream) throws IOException {
        Answer answer = answers.getOrDefault(stream, new Answer());
        while (!answer.ended && !answer.reset) {
            read();
        }
        return answer;
    }

    /** Reads until the head of the answer is there. */
    public Answer awaitHead(int stream) throws IOException {
        Answer answer = answers.getOrDefault(stream, new Answer());
        while (answer.head.isEmpty() && !answer.reset) {
            read();
        }
        return answer;
    }

    /** Reads until the other end says that the connection will end. @return the last stream that it names */
    public int awaitGoAway() throws IOException {
        while (!goingAway) {
            read();
        }
        return lastStream;
    }

    /** The last stream that the other end named when it said that the connection will end. */
    public int lastStream() {
        return lastStream;
    }

    /** Reads to the end of the connection; whether the other end said GOAWAY before. */
    public boolean endsWithGoAway() throws IOException {
        try {
            while (true) {
                read();
            }
        } catch (EOFException e) {
            return goingAway;
        }
    }

    private void read() throws IOException {
        int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(length);
        Answer answer = answers.getOrDefault(stream, new Answer());
        switch (type) {
            case SETTINGS -> settings(flags, payload);
            case WINDOW_UPDATE ->
                granted.merge(stream, Unpooled.wrappedBuffer(payload).readUnsignedInt(), Long::sum);
            case PING -> acknowledge(PING, flags, payload);
            case GOAWAY -> {
                goingAway = true;
                lastStream = Unpooled.wrappedBuffer(payload).readInt();
            }
            case RESET -> answer.reset = true;
            case DATA -> answer.body.write(payload);
            case HEADERS -> keep(stream, answer, payload);
            default -> {}
        }
        if ((type == DATA || type == HEADERS) && (flags & END_STREAM) != 0) {
            answer.ended = true;
        }
    }

    private void settings(int flags, byte[] payload) throws IOException {
        ByteBuf all = Unpooled.wrappedBuffer(payload);
        while (all.isReadable()) {
            int name = all.readUnsignedShort();
            long value = all.readUnsignedInt();
            firstWindow = name == INITIAL_WINDOW ? value : firstWindow;
        }
        acknowledge(SETTINGS, flags, new byte[0]);
    }

    /** Sends a body of so many bytes as fast as the windows of the other end let it, or until it is answered. */
    public Answer upload(int stream, long length) throws IOException {
        Answer answer = answers.getOrDefault(stream, new Answer());
        byte[] part = new byte[FRAME];
        long sent = 0;
        long sentOnAll = 0;
        while (sent < length && answer.head.isEmpty() && !answer.reset) {
            boolean room = sent + part.length <= firstWindow + granted.getOrDefault(stream, 0L)
                    && sentOnAll + part.length <= 65_535 + granted.getOrDefault(0, 0L);
            if (room) {
                data(stream, part, false);
                sent += part.length;
                sentOnAll += part.length;
            }
            if (!room || in.available() > 0) {
                read();
            }
        }
        return awaitHead(stream);
    }

    private void acknowledge(int type, int flags, byte[] payload) throws IOException {
        if ((flags & ACK) == 0) {
            frame(type, ACK, 0, Unpooled.wrappedBuffer(payload));
        }
    }

    private void keep(int stream, Answer answer, byte[] block) throws IOException {
        try {
            Http2Headers read = decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(block));
            Map<String, String> into = answer.status() >= 200 ? answer.trailers : answer.head;
            read.forEach(field ->
                    into.put(field.getKey().toString(), field.getValue().toString()));
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
    }

    private void headers(int stream, Http2Headers headers, boolean end) throws IOException {
        ByteBuf block = Unpooled.buffer();
        try {
            encoder.encodeHeaders(stream, headers, block);
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
        frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block);
    }

    private void frame(int type, int flags, int stream, ByteBuf payload) throws IOException {
        ByteBuf frame = Unpooled.buffer();
        frame.writeMedium(payload.readableBytes())
                .writeByte(type)
                .writeByte(flags)
                .writeInt(stream);
        frame.writeBytes(payload);
        out.write(frame.array(), 0, frame.readableBytes());
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
