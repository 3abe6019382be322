package io.bridgehead.limit;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a node has said it wants of one bucket, as far back as that counts: all that there is before it has said anything. */
@OwnedBy(Owner.CONFINED)
final class RateHistory {
    /** Nothing was said, so everything may be wanted. */
    static final double UNSAID = Double.POSITIVE_INFINITY;

    private final Deque<Said> said = new ArrayDeque<>();

    private record Said(long atNanos, double wanted) {}

    RateHistory() {
        said.add(new Said(Long.MIN_VALUE / 2, UNSAID));
    }

    /** From now on it wants this. */
    void say(long nowNanos, double wanted) {
        if (said.getLast().wanted != wanted) {
            said.add(new Said(nowNanos, wanted));
        }
    }

    /** The most that held at any time since then. */
    double most(long sinceNanos) {
        forget(sinceNanos);
        return said.stream().mapToDouble(Said::wanted).max().orElse(UNSAID);
    }

    /** The least that held at any time since then. */
    double least(long sinceNanos) {
        forget(sinceNanos);
        return said.stream().mapToDouble(Said::wanted).min().orElse(UNSAID);
    }

    /** Whether nothing but silence has held since then. */
    boolean isSilent(long sinceNanos) {
        return least(sinceNanos) == UNSAID;
    }

    double last() {
        return said.getLast().wanted;
    }

    /** What was followed by something else before then is of no account. */
    private void forget(long sinceNanos) {
        while (said.size() > 1) {
            Said first = said.removeFirst();
            if (said.getFirst().atNanos - sinceNanos > 0) {
                said.addFirst(first);
                return;
            }
        }
    }
}
