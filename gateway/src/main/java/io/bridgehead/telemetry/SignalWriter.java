package io.bridgehead.telemetry;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.proxy.ExchangeRecord;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The exporter thread's work: ended exchanges become access log lines and spans away from the event loops. The queue is bounded; what does
 * not fit is dropped and counted, so that a slow disk or collector changes nothing for traffic.
 */
@OwnedBy(Owner.ANY_THREAD)
final class SignalWriter implements Runnable {
    private static final int QUEUE_MAX = 16_384;
    private static final int BATCH_MAX = 512;
    private static final long EXPORT_MILLIS_MAX = 5_000;

    private final ArrayBlockingQueue<ExchangeRecord> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final AtomicLong dropped = new AtomicLong();
    private final Sinks sinks;
    private volatile boolean closing;

    /**
     * Where signals go.
     *
     * @param accessLog null when there is none
     * @param exporter null when spans are not kept
     * @param epochOffsetNanos what makes nanoseconds since 1970 of the loops' monotone clock
     */
    record Sinks(
            @Nullable OutputStream accessLog, @Nullable SpanExporter exporter, Spans spans, long epochOffsetNanos) {}

    SignalWriter(Sinks sinks) {
        this.sinks = sinks;
    }

    /** Takes an exchange that has ended; never waits. */
    void offer(ExchangeRecord exchange) {
        if (!queue.offer(exchange)) {
            dropped.incrementAndGet();
        }
    }

    /** How many exchanges left no line and no span. */
    long dropped() {
        return dropped.get();
    }

    /** Writes what is queued and ends. */
    void close() {
        closing = true;
    }

    @Override
    public void run() {
        List<ExchangeRecord> batch = new ArrayList<>(BATCH_MAX);
        while (!closing || !queue.isEmpty()) {
            try {
                ExchangeRecord first = queue.poll(200, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, BATCH_MAX - 1);
                    write(batch);
                    batch.clear();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                closing = true;
                return;
            }
        }
        if (sinks.exporter() != null) {
            sinks.exporter().shutdown().join(EXPORT_MILLIS_MAX, TimeUnit.MILLISECONDS);
        }
    }

    private void write(List<ExchangeRecord> batch) {
        if (sinks.accessLog() != null) {
            log(batch, sinks.accessLog());
        }
        if (sinks.exporter() != null) {
            export(batch, sinks.exporter());
        }
    }

    private void log(List<ExchangeRecord> batch, OutputStream out) {
        StringBuilder lines = new StringBuilder(batch.size() * 512);
        for (ExchangeRecord exchange : batch) {
            long nanos = exchange.startNanos() + sinks.epochOffsetNanos();
            Instant start = Instant.ofEpochSecond(nanos / 1_000_000_000L, nanos % 1_000_000_000L);
            lines.append(AccessLine.of(exchange, start)).append('\n');
        }
        try {
            out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            dropped.addAndGet(batch.size());
        }
    }

    private void export(List<ExchangeRecord> batch, SpanExporter exporter) {
        List<SpanData> spans = new ArrayList<>(batch.size() * 2);
        for (ExchangeRecord exchange : batch) {
            spans.addAll(sinks.spans().of(exchange));
        }
        if (!spans.isEmpty()
                && !exporter.export(spans)
                        .join(EXPORT_MILLIS_MAX, TimeUnit.MILLISECONDS)
                        .isSuccess()) {
            dropped.addAndGet(batch.size());
        }
    }
}
