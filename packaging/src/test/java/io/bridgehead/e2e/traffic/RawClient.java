package io.bridgehead.e2e.traffic;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** One connection of an HTTP/1.1 client that sends exactly what it is given and hides nothing of what comes back. */
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Connects to a port of loopback. */
    public static RawClient to(int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
            return new RawClient(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Whether a connection to a port of loopback is made and ended at once, without a byte. It may be reset before this side has seen that it was made.
     */
    public static boolean isTurnedAway(int port) throws IOException {
        try (RawClient client = to(port)) {
            return client.isEnded();
        } catch (ConnectException e) {
            throw e;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Over a connection that somebody else has made, such as one with TLS. */
    public static RawClient over(Socket connected) throws IOException {
        return new RawClient(connected);
    }

    /** One GET on a connection of its own. */
    public static Message get(int port, String host, String path) throws IOException {
        return exchange(port, "GET", host, path, "");
    }

    /** One request on a connection of its own. */
    public static Message exchange(int port, String method, String host, String path, String body) throws IOException {
        try (RawClient client = to(port)) {
            return client.exchange(method, host, path, body);
        }
    }

    /** One request on this connection. */
    public Message exchange(String method, String host, String path, String body) throws IOException {
        String length = body.isEmpty() && method.equals("GET")
                ? ""
                : "content-length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n";
        send(method + " " + path + " HTTP/1.1\r\nhost: " + host + "\r\n" + length + "\r\n" + body);
        return answerTo(method);
    }

    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** The next head, of an interim answer as well. */
    public Message head() throws IOException {
        return Message.readHead(in);
    }

    /** The final answer to a request that may have one with a body. */
    public Message answer() throws IOException {
        return answerTo("GET");
    }

    /** The final answer to a request with this method. */
    public Message answerTo(String method) throws IOException {
        Message head = head();
        while (head.status() / 100 == 1) {
            head = head();
        }
        boolean none = method.equals("HEAD") || head.status() == 204 || head.status() == 304;
        return none ? head : head.withBody(in, true);
    }

    /** This many bytes, or fewer when the connection ends. */
    public byte[] bytes(int count) throws IOException {
        return in.readNBytes(count);
    }

    /** Everything to the end of the connection. */
    public byte[] rest() throws IOException {
        return in.readAllBytes();
    }

    /** Whether the other end closes or resets, without another byte, in time. */
    public boolean isEnded() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Whether the other end closes or resets in time, after nothing or after bytes that begin with this one. */
    public boolean endsAfterNothingBut(int first) throws IOException {
        try {
            int read = in.read();
            if (read == first) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return read < 0 || read == first;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Says that no more bytes come from here. */
    public void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
