package io.bridgehead.cluster.hazelcast.tls;

import com.hazelcast.internal.networking.Channel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of one connection, shared by its decoder and encoder.
 *
 * <p>State: shaking hands, then open or refused. A connector's link begins open, because it shook hands before. A
 * refused link drops what it reads, sends its alert and is closed after {@link LinkPolicy#DRAIN}.
 *
 * <p>Threads: the channel's I/O thread; delegated tasks elsewhere, one run at a time; the atomics carry state across.
 */
final class MemberLink {
    /** Where the authenticated peer stands among a channel's attributes. */
    static final String PEER_ID = "bridgehead.peer";

    /** Sent by the acceptor in the first record: your certificate is accepted. */
    static final byte ACKNOWLEDGED = 6;

    final SSLEngine engine;
    final ByteBuffer firstOut;
    final ByteBuffer encryptedSoFar;
    final ByteBuffer decryptedSoFar;
    private final Channel channel;
    private final LinkPolicy policy;
    private final AtomicBoolean open;
    private final AtomicBoolean working = new AtomicBoolean();
    private final AtomicBoolean worked = new AtomicBoolean();
    private final AtomicReference<@Nullable IOException> refusal = new AtomicReference<>();
    private final Future<?> deadline;

    private MemberLink(
            SSLEngine engine,
            Channel channel,
            LinkPolicy policy,
            boolean open,
            ByteBuffer encrypted,
            ByteBuffer decrypted) {
        this.engine = engine;
        this.channel = channel;
        this.policy = policy;
        this.open = new AtomicBoolean(open);
        this.encryptedSoFar = encrypted;
        this.decryptedSoFar = decrypted;
        this.firstOut = ByteBuffer.wrap(open ? new byte[0] : new byte[] {ACKNOWLEDGED});
        this.deadline = open ? new FutureTask<>(() -> null) : scheduleDeadline();
        channel.addCloseListener(_ -> {
            deadline.cancel(false);
            policy.links().ended(this);
        });
    }

    /** The connector's end: the handshake is done, and may have read more than it needed. */
    @SuppressWarnings("unchecked") // Hazelcast declares a channel's attributes as a raw map
    static MemberLink connected(ConnectorHandshake handshake, Channel channel, LinkPolicy policy) {
        channel.attributeMap().put(PEER_ID, handshake.peerId());
        MemberLink link =
                new MemberLink(handshake.engine(), channel, policy, true, handshake.encrypted(), handshake.decrypted());
        policy.links().opened(link, policy);
        return link;
    }

    /** The acceptor's end: the handshake is still to come. */
    static MemberLink accepted(Channel channel, LinkPolicy policy) throws SSLException {
        SSLEngine engine = policy.newEngine(false);
        engine.beginHandshake();
        return new MemberLink(engine, channel, policy, false, ByteBuffer.allocate(0), ByteBuffer.allocate(0));
    }

    boolean isOpen() {
        return open.get();
    }

    boolean isRefused() {
        return refusal.get() != null;
    }

    void wakeEncoder() {
        channel.outboundPipeline().wakeup();
    }

    void wakeDecoder() {
        channel.inboundPipeline().wakeup();
    }

    /** Runs what the engine delegates, away from the I/O thread. */
    void work() {
        if (working.compareAndSet(false, true)) {
            policy.tasks().execute(this::runDelegated);
        }
    }

    /**
     * True once after delegated work: the engine then wants to be asked again even when nothing has arrived, because
     * it tells a failure of that work only when it is called.
     */
    boolean takeWorked() {
        return worked.compareAndSet(true, false);
    }

    /** The handshake is done: asks who it is. */
    @SuppressWarnings("unchecked") // Hazelcast declares a channel's attributes as a raw map
    void complete() throws SSLException {
        if (isOpen()) {
            return;
        }
        try {
            String peerId = policy.peerId(engine);
            channel.attributeMap().put(PEER_ID, peerId);
            open.set(true);
            deadline.cancel(false);
            policy.observer().linkEstablished(remote(), peerId);
            policy.links().opened(this, policy);
        } catch (CertificateException e) {
            throw new SSLHandshakeException(String.valueOf(e.getMessage()), e);
        }
        wakeEncoder();
        wakeDecoder();
    }

    void refuse(IOException reason) {
        if (refusal.compareAndSet(null, reason)) {
            deadline.cancel(false);
            if (!policy.probes().contains(channel.remoteSocketAddress())) {
                policy.observer().linkRefused(remote(), String.valueOf(reason.getMessage()));
            }
            wakeEncoder();
            var _ = policy.timer().schedule(this::close, LinkPolicy.DRAIN.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Asks again who may be at the other end, and closes the link when this peer may not any more; true when it may.
     */
    boolean recheck() {
        try {
            policy.stillPeerId(engine);
            return true;
        } catch (CertificateException | SSLPeerUnverifiedException e) {
            policy.observer().linkRefused(remote(), String.valueOf(e.getMessage()));
            close();
            return false;
        }
    }

    /** The SPIFFE ID that the peer's certificate proved. */
    String peer() {
        return String.valueOf(channel.attributeMap().get(PEER_ID));
    }

    boolean isClosed() {
        return channel.isClosed();
    }

    String remote() {
        return String.valueOf(channel.remoteSocketAddress());
    }

    private Future<?> scheduleDeadline() {
        String late = "no TLS handshake within " + policy.handshake().toSeconds() + " s";
        return policy.timer()
                .schedule(
                        () -> refuse(new SSLHandshakeException(late)),
                        policy.handshake().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void runDelegated() {
        try {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
        } finally {
            worked.set(true);
            working.set(false);
            wakeDecoder();
            wakeEncoder();
        }
    }

    private void close() {
        try {
            channel.close();
        } catch (IOException e) {
            policy.observer().linkRefused(remote(), "closing failed: " + e.getMessage());
        }
    }
}
