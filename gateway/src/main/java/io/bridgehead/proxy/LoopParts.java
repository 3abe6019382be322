package io.bridgehead.proxy;

import io.bridgehead.model.NodeName;
import io.bridgehead.upstream.Upstreams;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * What exchanges need from their event loop.
 *
 * @param upstreams where attempts can go, as this loop sees it
 * @param suspects whether the tunnel to a node is suspect or dead; asked often, so it reads a snapshot
 * @param clock the loop's time
 * @param random for request ids, trace ids and waits
 */
public record LoopParts(Upstreams upstreams, Predicate<NodeName> suspects, Clock clock, RandomGenerator random) {
    /** The time of one event loop. */
    public interface Clock {
        /** A monotone clock in nanoseconds. */
        long nanoTime();

        /** The wall clock, in seconds since 1970. */
        long epochSeconds();

        /** Runs a task on the loop after so many milliseconds. */
        void after(long millis, Runnable task);
    }
}
