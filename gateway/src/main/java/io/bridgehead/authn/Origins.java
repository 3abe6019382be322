package io.bridgehead.authn;

/**
 * What one event loop has to do with statements of origin.
 *
 * @param issuer makes this node's own
 * @param intake judges those of others
 */
public record Origins(OriginIssuer issuer, OriginIntake intake) {
    /** The time of the loop. */
    public interface Clock {
        /** A monotone clock in nanoseconds. */
        long nanoTime();

        /** The wall clock, in seconds since 1970. */
        long epochSeconds();
    }
}
