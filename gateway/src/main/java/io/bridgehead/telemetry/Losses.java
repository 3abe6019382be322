package io.bridgehead.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of each kind of signal was not written since the node began, whatever wrote it; a kind has its meter from when it is first asked
 * for. Any thread.
 */
final class Losses {
    private final MeterRegistry registry;
    private final ConcurrentHashMap<String, AtomicLong> counts = new ConcurrentHashMap<>();

    Losses(MeterRegistry registry) {
        this.registry = registry;
    }

    /** The count of a kind, for those who lose something to add to. */
    AtomicLong of(String signal) {
        return counts.computeIfAbsent(signal, this::made);
    }

    private AtomicLong made(String signal) {
        AtomicLong lost = new AtomicLong();
        FunctionCounter.builder(Signal.LOGS_DROPPED.meter(), lost, AtomicLong::doubleValue)
                .description(Signal.LOGS_DROPPED.meaning())
                .tag(Tag.SIGNAL, signal)
                .register(registry);
        return lost;
    }
}
