package io.bridgehead.cluster.hazelcast.tls;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * The handshake of a connector, on the blocking socket, before Hazelcast counts the connection as made. It ends with
 * the acceptor's acknowledgement; without it a node whose certificate is refused believes itself connected and tries
 * for a minute.
 *
 * <p>Threads: the one that connects, which waits at most the policy's time.
 */
final class ConnectorHandshake {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final LinkPolicy policy;
    private final SSLEngine engine;
    private final ByteBuffer in;
    private final ByteBuffer out;
    private final ByteBuffer decrypted;
    private final String peerId;

    private ConnectorHandshake(LinkPolicy policy, Socket socket) throws IOException {
        this.policy = policy;
        this.engine = policy.newEngine(true);
        int record = engine.getSession().getPacketBufferSize();
        this.in = ByteBuffer.allocate(record * 2).limit(0);
        this.out = ByteBuffer.allocate(record * 2);
        this.decrypted = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize() * 2);
        this.peerId = shake(socket);
    }

    static ConnectorHandshake on(Socket socket, LinkPolicy policy) throws IOException {
        String remote = String.valueOf(socket.getRemoteSocketAddress());
        int timeoutBefore = socket.getSoTimeout();
        try {
            ConnectorHandshake done = new ConnectorHandshake(policy, socket);
            policy.observer().linkEstablished(remote, done.peerId);
            return done;
        } catch (IOException e) {
            policy.observer().linkRefused(remote, String.valueOf(e.getMessage()));
            throw e;
        } finally {
            socket.setSoTimeout(timeoutBefore);
        }
    }

    SSLEngine engine() {
        return engine;
    }

    String peerId() {
        return peerId;
    }

    ByteBuffer encrypted() {
        return in;
    }

    ByteBuffer decrypted() {
        return decrypted;
    }

    private String shake(Socket socket) throws IOException {
        long deadline = System.nanoTime() + policy.handshake().toNanos();
        try {
            engine.beginHandshake();
            while (decrypted.position() == 0) {
                step(socket, deadline);
            }
            decrypted.flip();
            if (decrypted.get() != MemberLink.ACKNOWLEDGED) {
                throw new SSLHandshakeException("the peer does not speak Bridgehead's member protocol");
            }
            return policy.peerId(engine);
        } catch (CertificateException e) {
            throw new SSLHandshakeException(String.valueOf(e.getMessage()), e);
        } catch (SSLException e) {
            sendAlert(socket);
            throw e;
        }
    }

    private void step(Socket socket, long deadline) throws IOException {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
            }
            case NEED_WRAP -> send(socket);
            default -> receive(socket, deadline);
        }
    }

    private void send(Socket socket) throws IOException {
        out.clear();
        SSLEngineResult result = engine.wrap(NOTHING, out);
        socket.getOutputStream().write(out.array(), 0, out.position());
        if (result.getStatus() == Status.CLOSED) {
            throw new SSLHandshakeException("TLS ended during the handshake");
        }
    }

    private void receive(Socket socket, long deadline) throws IOException {
        SSLEngineResult result = engine.unwrap(in, decrypted);
        if (result.getStatus() == Status.CLOSED) {
            throw new SSLHandshakeException("the peer ended TLS during the handshake");
        }
        HandshakeStatus next = engine.getHandshakeStatus();
        boolean stuck =
                result.bytesConsumed() == 0 && next != HandshakeStatus.NEED_WRAP && next != HandshakeStatus.NEED_TASK;
        if (result.getStatus() == Status.BUFFER_UNDERFLOW || stuck) {
            fill(socket, deadline);
        }
    }

    private void fill(Socket socket, long deadline) throws IOException {
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (leftMillis <= 0) {
            throw new SocketTimeoutException(
                    "no TLS handshake within " + policy.handshake().toSeconds() + " s");
        }
        socket.setSoTimeout((int) leftMillis);
        in.compact();
        int count = socket.getInputStream().read(in.array(), in.position(), in.remaining());
        in.position(in.position() + Math.max(0, count)).flip();
        if (count < 0) {
            throw new SSLHandshakeException(
                    "the peer closed the connection during the handshake; it refused this node: look into its log");
        }
    }

    private void sendAlert(Socket socket) {
        try {
            engine.closeOutbound();
            while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                send(socket);
            }
        } catch (IOException _) {
            // The peer is gone; the reason of the refusal is told by the caller.
            out.clear();
        }
    }
}
