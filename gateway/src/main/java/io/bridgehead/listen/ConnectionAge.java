package io.bridgehead.listen;

import java.util.random.RandomGenerator;

/**
 * How old a client's HTTP connection may become before it is asked to end after what it is at, so that clients find new addresses and
 * new certificates. Drawn from the last fifth below the maximum, so that connections that came together do not go together.
 *
 * @param maxMillis 0 for any age
 * @param random safe for use by several threads
 */
public record ConnectionAge(long maxMillis, RandomGenerator random) {
    /** Connections become as old as they like. */
    public static final ConnectionAge ANY = new ConnectionAge(0, () -> 0);

    private static final double SPREAD = 0.2;

    /** The age for one connection in milliseconds; 0 for any. */
    long draw() {
        return maxMillis == 0 ? 0 : Math.max(1, Math.round(maxMillis * (1 - SPREAD * random.nextDouble())));
    }
}
