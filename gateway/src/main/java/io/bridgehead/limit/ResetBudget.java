package io.bridgehead.limit;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many resets all connections from one address may make in a window of time. A table of fixed size: an address has the place that a
 * keyed hash gives it, and shares it with about one in {@value #PLACES} others.
 *
 * <p><b>Threads</b>: any; it is asked once for each reset and never for anything else.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class ResetBudget {
    private static final int PLACES = 1 << 14;
    private static final long COUNT_MASK = 0xffff_ffffL;
    private static final long MIX = 0x9e37_79b9_7f4a_7c15L;
    private static final int COUNT_BITS = 32;
    private static final int PLACE_SHIFT = Long.SIZE - 14;

    private final AtomicLongArray places = new AtomicLongArray(PLACES);
    private final int max;
    private final long windowNanos;
    private final long seed;

    /**
     * @param max resets of one address in a window; 1 or more
     * @param seconds the window; 1 or more
     * @param seed makes it unknown outside which addresses share a place
     * @throws IllegalArgumentException naming the value that is out of range
     */
    public ResetBudget(int max, int seconds, long seed) {
        if (max < 1 || seconds < 1) {
            throw new IllegalArgumentException(max + " resets in " + seconds + " s: expected 1 or more of each");
        }
        this.max = max;
        this.windowNanos = TimeUnit.SECONDS.toNanos(seconds);
        this.seed = seed;
    }

    /**
     * Counts one more reset.
     *
     * @param address an IPv4 address or the first half of an IPv6 address, as a number
     * @return whether the address still has a right to it
     */
    public boolean take(long address, long nowNanos) {
        int place = (int) (((address ^ seed) * MIX) >>> PLACE_SHIFT);
        long window = Math.floorDiv(nowNanos, windowNanos) & COUNT_MASK;
        while (true) {
            long before = places.get(place);
            long count = before >>> COUNT_BITS == window ? before & COUNT_MASK : 0;
            if (count >= max) {
                return false;
            }
            if (places.compareAndSet(place, before, window << COUNT_BITS | (count + 1))) {
                return true;
            }
        }
    }
}
