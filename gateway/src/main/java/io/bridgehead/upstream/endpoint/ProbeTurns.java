package io.bridgehead.upstream.endpoint;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Deals out the turns of one loop's probes, so that many endpoints never hold up the requests of that loop: a bounded number is under way
 * at once, and a bounded number begins in each tick. Whoever has to wait is served in the order of asking; what traffic has thrown
 * suspicion on goes before the rest.
 *
 * <p><b>Limits</b>: {@value #UNDER_WAY_MAX} under way; {@value #BEGIN_MAX} begin in {@value #TICK_MILLIS} ms. Each place stands in each of the
 * two lines once at most.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class ProbeTurns {
    /** Probes of one loop that are under way at once: those of endpoints that do not answer take their whole timeout. */
    static final int UNDER_WAY_MAX = 256;
    /** Probes that begin within one tick. */
    static final int BEGIN_MAX = 8;

    static final long TICK_MILLIS = 5;
    private static final long TICK_NANOS = TICK_MILLIS * 1_000_000;

    private final Loop loop;
    private final ArrayDeque<Place> line = new ArrayDeque<>();
    private final ArrayDeque<Place> hastened = new ArrayDeque<>();
    private final Runnable nextTick = this::nextTick;
    private long tickNanos;
    private int begun;
    private int underWay;
    private boolean ticking;

    public ProbeTurns(Loop loop) {
        this.loop = loop;
        this.tickNanos = loop.nanoTime() - TICK_NANOS;
    }

    /**
     * A place in these lines.
     *
     * @param begin what its turn is; called on the loop, perhaps before {@link Place#ask} returns
     */
    Place place(Runnable begin) {
        return new Place(begin);
    }

    private boolean isFree() {
        long now = loop.nanoTime();
        if (now - tickNanos >= TICK_NANOS) {
            tickNanos = now;
            begun = 0;
        }
        return begun < BEGIN_MAX && underWay < UNDER_WAY_MAX;
    }

    private boolean isEmpty() {
        return line.isEmpty() && hastened.isEmpty();
    }

    private void awaitTick() {
        if (!ticking) {
            ticking = true;
            loop.after(TICK_MILLIS, nextTick);
        }
    }

    private void nextTick() {
        ticking = false;
        while (!isEmpty() && isFree()) {
            Place next = next();
            if (next.waits) {
                begin(next);
            }
        }
        if (!isEmpty()) {
            awaitTick();
        }
    }

    private Place next() {
        @Nullable Place first = hastened.poll();
        if (first != null) {
            first.inHastened = false;
            return first;
        }
        Place next = line.remove();
        next.inLine = false;
        return next;
    }

    private void begin(Place place) {
        begun++;
        underWay++;
        place.waits = false;
        place.begin.run();
    }

    /** One prober's place: it asks, gets its turn once, and says when that is over. */
    @OwnedBy(Owner.EVENT_LOOP)
    final class Place {
        private final Runnable begin;
        private boolean waits;
        private boolean inLine;
        private boolean inHastened;

        private Place(Runnable begin) {
            this.begin = begin;
        }

        boolean waits() {
            return waits;
        }

        /**
         * Asks for a turn, which comes at once if nobody waits and there is room.
         *
         * @param hasty before all that are not
         */
        void ask(boolean hasty) {
            assert loop.isCurrent();
            if (!waits && isEmpty() && isFree()) {
                ProbeTurns.this.begin(this);
                return;
            }
            waits = true;
            if (hasty && !inHastened) {
                inHastened = true;
                hastened.add(this);
            } else if (!hasty && !inLine) {
                inLine = true;
                line.add(this);
            }
            awaitTick();
        }

        /** Wants no turn any more. */
        void leave() {
            waits = false;
        }

        /** The turn is over. */
        void ended() {
            underWay--;
        }
    }
}
