package io.bridgehead.wire.http1;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.wire.RefusalResponse;
import io.bridgehead.wire.guard.Fault;
import io.bridgehead.wire.guard.KnownField;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes heads. The text is put together in one array of the event loop and copied out once, because many small
 * writes to a buffer
 * outside the heap cost more.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class HeadWriter {
    static final byte[] CHUNKED = latin1("transfer-encoding: chunked\r\n");
    static final byte[] CLOSE = latin1("connection: close\r\n");
    static final byte[] KEEP_ALIVE = latin1("connection: keep-alive\r\n");
    static final byte[] NO_BODY = latin1("content-length: 0\r\n");
    private static final byte[] TE = latin1("connection: te\r\n");
    private static final byte[] VERSION_AND_HOST = latin1(" HTTP/1.1\r\nhost: ");
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final int ARRAY_AT_FIRST = 2048;
    private static final int STATUS_MIN = 100;
    private static final int STATUS_MAX = 599;
    private static final byte[][] STATUS_LINES = statusLines();

    /** One for each event loop: a head is written in one go, so connections can share it. */
    private static final FastThreadLocal<HeadWriter> OF_LOOP = new FastThreadLocal<>() {
        @Override
        protected HeadWriter initialValue() {
            return new HeadWriter();
        }
    };

    private byte[] array = new byte[ARRAY_AT_FIRST];
    private int length;

    private HeadWriter() {}

    /** The writer of this event loop, with a response's status line in it. */
    static HeadWriter response(int status) {
        HeadWriter writer = OF_LOOP.get();
        writer.length = 0;
        writer.add(STATUS_LINES[Math.clamp(status, STATUS_MIN, STATUS_MAX) - STATUS_MIN]);
        return writer;
    }

    /** The writer of this event loop, with a request line and Host in it. */
    static HeadWriter request(RequestHead head) {
        HeadWriter writer = OF_LOOP.get();
        writer.length = 0;
        writer.add(head.method());
        writer.array[writer.length++] = ' ';
        writer.add(head.path());
        writer.add(VERSION_AND_HOST);
        writer.add(head.authority());
        writer.add(LINE_END);
        return writer;
    }

    /** Writes the whole answer to a request that the codec refuses, after which the connection ends. */
    static void refusal(Fault fault, ByteBuf out) {
        RefusalResponse response = RefusalResponse.of(fault.refusal(), fault.detail(), null);
        response(response.head().status())
                .fields(response.head().fields(), true)
                .line(CLOSE)
                .writeTo(out);
        out.writeCharSequence(response.body(), StandardCharsets.UTF_8);
    }

    /** The writer of this event loop, with nothing in it. */
    static HeadWriter empty() {
        HeadWriter writer = OF_LOOP.get();
        writer.length = 0;
        return writer;
    }

    /** Adds a whole line. */
    HeadWriter line(byte[] line) {
        add(line);
        return this;
    }

    /** Adds one field. */
    HeadWriter field(HeaderName name, String value) {
        add(name.toString());
        add(": ");
        add(value);
        add(LINE_END);
        return this;
    }

    /**
     * Adds all fields but those that concern the connection, which the codec writes itself.
     *
     * @param withLength whether Content-Length is among them
     */
    HeadWriter fields(HeaderFields fields, boolean withLength) {
        byte[] from = fields.array();
        for (int i = 0; i < fields.size(); i++) {
            int nameStart = fields.nameStart(i);
            int nameLength = fields.nameLength(i);
            KnownField known = KnownField.of(from, nameStart, nameLength);
            if (known == KnownField.TE) {
                add(TE);
            } else if (known.isHopByHop()
                    || known == KnownField.HOST
                    || (known == KnownField.CONTENT_LENGTH && !withLength)) {
                continue;
            }
            int valueLength = fields.valueLength(i);
            reserve(nameLength + valueLength + 4);
            byte[] to = array;
            int at = length;
            System.arraycopy(from, nameStart, to, at, nameLength);
            at += nameLength;
            to[at++] = ':';
            to[at++] = ' ';
            System.arraycopy(from, fields.valueStart(i), to, at, valueLength);
            at += valueLength;
            to[at++] = '\r';
            to[at++] = '\n';
            length = at;
        }
        return this;
    }

    /** Ends the head and writes it. */
    void writeTo(ByteBuf out) {
        add(LINE_END);
        out.writeBytes(array, 0, length);
    }

    private void add(byte[] text) {
        reserve(text.length);
        System.arraycopy(text, 0, array, length, text.length);
        length += text.length;
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        reserve(bytes.length + 1);
        System.arraycopy(bytes, 0, array, length, bytes.length);
        length += bytes.length;
    }

    private void reserve(int more) {
        if (length + more > array.length) {
            array = Arrays.copyOf(array, Math.max(length + more, array.length * 2));
        }
    }

    private static byte[][] statusLines() {
        byte[][] lines = new byte[STATUS_MAX - STATUS_MIN + 1][];
        for (int status = STATUS_MIN; status <= STATUS_MAX; status++) {
            lines[status - STATUS_MIN] = latin1("HTTP/1.1 " + status + " " + ReasonPhrase.of(status) + "\r\n");
        }
        return lines;
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
