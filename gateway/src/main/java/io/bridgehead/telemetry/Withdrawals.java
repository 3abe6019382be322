package io.bridgehead.telemetry;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Withdrawal;
import io.bridgehead.sync.RejectedRecords;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What this node closed because it would not be admitted any more: how much for each reason since the start, and the last of it.
 *
 * <p><b>Limits</b>: the last {@value #LINES_MAX} lines, one for each kind, reason, identity and place. <b>Threads</b>: any; it is seldom that
 * something is closed so.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class Withdrawals {
    static final int LINES_MAX = 20;

    private final MeterRegistry registry;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Withdrawal, Long> counts = new EnumMap<>(Withdrawal.class);
    private final Map<Key, Line> lines = new LinkedHashMap<>();

    Withdrawals(MeterRegistry registry, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /** What is closed. */
    public enum Kind {
        TUNNEL("tunnel"),
        CONNECTION("connection"),
        EXCHANGE("request"),
        OPERATOR("operator");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** The word for it. */
        public String text() {
            return text;
        }
    }

    private record Key(Kind kind, Withdrawal why, String identity, String place) {}

    /**
     * What was closed alike.
     *
     * @param identity of the other end; empty when it had none
     * @param place the service or listener; empty for a tunnel
     * @param detail the last reason, a sentence
     * @param count how many
     * @param last when the last one was
     */
    public record Line(
            Kind kind, Withdrawal why, String identity, String place, String detail, long count, Instant last) {}

    /** Something was closed. */
    void add(Kind kind, Withdrawal why, String identity, String place, String detail) {
        Signal.WITHDRAWN
                .counter()
                .tag(Tag.KIND, kind.text())
                .tag(Tag.REASON, why.text())
                .register(registry)
                .increment();
        Key key = new Key(kind, why, RejectedRecords.printable(identity), place);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        lock.lock();
        try {
            counts.merge(why, 1L, Long::sum);
            Line before = lines.remove(key);
            if (before == null && lines.size() >= LINES_MAX) {
                lines.remove(lines.keySet().iterator().next());
            }
            long count = before == null ? 1 : before.count + 1;
            lines.put(key, new Line(kind, why, key.identity, place, RejectedRecords.printable(detail), count, now));
        } finally {
            lock.unlock();
        }
    }

    /** How much for each reason since the start; reasons that never were are left out. */
    public Map<Withdrawal, Long> counts() {
        lock.lock();
        try {
            return new EnumMap<>(counts);
        } finally {
            lock.unlock();
        }
    }

    /** The last, the newest first. */
    public List<Line> lines() {
        lock.lock();
        try {
            return List.copyOf(lines.values()).reversed();
        } finally {
            lock.unlock();
        }
    }
}
