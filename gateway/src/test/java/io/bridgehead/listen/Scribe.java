package io.bridgehead.listen;

import io.bridgehead.model.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An endpoint of bytes on loopback: keeps all that a connection sends up to its end, then answers {@code got <bytes>} and closes. */
public final class Scribe implements AutoCloseable {
    private final ServerSocket server;
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final AtomicInteger connections = new AtomicInteger();

    public Scribe() throws IOException {
        server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket peer = server.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(peer));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket peer) {
        try (peer) {
            byte[] all = peer.getInputStream().readAllBytes();
            received.add(all);
            peer.getOutputStream().write(("got " + all.length).getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            received.add(new byte[0]);
        }
    }

    public Endpoint endpoint() {
        return Endpoint.parse("127.0.0.1:" + server.getLocalPort());
    }

    /** Connections that have come so far. */
    int connections() {
        return connections.get();
    }

    /** What the next connection sent. */
    public byte[] next() throws InterruptedException {
        return Objects.requireNonNull(received.poll(Gateway.BOUND_MILLIS, TimeUnit.MILLISECONDS), "nothing came");
    }

    /** As {@link #next}, as text. */
    String nextText() throws InterruptedException {
        return new String(next(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
