package io.bridgehead.upstream;

import io.bridgehead.limit.CircuitLimits;
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
