package io.bridgehead.e2e.traffic;

import io.bridgehead.model.HostPort;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.TlsObserver;
import io.bridgehead.tls.handshake.GatewayDialer;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLSocket;

/** An operator's connection to a node's admin port that is kept open, with requests as the test writes them. */
public final class OperatorClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final SSLSocket socket;

    private OperatorClient(SSLSocket socket) {
        this.socket = socket;
    }

    /** Connects with an identity; the node's side of the handshake may still refuse it. */
    public static OperatorClient to(int port, MaterialFiles.Paths operator) throws IOException {
        try {
            MaterialFiles files =
                    new MaterialFiles(operator, ExpectedPeer.anyone(), Clock.systemUTC(), TlsObserver.silent());
            return new OperatorClient(
                    new GatewayDialer(files.load(), ExpectedPeer.anyone(), Clock.systemUTC(), TIMEOUT, TIMEOUT)
                            .connect(new HostPort("127.0.0.1", port)));
        } catch (MaterialException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The status of a GET, whose answer is read whole. */
    public int get(String path, String host, String... lines) throws IOException {
        StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nhost: " + host + "\r\n");
        for (String line : lines) {
            head.append(line).append("\r\n");
        }
        send(head.append("\r\n").toString());
        String answer = readHead();
        int length = Integer.parseInt(
                answer.toLowerCase(Locale.ROOT).split("content-length: ", 2)[1].split("\r\n", 2)[0]);
        socket.getInputStream().readNBytes(length);
        return Integer.parseInt(answer.substring(9, 12));
    }

    /** Sends bytes as they are. */
    public void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The head of an answer; what there is of it when the connection ends before. */
    public String readHead() throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int read = in.read();
            if (read < 0) {
                break;
            }
            head.append((char) read);
        }
        return head.toString();
    }

    /** All until the connection ends. */
    public String readAll() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Whether the node ends the connection within the time given, with nothing more said. */
    public boolean isEndedWithin(Duration time) throws IOException {
        socket.setSoTimeout(Math.toIntExact(time.toMillis()));
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
