package io.bridgehead.telemetry;

import io.bridgehead.proxy.ExchangeRecord;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Sends the spans of exchanges to a collector. */
final class SpanSink implements SignalWriter.Sink<ExchangeRecord> {
    /** A request to a collector costs as much as some dozens of spans. */
    static final long GATHER_MILLIS = 200;

    private static final long EXPORT_MILLIS_MAX = 5_000;

    private final SpanExporter exporter;
    private final Spans spans;

    SpanSink(SpanExporter exporter, Spans spans) {
        this.exporter = exporter;
        this.spans = spans;
    }

    @Override
    public int write(List<ExchangeRecord> batch) {
        List<SpanData> made = new ArrayList<>(batch.size() * 2);
        for (ExchangeRecord exchange : batch) {
            made.addAll(spans.of(exchange));
        }
        boolean sent = made.isEmpty()
                || exporter.export(made)
                        .join(EXPORT_MILLIS_MAX, TimeUnit.MILLISECONDS)
                        .isSuccess();
        return sent ? 0 : batch.size();
    }

    @Override
    public long gatherMillis() {
        return GATHER_MILLIS;
    }

    @Override
    public void close() {
        exporter.shutdown().join(EXPORT_MILLIS_MAX, TimeUnit.MILLISECONDS);
    }
}
