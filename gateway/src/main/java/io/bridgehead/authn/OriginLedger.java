package io.bridgehead.authn;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SpiffeId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which statements of other gateways this node has refused lately, and whose clocks are off, for people: one line for each gateway and cause. A line
 * goes when nothing was added to it for {@link #KEPT}. At most {@link #LINES_MAX} lines; the oldest goes first. <b>Threads</b>: any.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class OriginLedger {
    static final int LINES_MAX = 64;
    static final Duration KEPT = Duration.ofMinutes(10);
    /** Clocks are compared with every statement, at least twice a minute while there are requests. */
    static final Duration CLOCK_KEPT = Duration.ofMinutes(1);

    private final InstantSource time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Line> lines = new LinkedHashMap<>();
    private final Map<SpiffeId, Apart> clocks = new LinkedHashMap<>();

    private record Key(SpiffeId peer, OriginFault fault) {}

    private record Apart(long aheadSeconds, Instant seen) {}

    /**
     * One line.
     *
     * @param peer the gateway
     * @param reason the last reason, a sentence
     * @param count how many requests were refused for it
     */
    public record Line(SpiffeId peer, OriginFault fault, String reason, long count, Instant since, Instant last) {}

    public OriginLedger(InstantSource time) {
        this.time = time;
    }

    /** A request was refused. */
    public void refused(SpiffeId peer, OriginFault fault, String reason) {
        Key key = new Key(peer, fault);
        Instant now = time.instant().truncatedTo(ChronoUnit.MILLIS);
        lock.lock();
        try {
            Line before = lines.remove(key);
            lines.put(
                    key,
                    before == null
                            ? new Line(peer, fault, reason, 1, now, now)
                            : new Line(peer, fault, reason, before.count + 1, before.since, now));
            if (lines.size() > LINES_MAX) {
                lines.remove(lines.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    /** A gateway's clock is so far ahead of this node's; behind when negative. */
    public void apart(SpiffeId peer, long aheadSeconds) {
        lock.lock();
        try {
            clocks.remove(peer);
            clocks.put(peer, new Apart(aheadSeconds, time.instant()));
            if (clocks.size() > LINES_MAX) {
                clocks.remove(clocks.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    /** What was refused, the newest first. */
    public List<Line> lines() {
        Instant before = time.instant().minus(KEPT);
        lock.lock();
        try {
            lines.values().removeIf(line -> line.last.isBefore(before));
            return List.copyOf(lines.values()).reversed();
        } finally {
            lock.unlock();
        }
    }

    /** Whose clocks are off, a sentence each. */
    public List<String> clockProblems() {
        Instant before = time.instant().minus(CLOCK_KEPT);
        List<String> problems = new ArrayList<>();
        lock.lock();
        try {
            clocks.values().removeIf(apart -> apart.seen.isBefore(before));
            clocks.forEach(
                    (peer, apart) -> problems.add("the clock of " + peer + " is about " + Math.abs(apart.aheadSeconds)
                            + " s " + (apart.aheadSeconds < 0 ? "behind" : "ahead of") + " this node's: beyond "
                            + OriginVerifier.LEEWAY_SECONDS + " s its requests are refused: set the clocks by NTP"));
        } finally {
            lock.unlock();
        }
        return problems;
    }
}
