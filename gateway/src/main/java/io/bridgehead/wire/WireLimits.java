package io.bridgehead.wire;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;

/**
 * The bounds of one connection. Sizes in bytes, times in milliseconds.
 *
 * @param headBytesMax the longest request line or status line with all field lines, or trailers; on HTTP/2 the
 *     decoded size (RFC 9113, section 6.5.2)
 * @param fieldsMax the most field lines of one head
 * @param underscoresAllowed whether field names with {@code _} pass; CGI-style endpoints cannot tell them from
 *     {@code -}
 * @param peerIsGateway the peer is another node of the fabric: its {@code :scheme} is taken as said, and the
 *     connection window is refilled on receipt, as it always is on a client's side, so that stream windows alone carry back-pressure
 * @param headMillis a request head is complete this long after its first byte
 * @param idleMillis a connection without exchange is closed after this long
 * @param lastBytesMillis how long the peer of a connection that ends may take nothing of what waits to be sent
 * @param bodyGraceMillis how long a request body may take before {@code bodyBytesPerSecondMin} is asked of it,
 *     until the response head went out
 * @param bodyBytesPerSecondMin the slowest request body that is waited for while there is no response head; 0 for none
 * @param bufferedBytesMax bytes received and not consumed on an HTTP/1.1 or TCP connection before reading stops;
 *     also how many gather for sending
 *     before a stream is not writable
 * @param unreadBodyMax how much of a request body is read and dropped after an early final answer, before the
 *     connection is closed instead
 * @param informationalMax the most 1xx heads before a final one
 * @param streamsMax HTTP/2: streams that the peer may have open at once
 * @param streamWindow HTTP/2: what a peer may send on one stream before it is consumed
 * @param connectionWindow HTTP/2: what a peer may send on all streams before it is consumed
 * @param streamPendingMax HTTP/2: bytes that wait for the peer's window before a stream is not writable
 * @param resetsMax HTTP/2: resets, by the peer or provoked by it, in {@code resetsSeconds} before the connection
 *     is closed
 * @param resetsSeconds see {@code resetsMax}
 * @param frames HTTP/2: frames that carry nothing, and answers that nobody reads
 */
