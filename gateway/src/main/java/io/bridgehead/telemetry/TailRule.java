package io.bridgehead.telemetry;

import io.bridgehead.config.TraceSettings;
import io.bridgehead.model.GrpcStatus;
import io.bridgehead.model.Refusal;
import io.bridgehead.proxy.EntryPoint;
import io.bridgehead.proxy.ExchangeRecord;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Which exchanges are recorded at their end though their trace is not sampled: those that failed, and those that were slow, within a rate.
 * What the client caused, or a policy, is no failure.
 */
final class TailRule {
    private static final int FAILURES_FROM = 500;

    private final boolean errors;
    private final long slowNanos;
    private final RateGate gate;

    /** @param nanoTime a monotone clock */
    TailRule(TraceSettings.Always always, LongSupplier nanoTime) {
        Duration slow = always.slowerThan();
        this.errors = always.errors() && always.perSecond() > 0;
        this.slowNanos = slow == null || always.perSecond() == 0 ? Long.MAX_VALUE : slow.toNanos();
        this.gate = new RateGate(nanoTime, always.perSecond());
    }

    /** Whether it would be recorded if the rate allows; cheap, for an event loop. */
    boolean fits(ExchangeRecord exchange) {
        return (errors && failed(exchange)) || answerNanos(exchange) > slowNanos;
    }

    /** Whether it is recorded; counts against the rate. */
    boolean keeps(ExchangeRecord exchange) {
        return fits(exchange) && gate.opens();
    }

    /** Whether an endpoint, a tunnel or this node failed it. */
    static boolean failed(ExchangeRecord exchange) {
        Refusal refusal = exchange.refusal();
        GrpcStatus call = exchange.grpcStatus();
        if (refusal != null) {
            Refusal.Culprit culprit = refusal.culprit();
            return culprit != Refusal.Culprit.CLIENT && culprit != Refusal.Culprit.POLICY;
        }
        return exchange.status() >= FAILURES_FROM || (call != null && call.httpStatus() >= FAILURES_FROM);
    }

    /** Raw connections last as long as they like: they are never slow. */
    private static long answerNanos(ExchangeRecord exchange) {
        if (exchange.entry().kind() == EntryPoint.Kind.TCP) {
            return 0;
        }
        return exchange.firstByteNanos() == 0 ? exchange.durationNanos() : exchange.firstByteNanos();
    }
}
