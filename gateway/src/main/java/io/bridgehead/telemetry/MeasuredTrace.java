package io.bridgehead.telemetry;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.TraceContext;
import io.micrometer.registry.otlp.ExemplarContextProvider;
import io.micrometer.registry.otlp.OtlpExemplarContext;
import io.prometheus.metrics.tracer.common.SpanContext;
import org.jspecify.annotations.Nullable;

/**
 * The sampled span whose duration this thread is measuring, for those who keep exemplars of buckets. Nothing but such a measurement is ever
 * in between, so that what is measured beside it has no exemplar.
 */
final class MeasuredTrace implements SpanContext, ExemplarContextProvider {
    private static final ThreadLocal<Current> CURRENT = ThreadLocal.withInitial(Current::new);

    /** What one thread measures. */
    @OwnedBy(Owner.CONFINED)
    private static final class Current {
        private @Nullable TraceContext trace;
        private long spanId;
    }

    /** What is measured now is the duration of this span of a sampled trace. */
    void begin(TraceContext trace, long spanId) {
        Current now = CURRENT.get();
        now.trace = trace;
        now.spanId = spanId;
    }

    /** It was measured. */
    void end() {
        CURRENT.get().trace = null;
    }

    @Override
    public @Nullable String getCurrentTraceId() {
        TraceContext trace = CURRENT.get().trace;
        return trace == null ? null : trace.traceId();
    }

    @Override
    public @Nullable String getCurrentSpanId() {
        Current now = CURRENT.get();
        return now.trace == null ? null : now.trace.withSpan(now.spanId).spanIdText();
    }

    @Override
    public boolean isCurrentSpanSampled() {
        return CURRENT.get().trace != null;
    }

    @Override
    public void markCurrentSpanAsExemplar() {
        // The decision to sample was made when the exchange began: nothing depends on the mark.
    }

    @Override
    public @Nullable OtlpExemplarContext getExemplarContext() {
        Current now = CURRENT.get();
        TraceContext trace = now.trace;
        return trace == null
                ? null
                : new OtlpExemplarContext(
                        trace.traceId(), trace.withSpan(now.spanId).spanIdText());
    }
}
