package io.bridgehead.cluster.hazelcast.tls;

import static com.hazelcast.internal.networking.HandlerStatus.BLOCKED;
import static com.hazelcast.internal.networking.HandlerStatus.CLEAN;
import static com.hazelcast.internal.networking.HandlerStatus.DIRTY;
import static com.hazelcast.internal.nio.IOUtil.compactOrClear;

import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.OutboundHandler;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * The last outbound handler of a member channel: everything is encrypted here, and nothing leaves before the
 * handshake is done.
 *
 * <p>Threads: the channel's I/O thread alone.
 */
final class TlsEncoder extends OutboundHandler<ByteBuffer, ByteBuffer> {
    private static final int RECORDS_BUFFERED = 8;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final MemberLink link;

    TlsEncoder(MemberLink link) {
        this.link = link;
    }

    @Override
    public void handlerAdded() {
        dst = ByteBuffer.allocateDirect(link.engine.getSession().getPacketBufferSize() * RECORDS_BUFFERED);
        dst.flip();
    }

    @Override
    public HandlerStatus onWrite() throws IOException {
        compactOrClear(dst);
        try {
            return link.isRefused() ? alert() : encrypt();
        } catch (SSLException e) {
            if (link.isOpen()) {
                throw e;
            }
            link.refuse(e);
            return alert();
        } finally {
            dst.flip();
        }
    }

    private HandlerStatus encrypt() throws IOException {
        while (true) {
            HandshakeStatus status = link.engine.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_TASK) {
                link.work();
                return BLOCKED;
            }
            boolean own = status == HandshakeStatus.NEED_WRAP;
            if (!own && !link.isOpen()) {
                return BLOCKED;
            }
            ByteBuffer out = own ? NOTHING : nextOut();
            if (!own && !out.hasRemaining()) {
                return CLEAN;
            }
            if (!wrap(out)) {
                return DIRTY;
            }
            if (own && link.engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP) {
                link.wakeDecoder();
            }
        }
    }

    private ByteBuffer nextOut() {
        return link.firstOut.hasRemaining() ? link.firstOut : src;
    }

    /** Wraps one record; false when there is no room for it before the socket takes some. */
    private boolean wrap(ByteBuffer out) throws IOException {
        SSLEngineResult result = link.engine.wrap(out, dst);
        return switch (result.getStatus()) {
            case BUFFER_OVERFLOW -> false;
            case CLOSED -> throw new EOFException("TLS has ended");
            case BUFFER_UNDERFLOW -> throw new SSLException("the engine misses input while it writes");
            case OK -> {
                if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
                    link.complete();
                }
                yield true;
            }
        };
    }

    /** The alert, as far as the engine has one; what Hazelcast wanted to send is dropped. */
    private HandlerStatus alert() {
        src.position(src.limit());
        link.engine.closeOutbound();
        try {
            while (link.engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                if (link.engine.wrap(NOTHING, dst).bytesProduced() == 0) {
                    break;
                }
            }
        } catch (SSLException _) {
            return CLEAN;
        }
        return CLEAN;
    }
}
