package io.bridgehead.failover;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * How much traffic one site is trusted with: what it can bear falls at once and rises late.
 *
 * <pre>
 *            capacity falls to or below what is granted: granted = capacity
 *   .------------------------------------------------------------------------------------.
 *   v                                                                                    |
 * SETTLED --capacity rises--> HELD --holdDown passed, budget left--> RETURNING --granted = capacity--> SETTLED
 * </pre>
 *
 * A site that has never been known to serve is granted its capacity at once: there is nothing to return from.
 */
@OwnedBy(Owner.FAILOVER)
final class SiteStanding {
    private enum State {
        SETTLED,
        HELD,
        RETURNING
    }

    private State state = State.SETTLED;
    private boolean proven;
    private double granted;
    private double floor;
    private long since;
    private long returnedUntil;
    private boolean flapping;
    /** When it last came back, oldest first; no more than count. Null while it never has, as most never do. */
    private @Nullable ArrayDeque<Long> returns;

    /** The share of traffic that the site may be given, 0 to 1. */
    double granted() {
        return granted;
    }

    /** When the running hold-down ends, or {@link SiteShare#NOT_HELD}. */
    long heldUntil(FailoverPolicy policy) {
        return state == State.HELD ? mayReturn(policy) : SiteShare.NOT_HELD;
    }

    /** Whether time alone changes nothing: it has what it can bear. */
    boolean isSettled() {
        return state == State.SETTLED;
    }

    /** Whether it has been better for long enough, and only the bound on returns keeps it away. */
    boolean isFlapping() {
        return flapping;
    }

    /** From when on it may come back, if nothing interrupts it. */
    private long mayReturn(FailoverPolicy policy) {
        long held = since + policy.holdDown().toMillis();
        Long oldest = returns == null ? null : returns.peekFirst();
        return oldest == null
                        || returns == null
                        || returns.size() < policy.flaps().returnsMax()
                ? held
                : Math.max(held, oldest + policy.flaps().per().toMillis());
    }

    boolean isReturning() {
        return state == State.RETURNING;
    }

    /**
     * Takes in what the site can bear now.
     *
     * @param known whether that is known from a report, not taken for granted
     * @param released whether an operator has permitted its return
     */
    void observe(double capacity, boolean known, boolean released, FailoverPolicy policy, long nowMillis) {
        if (capacity <= granted || !proven) {
            settle(capacity);
        } else {
            rise(capacity, released, policy, nowMillis);
        }
        proven |= known && capacity > 0;
    }

    /** Trusts the site with all it can bear, because nothing else can serve. */
    void promote(double capacity) {
        settle(capacity);
    }

    private void settle(double capacity) {
        granted = capacity;
        state = State.SETTLED;
        flapping = false;
    }

    private void rise(double capacity, boolean released, FailoverPolicy policy, long nowMillis) {
        if (state == State.SETTLED) {
            state = State.HELD;
            since = nowMillis;
            floor = capacity;
        }
        floor = Math.min(floor, capacity);
        long heldDown = since + policy.holdDown().toMillis();
        if (state == State.HELD && nowMillis >= heldDown) {
            long from = released ? heldDown : mayReturn(policy);
            flapping = nowMillis < from;
            if (!flapping) {
                state = State.RETURNING;
                returnedUntil = from;
                count(policy, nowMillis);
            }
        }
        if (state == State.RETURNING) {
            comeBack(capacity, released, policy, nowMillis);
        }
    }

    private void count(FailoverPolicy policy, long nowMillis) {
        ArrayDeque<Long> all = returns == null ? new ArrayDeque<>(1) : returns;
        returns = all;
        all.addLast(nowMillis);
        while (all.size() > policy.flaps().returnsMax()) {
            all.removeFirst();
        }
    }

    private void comeBack(double capacity, boolean released, FailoverPolicy policy, long nowMillis) {
        switch (policy.failback()) {
            case Failback.Immediate _ -> settle(floor);
            case Failback.Manual _ -> {
                if (released) {
                    settle(floor);
                }
            }
            case Failback.Ramp ramp -> {
                double step = (nowMillis - returnedUntil) / (double) ramp.over().toMillis();
                granted = Math.min(capacity, granted + step);
                returnedUntil = nowMillis;
                if (granted >= capacity) {
                    settle(capacity);
                }
            }
        }
    }
}
