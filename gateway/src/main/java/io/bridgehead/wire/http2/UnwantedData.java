package io.bridgehead.wire.http2;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells DATA that nobody takes from that of bodies: it comes for a stream that is answered, reset, refused or gone.
 *
 * <p><b>Under way</b>: when this side stops listening, the peer may have sent as much as the stream's window allowed. So much counts as a body
 * still, and provokes no reset (RFC 9113, section 5.1): whoever cannot know yet loses nothing. What goes beyond does not.
 *
 * <p><b>Refused</b>: on a stream above the limit the peer may send what it likes before it reads of the reset; none of it is answered (RFC 9113,
 * section 5.1). The last {@value #REFUSED_KEPT} such streams are known; each of their frames costs something once what was under way is spent.
 *
 * <p>Costs a look at a field until a connection has the first such stream or frame, then one at the stream for each DATA frame.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class UnwantedData {
    private static final int REFUSED_KEPT = 128;

    private final Http2Connection connection;
    private final Http2Connection.PropertyKey exchangeKey;
    private boolean possible;
    private long underWay;
    private int forgivenOfGone;
    private int @Nullable [] refused;
    private int refusedCount;

    UnwantedData(Http2Connection connection, Http2Connection.PropertyKey exchangeKey) {
        this.connection = connection;
        this.exchangeKey = exchangeKey;
    }

    /** This side listens no more to what may come by this stream. */
    void stopsListening(Http2Stream stream) {
        if (stream.state().remoteSideOpen()) {
            mayCome(Math.max(0, connection.local().flowController().windowSize(stream)));
        }
    }

    /** This side ends a stream at once; without an error it is behind an answer, when it did not listen any more. */
    void reset(Http2Stream stream, long code) {
        if (code != Http2Error.NO_ERROR.code()) {
            stopsListening(stream);
        }
    }

    /**
     * A stream that the peer opens beyond those that it may have at once, to be reset alone (RFC 9113, section 5.1.2); null when it is
     * none. It exists for that moment, because Netty takes what follows on a stream that never did for an error of the connection.
     */
    @Nullable
    Http2Stream aboveLimit(int id) {
        Http2Connection.Endpoint<?> peer = connection.remote();
        if (peer.canOpenStream() || !peer.isValidStreamId(id) || connection.streamMayHaveExisted(id) || isRefused(id)) {
            return null;
        }
        int max = peer.maxActiveStreams();
        try {
            peer.maxActiveStreams(Integer.MAX_VALUE);
            remember(id);
            return peer.createStream(id, false);
        } catch (Http2Exception e) {
            return null;
        } finally {
            peer.maxActiveStreams(max);
        }
    }

    private void remember(int id) {
        int[] known = refused;
        if (known == null) {
            known = new int[REFUSED_KEPT];
            refused = known;
        }
        known[refusedCount++ % REFUSED_KEPT] = id;
    }

    /** From now on such frames may come, and so many bytes of them without blame. */
    void mayCome(long bytes) {
        possible = true;
        underWay += bytes;
    }

    /** Whether a DATA frame is of no use to anybody, and the peer has to answer for it. */
    boolean blames(int stream, int length) {
        if (!possible) {
            return false;
        }
        Http2Stream known = connection.stream(stream);
        boolean gone = known == null && connection.streamMayHaveExisted(stream) && !isRefused(stream);
        if (!gone && !(known == null ? isRefused(stream) : isUnwanted(known))) {
            return false;
        }
        if (length > underWay) {
            return true;
        }
        underWay -= length;
        forgivenOfGone += gone ? 1 : 0;
        return false;
    }

    /**
     * A frame was wrong for its stream.
     *
     * @return whether it is ignored: its stream is gone, and the frame was forgiven or the stream refused
     */
    boolean ignores(Http2Exception.StreamException error) {
        possible = true;
        if (error.error() != Http2Error.STREAM_CLOSED || connection.stream(error.streamId()) != null) {
            return false;
        }
        if (forgivenOfGone > 0) {
            forgivenOfGone--;
            return true;
        }
        return wasAboveLimit(error.streamId());
    }

    private boolean wasAboveLimit(int stream) {
        int[] known = refused;
        if (known != null) {
            for (int each : known) {
                if (each == stream) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isUnwanted(Http2Stream stream) {
        Http2Exchange exchange = stream.getProperty(exchangeKey);
        return stream.isResetSent() || (exchange != null && !exchange.wantsData());
    }

    /** Whether the peer opened it after it was told that no more are taken. */
    private boolean isRefused(int id) {
        Http2Connection.Endpoint<?> peer = connection.remote();
        return connection.goAwaySent() && peer.isValidStreamId(id) && id > peer.lastStreamKnownByPeer();
    }
}
