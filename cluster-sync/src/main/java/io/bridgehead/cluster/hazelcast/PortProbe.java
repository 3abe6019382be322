package io.bridgehead.cluster.hazelcast;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * Asks this node's own member port, in plaintext, to be a member port. The answer must be silence and the end, or a
 * TLS alert: so a Hazelcast that no longer calls our handlers is found at start, and not by an intruder.
 */
final class PortProbe {
    private static final byte[] PLAINTEXT_MEMBER = "HZC".getBytes(StandardCharsets.US_ASCII);
    private static final int TLS_ALERT = 0x15;
    private static final int WAIT_MILLIS = 3_000;

    private PortProbe() {}

    /** What is wrong with the port, or nothing. Waits up to 6 s. */
    static Optional<String> problem(InetSocketAddress bind, Set<SocketAddress> probes) throws IOException {
        InetAddress host = bind.getAddress().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bind.getAddress();
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(host, 0));
            probes.add(socket.getLocalSocketAddress());
            socket.connect(new InetSocketAddress(host, bind.getPort()), WAIT_MILLIS);
            socket.setSoTimeout(WAIT_MILLIS);
            socket.getOutputStream().write(PLAINTEXT_MEMBER);
            int answer = answer(socket);
            return answer < 0 || answer == TLS_ALERT
                    ? Optional.empty()
                    : Optional.of("the member port " + bind + " answers plaintext with byte " + answer);
        } catch (SocketTimeoutException e) {
            return Optional.of("the member port " + bind + " keeps a plaintext connection open");
        }
    }

    /** The first byte, or -1 when the other end closes, or resets because it left some of our bytes unread. */
    private static int answer(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read();
        } catch (SocketException e) {
            return -1;
        }
    }
}
