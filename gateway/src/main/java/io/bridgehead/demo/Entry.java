package io.bridgehead.demo;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One keep-alive connection of a client to an entry node: plain HTTP/1.1, blocking, and nothing is ever sent twice in secret. */
final class Entry implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 5_000;

    private final Socket socket;
    private final InputStream in;

    Entry(int port) throws IOException {
        socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** What came back. */
    record Answer(int status, String servedBy) {}

    Answer send(String method, String host, String path, String body) throws IOException {
        String request = method + " " + path + " HTTP/1.1\r\nhost: " + host + "\r\nuser-agent: bridgehead-demo\r\n"
                + (body.isEmpty() ? "" : "content-type: text/plain\r\ncontent-length: " + body.length() + "\r\n")
                + "\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return read();
    }

    private Answer read() throws IOException {
        String status = line();
        if (!status.startsWith("HTTP/1.1 ") || status.length() < 12) {
            throw new IOException("not an HTTP answer: " + status);
        }
        int length = 0;
        String servedBy = "";
        for (String field = line(); !field.isEmpty(); field = line()) {
            String name = field.substring(0, Math.max(field.indexOf(':'), 0)).toLowerCase(Locale.ROOT);
            String value = field.substring(field.indexOf(':') + 1).strip();
            if (name.equals("content-length")) {
                length = Integer.parseInt(value);
            } else if (name.equals("x-served-by")) {
                servedBy = value;
            }
        }
        if (in.readNBytes(length).length < length) {
            throw new EOFException("the connection ended within a body");
        }
        return new Answer(Integer.parseInt(status.substring(9, 12)), servedBy);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
