package io.bridgehead.wire;

/**
 * How much a peer may ask of this side on HTTP/2 that is no useful work, and how long it may leave an answer unread.
 *
 * <p>Every frame but a useful DATA frame costs something; completed requests, bytes of bodies in either direction and time earn it
 * back. Whoever owes more than {@code budget} is told ENHANCE_YOUR_CALM and loses the connection.
 *
 * @param budget frames that carry nothing which a peer may send ahead of useful work; 1 or more
 * @param perSecond how many of them each second earns back; 1 or more
 * @param tinyDataCounts whether DATA frames of less than three bytes cost as well; between nodes they do not, because they carry what
 *     clients of others write byte by byte
 * @param unreadMillis how long the peer may take nothing of an answer, or of a last part before a close, that waits for it
 */
public record FrameLimits(int budget, int perSecond, boolean tinyDataCounts, long unreadMillis) {
    /** For clients and endpoints. */
    public static final FrameLimits OUTSIDE = new FrameLimits(1_000, 10, true, 300_000);

    /** For other nodes, which carry the frames of many clients. */
    public static final FrameLimits TUNNEL = new FrameLimits(100_000, 1_000, false, 300_000);

    /** @throws IllegalArgumentException naming the value that is out of range */
    public FrameLimits {
        if (budget < 1 || perSecond < 1 || unreadMillis < 1) {
            throw new IllegalArgumentException("frame budget " + budget + ", " + perSecond + " a second, unread for "
                    + unreadMillis + " ms: expected 1 or more of each");
        }
    }
}
