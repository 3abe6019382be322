package io.bridgehead.limit;

/**
 * What one node may have at once with the endpoints of one service in its own site, over all event loops; 0 for no such bound. Loops count
 * together without waiting for each other, so a burst may go beyond by what other loops begin in the same moment.
 *
 * @param connections open connections; one of each event loop to each endpoint may always be
 * @param pending requests that wait for a connection
 * @param requests requests and streams of bytes under way, those that wait included
 * @param retries those of them that are not the first attempt
 */
public record CircuitLimits(int connections, int pending, int requests, int retries) {
    /** No bounds but those of the node. */
    public static final CircuitLimits NONE = new CircuitLimits(0, 0, 0, 0);

    /** @throws IllegalArgumentException if one is negative */
    public CircuitLimits {
        if (connections < 0 || pending < 0 || requests < 0 || retries < 0) {
            throw new IllegalArgumentException("limits " + connections + ", " + pending + ", " + requests + " and "
                    + retries + ": expected 0 or more");
        }
    }

    /** Whether attempts are bounded. */
    public boolean boundsAttempts() {
        return requests > 0 || retries > 0;
    }
}