public record WireLimits(
        int headBytesMax,
        int fieldsMax,
        boolean underscoresAllowed,
        boolean peerIsGateway,
        long headMillis,
        long idleMillis,
        long lastBytesMillis,
        long bodyGraceMillis,
        int bodyBytesPerSecondMin,
        int bufferedBytesMax,
        int unreadBodyMax,
        int informationalMax,
        int streamsMax,
        int streamWindow,
        int connectionWindow,
        int streamPendingMax,
        int resetsMax,
        int resetsSeconds,
        FrameLimits frames) {
    private static final int KIB = 1024;
    /** Resets on a connection that carries the requests of many clients: theirs add up, and each of them is bounded at its own. */
    private static final int RESETS_OF_MANY = 100_000;

    /** The defaults for clients at an edge listener. */
    public static WireLimits edge() {
        return new WireLimits(
                16 * KIB,
                100,
                false,
                false,
                10_000,
                60_000,
                30_000,
                5_000,
                KIB,
                64 * KIB,
                64 * KIB,
                16,
                100,
                64 * KIB,
                KIB * KIB,
                64 * KIB,
                100,
                30,
                FrameLimits.OUTSIDE);
    }

    /** The defaults for connections to endpoints. */
    public static WireLimits endpoint() {
        Draft draft = new Draft(edge());
        draft.underscoresAllowed = true;
        draft.bodyGraceMillis = 0;
        draft.bodyBytesPerSecondMin = 0;
        draft.streamWindow = 256 * KIB;
        draft.resetsMax = RESETS_OF_MANY;
        draft.frames = FrameLimits.TUNNEL;
        return draft.made();
    }

    /**
     * The defaults for connections between nodes: what a node adds to a head must fit beside what a client may send;
     * no idle timer; room for the resets of all the clients behind the peer.
     */
    public static WireLimits tunnel() {
        return new WireLimits(
                64 * KIB,
                150,
                true,
                true,
                10_000,
                0,
                30_000,
                0,
                0,
                64 * KIB,
                64 * KIB,
                16,
                1000,
                256 * KIB,
                64 * KIB * KIB,
                128 * KIB,
                RESETS_OF_MANY,
                30,
                FrameLimits.TUNNEL);
    }

    /** These limits with other timers; 0 switches one off. */
    public WireLimits withTimers(long otherHeadMillis, long otherIdleMillis, long otherBodyGraceMillis) {
        Draft draft = new Draft(this);
        draft.headMillis = otherHeadMillis;
        draft.idleMillis = otherIdleMillis;
        draft.bodyGraceMillis = otherBodyGraceMillis;
        return draft.made();
    }

    /** These limits with another number of concurrent streams. */
    public WireLimits withStreamsMax(int otherStreamsMax) {
        Draft draft = new Draft(this);
        draft.streamsMax = otherStreamsMax;
        return draft.made();
    }

    /** These limits with others for heads. */
    public WireLimits withHead(int otherHeadBytesMax, int otherFieldsMax) {
        Draft draft = new Draft(this);
        draft.headBytesMax = otherHeadBytesMax;
        draft.fieldsMax = otherFieldsMax;
        return draft.made();
    }

    /** These limits with another bound of what is buffered. */
    public WireLimits withBuffered(int otherBufferedBytesMax) {
        Draft draft = new Draft(this);
        draft.bufferedBytesMax = otherBufferedBytesMax;
        return draft.made();
    }

    /** These limits with other bounds of resets. */
    public WireLimits withResets(int otherResetsMax, int otherResetsSeconds) {
        Draft draft = new Draft(this);
        draft.resetsMax = otherResetsMax;
        draft.resetsSeconds = otherResetsSeconds;
        return draft.made();
    }

    /** These limits with others for frames. */
    public WireLimits withFrames(FrameLimits otherFrames) {
        Draft draft = new Draft(this);
        draft.frames = otherFrames;
        return draft.made();
    }

    /** These limits with another number of 1xx heads. */
    public WireLimits withInformational(int otherInformationalMax) {
        Draft draft = new Draft(this);
        draft.informationalMax = otherInformationalMax;
        return draft.made();
    }

    /** These limits with another bound of waiting for a peer to take the last bytes. */
    public WireLimits withLastBytes(long otherLastBytesMillis) {
        Draft draft = new Draft(this);
        draft.lastBytesMillis = otherLastBytesMillis;
        return draft.made();
    }

    /** A copy of which something may be changed before it is limits again. */
    @OwnedBy(Owner.CONFINED)
    private static final class Draft {
        private int headBytesMax;
        private int fieldsMax;
        private boolean underscoresAllowed;
        private boolean peerIsGateway;
        private long headMillis;
        private long idleMillis;
        private long lastBytesMillis;
        private long bodyGraceMillis;
        private int bodyBytesPerSecondMin;
        private int bufferedBytesMax;
        private int unreadBodyMax;
        private int informationalMax;
        private int streamsMax;
        private int streamWindow;
        private int connectionWindow;
        private int streamPendingMax;
        private int resetsMax;
        private int resetsSeconds;
        private FrameLimits frames;

        Draft(WireLimits from) {
            headBytesMax = from.headBytesMax;
            fieldsMax = from.fieldsMax;
            underscoresAllowed = from.underscoresAllowed;
            peerIsGateway = from.peerIsGateway;
            headMillis = from.headMillis;
            idleMillis = from.idleMillis;
            lastBytesMillis = from.lastBytesMillis;
            bodyGraceMillis = from.bodyGraceMillis;
            bodyBytesPerSecondMin = from.bodyBytesPerSecondMin;
            bufferedBytesMax = from.bufferedBytesMax;
            unreadBodyMax = from.unreadBodyMax;
            informationalMax = from.informationalMax;
            streamsMax = from.streamsMax;
            streamWindow = from.streamWindow;
            connectionWindow = from.connectionWindow;
            streamPendingMax = from.streamPendingMax;
            resetsMax = from.resetsMax;
            resetsSeconds = from.resetsSeconds;
            frames = from.frames;
        }

        WireLimits made() {
            return new WireLimits(
                    headBytesMax,
                    fieldsMax,
                    underscoresAllowed,
                    peerIsGateway,
                    headMillis,
                    idleMillis,
                    lastBytesMillis,
                    bodyGraceMillis,
                    bodyBytesPerSecondMin,
                    bufferedBytesMax,
                    unreadBodyMax,
                    informationalMax,
                    streamsMax,
                    streamWindow,
                    connectionWindow,
                    streamPendingMax,
                    resetsMax,
                    resetsSeconds,
                    frames);
        }
    }
}
