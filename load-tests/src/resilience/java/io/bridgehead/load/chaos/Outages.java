package io.bridgehead.load.chaos;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** When what was not in order: nodes and links by name, by {@link System#nanoTime}. Threads: any. */
final class Outages {
    private final Map<String, ConcurrentLinkedQueue<Span>> spans = new ConcurrentHashMap<>();

    /** A time in which something was not in order. */
    static final class Span {
        private final long from = System.nanoTime();
        private final AtomicLong to = new AtomicLong(Long.MAX_VALUE);

        private boolean overlaps(long begin, long end, long settlingNanos) {
            long until = to.get();
            return from - end <= 0 && (until == Long.MAX_VALUE || begin - until <= settlingNanos);
        }

        /** It is in order again. */
        void end() {
            to.set(System.nanoTime());
        }
    }

    /** It is not in order from now on. */
    Span begin(String what) {
        Span span = new Span();
        spans.computeIfAbsent(what, _ -> new ConcurrentLinkedQueue<>()).add(span);
        return span;
    }

    /** Whether it was not in order at some moment between these. */
    boolean touch(String what, long begin, long end) {
        return touch(what, begin, end, Duration.ZERO);
    }

    /** The same, where what depends on it needs so long to notice that it is in order again. */
    boolean touch(String what, long begin, long end, Duration settling) {
        ConcurrentLinkedQueue<Span> known = spans.get(what);
        return known != null && known.stream().anyMatch(span -> span.overlaps(begin, end, settling.toNanos()));
    }
}
