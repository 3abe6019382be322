package io.bridgehead.cluster.hazelcast.tls;

import static com.hazelcast.internal.networking.HandlerStatus.BLOCKED;
import static com.hazelcast.internal.networking.HandlerStatus.CLEAN;
import static com.hazelcast.internal.networking.HandlerStatus.DIRTY;
import static com.hazelcast.internal.nio.IOUtil.compactOrClear;

import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.InboundHandler;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * The first inbound handler of a member channel: what comes from the socket is decrypted here, or the link is refused.
 * Unwraps into a buffer of its own, because an engine wants room for a whole record whatever the next handler has.
 *
 * <p>Threads: the channel's I/O thread alone.
 */
final class TlsDecoder extends InboundHandler<ByteBuffer, ByteBuffer> {
    private static final int TLS_HANDSHAKE_RECORD = 0x16;
    private static final int RECORDS_BUFFERED = 4;

    private final MemberLink link;
    private final ByteBuffer decrypted;
    private final AtomicBoolean first = new AtomicBoolean(true);

    TlsDecoder(MemberLink link) {
        this.link = link;
        int room = Math.max(link.engine.getSession().getApplicationBufferSize() * 2, link.decryptedSoFar.remaining());
        this.decrypted = ByteBuffer.allocate(room).put(link.decryptedSoFar).flip();
    }

    @Override
    public void handlerAdded() {
        int record = link.engine.getSession().getPacketBufferSize();
        src = ByteBuffer.allocateDirect(Math.max(record * RECORDS_BUFFERED, link.encryptedSoFar.remaining()));
        src.put(link.encryptedSoFar);
    }

    @Override
    public HandlerStatus onRead() throws IOException {
        src.flip();
        try {
            return link.isRefused() ? drop() : decrypt();
        } catch (SSLException e) {
            if (link.isOpen()) {
                throw e;
            }
            link.refuse(e);
            return drop();
        } finally {
            compactOrClear(src);
        }
    }

    private HandlerStatus decrypt() throws IOException {
        refusePlaintext();
        while (true) {
            move();
            if (decrypted.hasRemaining()) {
                return DIRTY;
            }
            Optional<HandlerStatus> waiting = waitFor();
            if (waiting.isPresent()) {
                return waiting.get();
            }
            if (!unwrap()) {
                return CLEAN;
            }
        }
    }

    /** What must happen before the engine reads on; nothing when it can. */
    private Optional<HandlerStatus> waitFor() {
        return switch (link.engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                link.work();
                yield Optional.of(BLOCKED);
            }
            case NEED_WRAP -> {
                link.wakeEncoder();
                yield Optional.of(BLOCKED);
            }
            default -> link.takeWorked() || src.hasRemaining() ? Optional.empty() : Optional.of(CLEAN);
        };
    }

    /** Unwraps one record; false when its end has not come yet. */
    private boolean unwrap() throws IOException {
        decrypted.clear();
        SSLEngineResult result;
        try {
            result = link.engine.unwrap(src, decrypted);
        } finally {
            decrypted.flip();
        }
        return switch (result.getStatus()) {
            case BUFFER_UNDERFLOW -> false;
            case CLOSED -> throw new EOFException("the peer ended TLS");
            case BUFFER_OVERFLOW -> throw new SSLException("a TLS record is larger than the engine announced");
            case OK -> {
                advance(result.getHandshakeStatus());
                yield true;
            }
        };
    }

    private void advance(SSLEngineResult.HandshakeStatus status) throws SSLException {
        if (status == SSLEngineResult.HandshakeStatus.FINISHED) {
            link.complete();
        }
        if (!link.isOpen() && decrypted.hasRemaining()) {
            throw new SSLHandshakeException("data came before the handshake was done");
        }
    }

    /** The first byte of a connection tells TLS from everything else. */
    private void refusePlaintext() throws SSLException {
        if (!src.hasRemaining() || !first.compareAndSet(true, false) || link.isOpen()) {
            return;
        }
        if (src.get(src.position()) != TLS_HANDSHAKE_RECORD) {
            throw new SSLHandshakeException("plaintext on the member port; expected TLS 1.3 with a client certificate");
        }
    }

    private HandlerStatus drop() {
        src.position(src.limit());
        return CLEAN;
    }

    private void move() {
        int count = Math.min(decrypted.remaining(), dst.remaining());
        dst.put(decrypted.slice(decrypted.position(), count));
        decrypted.position(decrypted.position() + count);
    }
}
