package io.bridgehead.upstream;

import io.bridgehead.limit.CircuitLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What the loops of this node have at once with the endpoints of one service in the own site, beside requests. */
final class Circuit {
    private final LongAdder connections = new LongAdder();
    private final LongAdder waiting = new LongAdder();
    private final LongAdder retries = new LongAdder();

    boolean mayConnect(CircuitLimits limits) {
        return limits.connections() == 0 || connections.sum() < limits.connections();
    }

    boolean mayWait(CircuitLimits limits) {
        return limits.pending() == 0 || waiting.sum() < limits.pending();
    }

    boolean mayRetry(CircuitLimits limits) {
        return limits.retries() == 0 || retries.sum() < limits.retries();
    }

    /** What is in use of each bound of a service that has any. */
    List<ServiceStatus.Bound> bounds(CircuitLimits limits, long requests) {
        List<ServiceStatus.Bound> bounds = new ArrayList<>(0);
        add(bounds, "connections", connections.sum(), limits.connections());
        add(bounds, "pending", waiting.sum(), limits.pending());
        add(bounds, "requests", requests, limits.requests());
        add(bounds, "retries", retries.sum(), limits.retries());
        return List.copyOf(bounds);
    }

    private static void add(List<ServiceStatus.Bound> bounds, String name, long used, int max) {
        if (max > 0) {
            bounds.add(new ServiceStatus.Bound(name, used, max));
        }
    }

    long connections() {
        return connections.sum();
    }

    void connections(int more) {
        connections.add(more);
    }

    void waiting(int more) {
        waiting.add(more);
    }

    void retries(int more) {
        retries.add(more);
    }
}
