package io.bridgehead.sync;

import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Whether this node's clock agrees with those of the others, by the stamps of health that they have signed. When it disagrees with most of
 * them it is the one that is wrong, as far as anybody can tell; with one other node there is no telling, and both say so.
 *
 * <p>Of what an origin told lately its latest stamp counts, so that nobody moves a clock by repeating what it said before. At most {@link
 * #ORIGINS_MAX} origins. <b>Threads</b>: any.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class ClockWatch {
    static final int ORIGINS_MAX = 1024;
    /** Health is told in full every 10 s. */
    static final Duration KEPT = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Heard> heard = new LinkedHashMap<>();

    /** What an origin's clock said, and when by a clock that does not step: when this node's is set, the difference shows at once. */
    private record Heard(long millis, long atNanos) {
        /** What that clock says now. */
        long now(long nanos) {
            return millis + TimeUnit.NANOSECONDS.toMillis(nanos - atNanos);
        }
    }

    /** Watches the clock of this machine. */
    public ClockWatch() {
        this(InstantSource.system(), System::nanoTime);
    }

    /**
     * @param clock the one that is watched
     * @param nanoTime one that does not step, in nanoseconds from any moment
     */
    public ClockWatch(InstantSource clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** A node has signed its health with this stamp. */
    public void heard(String origin, Stamp stamp) {
        long now = nanoTime.getAsLong();
        Heard news = new Heard(stamp.millis(), now);
        lock.lock();
        try {
            Heard before = heard.get(origin);
            if (before == null || isOver(before, now) || news.millis >= before.now(now)) {
                heard.remove(origin);
                heard.put(origin, news);
            }
            if (heard.size() > ORIGINS_MAX) {
                heard.remove(heard.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    /** What is wrong with this node's clock, as a sentence; nothing while most others agree with it. */
    public Optional<String> problem() {
        List<Long> all = aheadOfThis();
        List<Long> away = all.stream()
                .filter(ahead -> Math.abs(ahead) > HybridClock.AHEAD_MAX.toMillis())
                .sorted()
                .toList();
        if (away.size() * 2 <= all.size()) {
            return Optional.empty();
        }
        long ahead = away.get(away.size() / 2);
        return Optional.of("the clock of this node is about "
                + text(Duration.ofMillis(Math.abs(ahead)))
                + (ahead < 0 ? " ahead of" : " behind")
                + " those of " + away.size() + " of " + all.size()
                + " other nodes: its health, and what is published here, may be refused: set the clocks by NTP");
    }

    /**
     * By how much other clocks are ahead of this node's, as far as their last stamps tell, which are a little old when they come.
     *
     * @param nodes how many were heard lately
     * @param aheadMillis the median; negative when they are behind, 0 when none was heard
     */
    public record Lead(int nodes, long aheadMillis) {}

    /** How this node's clock compares with the others. */
    public Lead lead() {
        List<Long> all = aheadOfThis();
        all.sort(Comparator.naturalOrder());
        return new Lead(all.size(), all.isEmpty() ? 0 : all.get(all.size() / 2));
    }

    /** Why a stamp would be refused by most other nodes; nothing when they would take it. */
    public Optional<String> objection(Stamp stamp) {
        long ahead = stamp.millis() - clock.millis();
        List<Long> all = aheadOfThis();
        List<Long> against = all.stream()
                .filter(other -> ahead - other > HybridClock.AHEAD_MAX.toMillis())
                .sorted()
                .toList();
        return against.size() * 2 <= all.size()
                ? Optional.empty()
                : Optional.of(
                        "it is stamped about "
                                + text(Duration.ofMillis(ahead - against.get(against.size() / 2)))
                                + " ahead of the clocks of " + against.size() + " of " + all.size()
                                + " other nodes, which would refuse it; nothing was changed: set the clocks by NTP and sign again");
    }

    private List<Long> aheadOfThis() {
        long now = clock.millis();
        long nanos = nanoTime.getAsLong();
        lock.lock();
        try {
            List<Long> ahead = new ArrayList<>(heard.size());
            heard.values().removeIf(one -> isOver(one, nanos));
            heard.values().forEach(one -> ahead.add(one.now(nanos) - now));
            return ahead;
        } finally {
            lock.unlock();
        }
    }

    private static boolean isOver(Heard one, long nanos) {
        return nanos - one.atNanos > KEPT.toNanos();
    }

    private static String text(Duration time) {
        if (time.toDays() > 1) {
            return time.toDays() + " days";
        }
        return time.toMinutes() > 1 ? time.toMinutes() + " minutes" : time.toSeconds() + " seconds";
    }
}
