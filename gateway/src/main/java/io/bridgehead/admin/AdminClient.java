package io.bridgehead.admin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Speaks to a node's admin API: one request for each connection, HTTP/1.0, so that the end of the connection is the end of the answer. For the
 * command line; it blocks.
 */
public final class AdminClient {
    private static final int ANSWER_BYTES_MAX = 64 << 20;
    private static final String LENGTH = "content-length:";

    private final Way way;
    private final String host;

    /** @param socket the node's {@code admin.socket} */
    public AdminClient(Path socket) {
        this(new Socket(socket), "admin");
    }

    /**
     * A client that reaches the node in another way.
     *
     * @param host what requests call the node, with its port
     */
    public AdminClient(Way way, String host) {
        this.way = way;
        this.host = host;
    }

    /** How a node is reached. */
    public interface Way {
        /**
         * Connects.
         *
         * @throws IOException when nobody answers there, or not the right one
         */
        Connection open() throws IOException;

        /** What a request that failed comes to. */
        NodeUnreachableException unreachable(IOException cause);
    }

    /** A connection to a node. */
    public interface Connection extends AutoCloseable {
        InputStream in() throws IOException;

        OutputStream out() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** Over the Unix socket. */
    private record Socket(Path path) implements Way {
        @Override
        public Connection open() throws IOException {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(path));
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            return new OverChannel(channel);
        }

        @Override
        public NodeUnreachableException unreachable(IOException cause) {
            return new NodeUnreachableException(path, cause);
        }
    }

    private record OverChannel(SocketChannel channel) implements Connection {
        @Override
        public InputStream in() {
            return Channels.newInputStream(channel);
        }

        @Override
        public OutputStream out() {
            return Channels.newOutputStream(channel);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
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
     * @throws NodeUnreachableException when nobody answers
     */
    public Answer get(String path) throws NodeUnreachableException {
        return exchange("GET", path, Map.of(), new byte[0]);
    }

    /**
     * Posts a body.
     *
     * @throws NodeUnreachableException when nobody answers
     */
    public Answer post(String path, Map<String, String> fields, byte[] body) throws NodeUnreachableException {
        return exchange("POST", path, fields, body);
    }

    private Answer exchange(String method, String path, Map<String, String> fields, byte[] body)
            throws NodeUnreachableException {
        try (Connection connection = way.open()) {
            return exchange(connection, head(method, path, fields, body.length), body);
        } catch (IOException e) {
            throw way.unreachable(e);
        }
    }

    private static Answer exchange(Connection connection, byte[] head, byte[] body) throws IOException {
        IOException unsent = null;
        try {
            OutputStream out = connection.out();
            out.write(head);
            out.write(body);
            out.flush();
        } catch (IOException e) {
            // The node may have answered already, before it had read everything.
            unsent = e;
        }
        try {
            return parse(readAll(connection.in()));
        } catch (IOException e) {
            if (unsent != null) {
                e.addSuppressed(unsent);
            }
            throw e;
        }
    }

    private byte[] head(String method, String path, Map<String, String> fields, int bodyLength) {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.0\r\nhost: " + host + "\r\n");
        fields.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("content-length: ")
                .append(bodyLength)
                .append("\r\n\r\n")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] readAll(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] part = new byte[16 << 10];
        for (int read = in.read(part); read >= 0; read = in.read(part)) {
            all.write(part, 0, read);
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
            throw new IOException(answer.length == 0 ? "it ended the connection" : "the answer is not HTTP");
        }
        int length = answer.length - end - 4;
        int announced = announced(text.substring(0, end));
        if (announced > length) {
            throw new IOException("the answer broke off: " + length + " of " + announced + " bytes came");
        }
        int status = Integer.parseInt(text.substring(9, 12));
        return new Answer(status, new String(answer, end + 4, length, StandardCharsets.UTF_8));
    }

    /** How long the head says that the body is; -1 when it does not say. */
    private static int announced(String head) {
        for (String line : head.split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
                return Integer.parseInt(line.substring(LENGTH.length()).strip());
            }
        }
        return -1;
    }
}
