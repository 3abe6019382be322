package io.bridgehead.retry;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.Arrays;

/**
 * How many retries one service may make: a share of its requests of the last ten seconds, and a floor that lets a quiet
 * service retry at all. Counts in ten buckets of a second; taking and counting cost the same at any rate.
 *
 * <p>One budget for each service on each event loop. Time is any clock that does not go back, in milliseconds.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class RetryBudget {
    private static final int SECONDS = 10;

    private final RetryPolicy policy;
    private final int[] requests = new int[SECONDS];
    private final int[] retries = new int[SECONDS];
    private int requestsSum;
    private int retriesSum;
    private long second = Long.MIN_VALUE;

    public RetryBudget(RetryPolicy policy) {
        this.policy = policy;
    }

    /** A request has begun; its retries do not count as requests. */
    public void requestStarted(long nowMillis) {
        advance(nowMillis);
        requests[bucket()]++;
        requestsSum++;
    }

    /** Takes one retry if there is one left. */
    public boolean tryTake(long nowMillis) {
        advance(nowMillis);
        if (retriesSum >= allowed()) {
            return false;
        }
        retries[bucket()]++;
        retriesSum++;
        return true;
    }

    /** Retries that are left at this moment. */
    public int left(long nowMillis) {
        advance(nowMillis);
        return (int) Math.max(0, allowed() - retriesSum);
    }

    private long allowed() {
        return (long) policy.budgetFloorPerSecond() * SECONDS + (long) requestsSum * policy.budgetPercent() / 100;
    }

    private int bucket() {
        return Math.floorMod(second, SECONDS);
    }

    private void advance(long nowMillis) {
        long now = Math.floorDiv(nowMillis, 1000L);
        if (second == Long.MIN_VALUE || now - second >= SECONDS) {
            Arrays.fill(requests, 0);
            Arrays.fill(retries, 0);
            requestsSum = 0;
            retriesSum = 0;
            second = now;
            return;
        }
        while (second < now) {
            second++;
            requestsSum -= requests[bucket()];
            retriesSum -= retries[bucket()];
            requests[bucket()] = 0;
            retries[bucket()] = 0;
        }
    }
}
