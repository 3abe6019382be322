package io.bridgehead.telemetry;

import io.bridgehead.config.AccessLog;
import io.bridgehead.model.TraceContext;
import io.bridgehead.proxy.ExchangeRecord;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which exchanges have a line in the access log. The chance that sampling needs is the id of the exchange's own span, which this node has
 * made: no client can choose to leave no line.
 */
final class LineRule {
    private static final int HUNDRED = 100;
    private static final int RANDOM_BITS = 53;

    private final int classes;
    private final long slowNanos;
    private final boolean narrow;
    private final Set<String> services;
    private final long sampleBelow;

    LineRule(AccessLog log) {
        int bits = 0;
        for (int one : log.only().classes()) {
            bits |= 1 << one;
        }
        Duration slow = log.only().slowerThan();
        this.classes = bits;
        this.slowNanos = slow == null ? Long.MAX_VALUE : slow.toNanos();
        this.narrow = bits != 0 || slow != null;
        this.services = Set.copyOf(log.only().services());
        this.sampleBelow = (long) (log.sample() * (1L << RANDOM_BITS));
    }

    boolean wants(ExchangeRecord exchange) {
        if (narrow && !isOfClass(exchange.status()) && exchange.durationNanos() <= slowNanos) {
            return false;
        }
        if (!services.isEmpty() && !services.contains(ExchangeMeters.service(exchange))) {
            return false;
        }
        return exchange.refusal() != null || TailRule.failed(exchange) || isSampled(exchange.trace());
    }

    private boolean isOfClass(int status) {
        return (classes & (1 << (status / HUNDRED))) != 0;
    }

    private boolean isSampled(@Nullable TraceContext trace) {
        return trace == null || trace.spanId() >>> (Long.SIZE - RANDOM_BITS) < sampleBelow;
    }
}
