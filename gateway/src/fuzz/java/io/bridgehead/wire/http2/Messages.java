package io.bridgehead.wire.http2;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Heads that are right, as HPACK writes them without a table. */
final class Messages {
    private Messages() {}

    /** @param length its content-length, or empty */
    static byte[] request(int stream, boolean end, String length) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        literal(block, ":method", end ? "GET" : "POST");
        literal(block, ":scheme", "http");
        literal(block, ":authority", "shop.example");
        literal(block, ":path", "/a?b=c");
        literal(block, "accept", "*/*");
        if (!end && !length.isEmpty()) {
            literal(block, "content-length", length);
        }
        return head(stream, end, block);
    }

    static byte[] answer(int stream, boolean end, String status, String length) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        literal(block, ":status", status);
        literal(block, "server", "x");
        if (!length.isEmpty()) {
            literal(block, "content-length", length);
        }
        return head(stream, end, block);
    }

    private static byte[] head(int stream, boolean end, ByteArrayOutputStream block) {
        int flags = Reading.END_HEADERS | (end ? Reading.END_STREAM : 0);
        return Script.frame(Reading.HEADERS, flags, stream, block.toByteArray());
    }

    private static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        block.write(name.length());
        block.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        block.write(value.length());
        block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }
}
