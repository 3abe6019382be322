package io.bridgehead.admin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Speaks to a node's admin API over its Unix socket: one request for each connection, HTTP/1.0, so that the end of the
 * connection is the end of the answer. For the command line; it blocks.
 */
public final class AdminClient {
    private static final int ANSWER_BYTES_MAX = 64 << 20;

    private final Path socket;

    /** @param socket the node's {@code admin.socket} */
    public AdminClient(Path socket) {
        this.socket = socket;
    }

    /**
     * What the node answered.
     *
     * @param status the HTTP status
     * @param body the body, usually JSON
     */
    public record Answer(int status, String body) {
        /** Whether the node did what was asked. */
        public boolean ok() {
            return status >= 200 && status < 300;
        }
    }

    /**
     * Gets a resource.
     *
     * @throws NodeUnreachableException when nobody answers on the socket
     */
    public Answer get(String path) throws NodeUnreachableException {
        return exchange("GET", path, Map.of(), new byte[0]);
    }

    /**
     * Posts a body.
     *
     * @throws NodeUnreachableException when nobody answers on the socket
     */
    public Answer post(String path, Map<String, String> fields, byte[] body) throws NodeUnreachableException {
        return exchange("POST", path, fields, body);
    }

    private Answer exchange(String method, String path, Map<String, String> fields, byte[] body)
            throws NodeUnreachableException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            write(channel, head(method, path, fields, body.length));
            write(channel, body);
            return parse(readAll(channel));
        } catch (IOException e) {
            throw new NodeUnreachableException(socket, e);
        }
    }

    private static byte[] head(String method, String path, Map<String, String> fields, int bodyLength) {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.0\r\nhost: admin\r\n");
        fields.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("content-length: ")
                .append(bodyLength)
                .append("\r\n\r\n")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void write(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    private static byte[] readAll(SocketChannel channel) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer part = ByteBuffer.allocate(16 << 10);
        while (channel.read(part) >= 0) {
            all.write(part.array(), 0, part.position());
            part.clear();
            if (all.size() > ANSWER_BYTES_MAX) {
                throw new IOException("the answer is longer than " + ANSWER_BYTES_MAX + " bytes");
            }
        }
        return all.toByteArray();
    }

    private static Answer parse(byte[] answer) throws IOException {
        String text = new String(answer, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0 || !text.startsWith("HTTP/1.") || text.length() < 12) {
            throw new IOException("the answer is not HTTP");
        }
        int status = Integer.parseInt(text.substring(9, 12));
        return new Answer(status, new String(answer, end + 4, answer.length - end - 4, StandardCharsets.UTF_8));
    }
}
