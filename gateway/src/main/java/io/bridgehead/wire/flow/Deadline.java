package io.bridgehead.wire.flow;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A moment by which something must have happened. Moving it is cheap: the timer behind it is only set again when it
 * fires too
 * early or must fire sooner.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class Deadline {
    private final Loop loop;
    private final Runnable onExpired;
    private boolean armed;
    private long at;
    private @Nullable Timer timer;
    private long timerAt;

    public Deadline(Loop loop, Runnable onExpired) {
        this.loop = loop;
        this.onExpired = onExpired;
    }

    /** Moves it to so many milliseconds from now; 0 for never. */
    public void in(long millis) {
        if (millis == 0) {
            armed = false;
            return;
        }
        armed = true;
        at = loop.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        Timer pending = timer;
        if (pending == null) {
            schedule(millis);
        } else if (at - timerAt < 0) {
            pending.cancel();
            schedule(millis);
        }
    }

    /** It never comes, until moved again. */
    public void clear() {
        armed = false;
    }

    /** It never comes, and the timer is given back. */
    public void stop() {
        armed = false;
        Timer pending = timer;
        if (pending != null) {
            timer = null;
            pending.cancel();
        }
    }

    private void schedule(long millis) {
        timerAt = loop.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        timer = loop.after(millis, this::fired);
    }

    private void fired() {
        timer = null;
        if (armed) {
            long left = at - loop.nanoTime();
            if (left <= 0) {
                armed = false;
                onExpired.run();
            } else {
                schedule(TimeUnit.NANOSECONDS.toMillis(left) + 1);
            }
        }
    }
}
