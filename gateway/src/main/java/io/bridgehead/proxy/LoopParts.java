package io.bridgehead.proxy;

import io.bridgehead.authn.JwtDesk;
import io.bridgehead.authn.Origins;
import io.bridgehead.loop.Timer;
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
 * @param origins statements of who calls
 * @param random for request ids, trace ids and waits
 * @param tokens has tokens judged
 */
public record LoopParts(
        Upstreams upstreams,
        Predicate<NodeName> suspects,
        Origins origins,
        Clock clock,
        RandomGenerator random,
        JwtDesk tokens) {
    /** Of a loop whose listeners take no tokens. */
    public LoopParts(
            Upstreams upstreams, Predicate<NodeName> suspects, Origins origins, Clock clock, RandomGenerator random) {
        this(upstreams, suspects, origins, clock, random, JwtDesk.none());
    }

    /** The time of one event loop. */
    public interface Clock extends Origins.Clock {
        /** Runs a task on the loop after so many milliseconds, unless it is cancelled before. */
        Timer after(long millis, Runnable task);
    }
}
