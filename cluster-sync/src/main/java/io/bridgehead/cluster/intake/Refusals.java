package io.bridgehead.cluster.intake;

import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.intake.Judge.Objection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which records were refused lately, so that each comparison with the others does not check their signatures again.
 * They are judged anew after {@link #KEPT}, because a reader's trust and its clock change. Threads: any.
 */
final class Refusals {
    static final Duration KEPT = Duration.ofSeconds(60);
    static final int MAX = 4096;

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Sha256, Refusal> refused = new LinkedHashMap<>();

    Refusals(InstantSource clock) {
        this.clock = clock;
    }

    void add(Sha256 record, Objection reason) {
        lock.lock();
        try {
            refused.remove(record);
            refused.put(record, new Refusal(reason, clock.millis() + KEPT.toMillis()));
            if (refused.size() > MAX) {
                refused.remove(refused.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    Optional<Objection> reason(Sha256 record) {
        lock.lock();
        try {
            return Optional.ofNullable(refused.get(record))
                    .filter(refusal -> clock.millis() < refusal.untilMillis)
                    .map(Refusal::reason);
        } finally {
            lock.unlock();
        }
    }

    private record Refusal(Objection reason, long untilMillis) {}
}
