package io.bridgehead.e2e.traffic;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One HTTP/1.1 message as it stood on the wire (RFC 9112), without any leniency. */
public final class Message {
    private static final int LINE_MAX = 64 << 10;

    private final String start;
    private final List<Field> fields;
    private final byte[] body;
    private final List<Field> trailers;

    /** A field; the name as it was written. */
    public record Field(String name, String value) {}

    private Message(String start, List<Field> fields, byte[] body, List<Field> trailers) {
        this.start = start;
        this.fields = List.copyOf(fields);
        this.body = body;
        this.trailers = List.copyOf(trailers);
    }

    /** Reads up to the empty line. */
    static Message readHead(InputStream in) throws IOException {
        String start = line(in);
        return new Message(start, readFields(in), new byte[0], List.of());
    }

    /** Reads what follows the head; {@code toEnd} says that a body without a length lasts to the end of the connection. */
    public Message withBody(InputStream in, boolean toEnd) throws IOException {
        String length = first("content-length");
        if ("chunked".equalsIgnoreCase(first("transfer-encoding"))) {
            return chunked(in);
        }
        if (length != null) {
            byte[] read = in.readNBytes(Integer.parseInt(length));
            if (read.length < Integer.parseInt(length)) {
                throw new EOFException("the connection ended after " + read.length + " of " + length + " bytes");
            }
            return new Message(start, fields, read, List.of());
        }
        return toEnd ? new Message(start, fields, in.readAllBytes(), List.of()) : this;
    }

    private Message chunked(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
            byte[] chunk = in.readNBytes(size);
            all.write(chunk);
            if (chunk.length < size || !line(in).isEmpty()) {
                throw new EOFException("the connection ended within a chunk");
            }
        }
        return new Message(start, fields, all.toByteArray(), readFields(in));
    }

    private static int chunkSize(InputStream in) throws IOException {
        String line = line(in);
        int extension = line.indexOf(';');
        return Integer.parseInt((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
    }

    private static List<Field> readFields(InputStream in) throws IOException {
        List<Field> fields = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("not a field: " + line);
            }
            fields.add(new Field(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return fields;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended" + (line.isEmpty() ? "" : " within a line: " + line));
            }
            if (line.length() > LINE_MAX) {
                throw new IOException("a line without an end");
            }
            line.append((char) c);
        }
        if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
            throw new IOException("a line that does not end with CR LF: " + line);
        }
        line.setLength(line.length() - 1);
        return line.toString();
    }

    /** The request line or status line. */
    public String start() {
        return start;
    }

    public String method() {
        return start.substring(0, start.indexOf(' '));
    }

    public String target() {
        return start.substring(start.indexOf(' ') + 1, start.lastIndexOf(' '));
    }

    public int status() {
        return Integer.parseInt(start.substring(9, 12));
    }

    public List<Field> fields() {
        return fields;
    }

    public List<Field> trailers() {
        return trailers;
    }

    /** The first field with this name in lower case, or null. */
    public @Nullable String first(String name) {
        return first(fields, name);
    }

    /** The first trailer with this name in lower case, or null. */
    public @Nullable String trailer(String name) {
        return first(trailers, name);
    }

    private static @Nullable String first(List<Field> fields, String name) {
        return fields.stream()
                .filter(field -> field.name().toLowerCase(Locale.ROOT).equals(name))
                .map(Field::value)
                .findFirst()
                .orElse(null);
    }

    /** The body's own array. */
    public byte[] body() {
        return body;
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return start + " " + fields + (body.length > 2000 ? " " + body.length + " bytes" : " " + text())
                + (trailers.isEmpty() ? "" : " " + trailers);
    }
}
