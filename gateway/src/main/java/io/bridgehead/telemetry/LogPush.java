package io.bridgehead.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.proxy.ExchangeRecord;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * Sends exchanges and the node's log to a collector as log records. What comes is queued as it is, and made a record by the thread that
 * sends it. What the exporter itself says is not sent.
 */
@OwnedBy(Owner.ANY_THREAD)
final class LogPush {
    private static final String EXPORTER = "io.opentelemetry";
    private static final long EXPORT_MILLIS_MAX = 5_000;

    private final LogRecords records;
    /** What is pushed is what the node's log shows, whatever loggers have levels of their own for other reasons. */
    private volatile Level least = Level.INFO;

    private final SignalWriter<Supplier<LogRecordData>> writer;

    LogPush(
            LogRecordExporter exporter,
            LogRecords records,
            AtomicLong dropped,
            Repeats failures,
            ThreadFactory threads) {
        this.records = records;
        this.writer = new SignalWriter<>(new Sending(exporter), dropped, failures, threads);
    }

    private record Sending(LogRecordExporter exporter) implements SignalWriter.Sink<Supplier<LogRecordData>> {
        @Override
        public int write(List<Supplier<LogRecordData>> batch) {
            List<LogRecordData> made = new ArrayList<>(batch.size());
            for (Supplier<LogRecordData> one : batch) {
                made.add(one.get());
            }
            return exporter.export(made)
                            .join(EXPORT_MILLIS_MAX, TimeUnit.MILLISECONDS)
                            .isSuccess()
                    ? 0
                    : batch.size();
        }

        @Override
        public long gatherMillis() {
            return SpanSink.GATHER_MILLIS;
        }

        @Override
        public void close() {
            exporter.shutdown().join(EXPORT_MILLIS_MAX, TimeUnit.MILLISECONDS);
        }
    }

    SignalWriter<Supplier<LogRecordData>> writer() {
        return writer;
    }

    void offer(ExchangeRecord exchange) {
        writer.offer(() -> records.of(exchange));
    }

    /** Begins to send. */
    void start() {
        if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger logger) {
            least = logger.getEffectiveLevel();
        }
        writer.start();
    }

    /** A line of the node's log. */
    void said(ILoggingEvent line) {
        if (!line.getLoggerName().startsWith(EXPORTER) && line.getLevel().isGreaterOrEqual(least)) {
            line.prepareForDeferredProcessing();
            writer.offer(() -> records.of(line));
        }
    }
}
