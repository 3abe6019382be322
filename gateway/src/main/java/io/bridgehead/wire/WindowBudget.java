package io.bridgehead.wire;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory of one node that stream windows of its tunnels may pin, shared by all connections: what windows were granted
 * beyond their first size, and what streams have received that nobody has consumed yet.
 *
 * <p><b>Limits</b>: grants stop at {@link #bytesMax}. While much is held, {@link #firstWindow} shrinks, so that all streams
 * are promised less; past the budget {@link #isOverdrawn} says so, and connections reset the streams that hold most.
 *
 * <p><b>Threads</b>: any. Every figure is one atomic number; connections report what they hold in steps, so the sums are
 * right to some ten KiB a connection.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class WindowBudget {
    private static final int TIGHT_PARTS = 4;

    private final long bytesMax;
    private final AtomicLong granted = new AtomicLong();
    private final AtomicLong held = new AtomicLong();
    private final AtomicInteger grown = new AtomicInteger();
    // Whether a grant was refused since there was room; read without order, as a hint.
    private volatile boolean scarce;

    /** @param bytesMax 0 or more; with 0 no window grows */
    public WindowBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** The whole budget in bytes. */
    public long bytesMax() {
        return bytesMax;
    }

    /** What is granted and held now. */
    public long bytesInUse() {
        return granted.get() + held.get();
    }

    /** Grants this many bytes to a window that grows, or refuses. */
    public boolean grant(long bytes) {
        while (true) {
            long before = granted.get();
            if (before + bytes + held.get() > bytesMax) {
                scarce = true;
                return false;
            }
            if (granted.compareAndSet(before, before + bytes)) {
                return true;
            }
        }
    }

    /** Gives granted bytes back. */
    public void giveBack(long bytes) {
        long left = granted.addAndGet(-bytes);
        if (scarce && left + held.get() < bytesMax - bytesMax / TIGHT_PARTS) {
            scarce = false;
        }
    }

    /** One window more, or with -1 less, is larger than at first. */
    public void grown(int change) {
        grown.addAndGet(change);
    }

    /** A connection holds so many bytes more, or less, than it said before. */
    public void holds(long change) {
        held.addAndGet(change);
    }

    /** What one grown window may have while others ask in vain: an equal share; without limit otherwise. */
    public long share() {
        return scarce ? bytesMax / Math.max(1, grown.get()) : Long.MAX_VALUE;
    }

    /**
     * The size that windows begin with now: the usual one, a quarter of it while more than half of the budget is held by
     * consumers that do not take it, a sixteenth beyond three quarters.
     */
    public int firstWindow(int usual) {
        long now = held.get();
        if (now <= bytesMax / 2) {
            return usual;
        }
        return now <= bytesMax - bytesMax / TIGHT_PARTS ? usual / TIGHT_PARTS : usual / (TIGHT_PARTS * TIGHT_PARTS);
    }

    /** Whether streams hold more than the whole budget. */
    public boolean isOverdrawn() {
        return held.get() > bytesMax;
    }
}
