package io.bridgehead.failover;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;

/**
 * How much traffic one site is trusted with: what it can bear falls at once and rises late.
 *
 * <pre>
 *            capacity falls to or below what is granted: granted = capacity
 *   .-----------------------------------------------------------------------.
 *   v                                                                       |
 * SETTLED --capacity rises--> HELD --holdDown passed--> RETURNING --granted = capacity--> SETTLED
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

    /** The share of traffic that the site may be given, 0 to 1. */
    double granted() {
        return granted;
    }

    /** When the running hold-down ends, or {@link SiteShare#NOT_HELD}. */
    long heldUntil(FailoverPolicy policy) {
        return state == State.HELD ? since + policy.holdDown().toMillis() : SiteShare.NOT_HELD;
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
    }

    private void rise(double capacity, boolean released, FailoverPolicy policy, long nowMillis) {
        if (state == State.SETTLED) {
            state = State.HELD;
            since = nowMillis;
            floor = capacity;
        }
        floor = Math.min(floor, capacity);
        if (state == State.HELD && nowMillis - since >= policy.holdDown().toMillis()) {
            state = State.RETURNING;
            returnedUntil = since + policy.holdDown().toMillis();
        }
        if (state == State.RETURNING) {
            comeBack(capacity, released, policy, nowMillis);
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
