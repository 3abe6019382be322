package io.bridgehead.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The other end of a connection as plain bytes: sends text, reads one HTTP/1.1 message after another without trusting
 * this project's codec.
 */
final class RawHttp implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    /** One message; {@code head} as received. */
    record Message(String head, String body, List<String> trailers) {
        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }
    }

    RawHttp(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    static RawHttp connect(int port) throws IOException {
        return new RawHttp(WireBed.socket(port));
    }

    RawHttp send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    RawHttp send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    RawHttp endOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    Socket socket() {
        return socket;
    }

    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("after '" + line + "'");
            }
            if (b == '\n') {
                return line.toString().trim();
            }
            line.append((char) b);
        }
    }

    /** Reads a head up to its empty line, which is left out. */
    String head() throws IOException {
        StringBuilder head = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            head.append(line).append('\n');
        }
        return head.toString();
    }

    /** Reads a message with its body. */
    Message message(boolean bodiless) throws IOException {
        String head = head();
        String lower = head.toLowerCase(Locale.ROOT);
        List<String> trailers = new ArrayList<>();
        if (bodiless || lower.startsWith("http/1.1 1")) {
            return new Message(head, "", trailers);
        }
        if (lower.contains("transfer-encoding: chunked")) {
            StringBuilder body = new StringBuilder();
            for (int size = size(); size > 0; size = size()) {
                body.append(exactly(size));
                line();
            }
            for (String line = line(); !line.isEmpty(); line = line()) {
                trailers.add(line);
            }
            return new Message(head, body.toString(), trailers);
        }
        int at = lower.indexOf("content-length: ");
        if (at >= 0) {
            int length = Integer.parseInt(lower.substring(at + 16, lower.indexOf('\n', at)));
            return new Message(head, exactly(length), trailers);
        }
        if (lower.startsWith("http/1.")) {
            return new Message(head, rest(), trailers);
        }
        return new Message(head, "", trailers);
    }

    Message message() throws IOException {
        return message(false);
    }

    private int size() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private String exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("body ended after " + bytes.length + " of " + length + " bytes");
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** All until the connection ends. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
