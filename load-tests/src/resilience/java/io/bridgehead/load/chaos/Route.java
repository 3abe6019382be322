package io.bridgehead.load.chaos;

import io.bridgehead.load.wan.SteadyGets;
import io.bridgehead.load.wan.SteadyGets.Failure;
import io.bridgehead.load.wan.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Where the requests of a service go that come in at one node: GETs without end, which the first site of an order answers until it is cut off, and
 * then the next one, or nobody where there is none. Threads: one that asks.
 */
final class Route implements AutoCloseable {
    /** How long a site that is back has to stay so before it is given anything. */
    static final Duration HOLD_DOWN = Duration.ofSeconds(5);

    private static final Duration SERVED_MAX = Duration.ofSeconds(20);
    private static final long NEVER = Long.MIN_VALUE;
    private static final double RETURN_SECONDS_MAX = 10;
    private static final int MANY = 20;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long UNDER_WAY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** Beyond the way there and back; a silent node is suspect after 0.3 s, and dead after five times that. */
    private static final double STALL_MILLIS_MAX = 1_500;

    private static final double FLAPPED_STALL_MILLIS_MAX = 2_000;
    /** What is under way when a way is cut waits for its node, until that is dead or back: as long as a try may at most. */
    private static final double TRY_MILLIS_MAX = 5_000;

    private static final double USUAL_MILLIS = 85;
    /** Once a silent node is suspect, what it alone can serve waits until it is dead. */
    private static final double REFUSAL_MILLIS_MAX = 3_000;

    private final String name;
    private final String first;
    private final String next;
    private final SteadyGets gets;
    private double stallMillisMax = STALL_MILLIS_MAX;
    private long firstHad;
    private long cut = NEVER;
    private long mended;
    private final AtomicLong back = new AtomicLong(NEVER);
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Watches GETs.
     *
     * @param first the site that answers while all is well
     * @param next the site that answers when there is no way to the first; empty for none
     */
    Route(String name, String first, String next, SteadyGets gets) {
        this.name = name;
        this.first = first;
        this.next = next;
        this.gets = gets;
    }

    private void awaitServedBy(String site) {
        long before = gets.servedBy(site);
        Watch.until(
                this + " is served by " + site, SERVED_MAX, () -> gets.servedBy(site) >= before + MANY, this::toString);
    }

    /** Returns when the first site answers. */
    void begin() {
        awaitServedBy(first);
        gets.forget();
    }

    /** Begins to count times anew, where round trips were long before: a silent node is suspect later then. */
    void flapped() {
        stallMillisMax = FLAPPED_STALL_MILLIS_MAX;
        gets.forget();
    }

    /** The way to the first site is cut since this moment: returns when requests have left it, and it answers no more. */
    void left(long cutNanos) {
        cut = cutNanos;
        if (next.isEmpty()) {
            int before = gets.failed().size();
            Watch.until(this + " is refused", SERVED_MAX, () -> gets.failed().size() >= before + MANY, this::toString);
        } else {
            awaitServedBy(next);
        }
        firstHad = gets.servedBy(first);
    }

    /** Before the way is mended: what is not as it should be of everything since the cut, or since {@link #begin} where there was none. */
    List<String> wronged() {
        List<String> wrong = new ArrayList<>();
        if (isCut() && gets.servedBy(first) != firstHad) {
            wrong.add(this + ": " + (gets.servedBy(first) - firstHad) + " answers of a site that there is no way to");
        }
        if (gets.millis(1) > USUAL_MILLIS + (isCut() ? stallMillisMax : TRY_MILLIS_MAX)) {
            wrong.add(this + ": an answer took " + gets.millis(1) + " ms");
        }
        return wrong;
    }

    private boolean isCut() {
        return cut != NEVER;
    }

    /** The way is mended since this moment. */
    void mended() {
        mended = System.nanoTime();
        firstHad = gets.servedBy(first);
        Thread.ofPlatform().daemon().name("back-" + name).start(() -> {
            while (gets.servedBy(first) <= firstHad && !closed.get()) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            back.set(System.nanoTime());
        });
    }

    /** Returns when the first site answers again; what is not as it should be of that and of all that failed. */
    List<String> back() {
        List<String> wrong = new ArrayList<>();
        Watch.until(this + " is served by " + first, SERVED_MAX, () -> back.get() != NEVER, this::toString);
        double seconds = (back.get() - mended) / 1e9;
        System.out.printf(Locale.ROOT, "  %s; by %s again %.1f s after the heal%n", this, first, seconds);
        double least = next.isEmpty() || !isCut() ? 0 : HOLD_DOWN.toSeconds();
        if (seconds < least || seconds > least + RETURN_SECONDS_MAX) {
            wrong.add(String.format(
                    Locale.ROOT,
                    "%s: by %s again after %.1f s; expected %.0f to %.0f",
                    this,
                    first,
                    seconds,
                    least,
                    least + RETURN_SECONDS_MAX));
        }
        gets.failed().stream()
                .filter(failure -> !isRightlyRefused(failure))
                .forEach(failure -> wrong.add(this + ": " + failure.how() + ", begun "
                        + (failure.beganNanos() - cut) / 1_000_000 + " ms after the cut"));
        return wrong;
    }

    /** Where no other site can serve: what was under way broke, and what came later is refused, soon. */
    private boolean isRightlyRefused(Failure failure) {
        double millis = (failure.endedNanos() - failure.beganNanos()) / 1e6;
        boolean wasUnderWay = failure.beganNanos() - cut < UNDER_WAY_NANOS;
        return next.isEmpty()
                && isCut()
                && millis < (wasUnderWay ? TRY_MILLIS_MAX : REFUSAL_MILLIS_MAX)
                && failure.endedNanos() - cut > 0
                && back.get() - failure.beganNanos() > 0
                && (failure.answer().contains(" 503")
                        || (wasUnderWay && failure.answer().contains(" 502")));
    }

    /** What was answered, by whom, and how long it took. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: %d by %s, %d by %s, longest %.0f ms, %d failed",
                name,
                gets.servedBy(first),
                first,
                next.isEmpty() ? 0 : gets.servedBy(next),
                next.isEmpty() ? "nobody" : next,
                gets.millis(1),
                gets.failed().size());
    }

    @Override
    public void close() {
        closed.set(true);
        gets.close();
    }
}
