package io.bridgehead.telemetry;

import io.bridgehead.config.AccessLog;
import io.bridgehead.config.AuditLog;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.Otlp;
import io.bridgehead.model.TraceContext;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.tls.OutsideTls;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporterBuilder;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is written of single exchanges that have ended: access log lines, log records, lines of the audit file and spans. Decides on the event
 * loop what is wanted, so that nothing is queued for nobody; the writing is done by threads of its own.
 */
final class ExchangeSignals {
    private final @Nullable SignalWriter<ExchangeRecord> lines;
    private final @Nullable SignalWriter<ExchangeRecord> spans;
    private final @Nullable LogPush pushed;
    private final @Nullable AuditFile audit;
    private final LineRule rule;
    private final LongSupplier nanoTime;
    private final TailRule tail;
    private final RoundTrips roundTrips = new RoundTrips();

    /**
     * Opens them.
     *
     * @param tls to the collector; null for that of the platform
     * @param clock of the loops
     * @param nanoTime the loops' monotone clock
     * @throws IOException when the access log's file cannot be opened
     */
    ExchangeSignals(
            NodeConfig config,
            String version,
            @Nullable OutsideTls tls,
            EpochClock clock,
            LongSupplier nanoTime,
            ThreadFactory threads)
            throws IOException {
        this.nanoTime = nanoTime;
        Otlp otlp = config.telemetry().otlp();
        AccessLog log = config.telemetry().accessLog();
        OutputStream accessLog = accessLog(log);
        Resource resource = resource(config, version);
        Repeats failures = new Repeats(nanoTime);
        this.rule = new LineRule(log);
        this.tail = new TailRule(config.telemetry().traces().always(), nanoTime);
        this.lines = accessLog == null
                ? null
                : new SignalWriter<>(new AccessLogSink(accessLog, log.text(), clock), failures, threads);
        this.spans = otlp == null || !otlp.traces()
                ? null
                : new SignalWriter<>(
                        new SpanSink(exporter(otlp, tls), new Spans(resource, clock, roundTrips)), failures, threads);
        this.pushed = otlp == null || !otlp.logs()
                ? null
                : new LogPush(logExporter(otlp, tls), new LogRecords(resource, clock), failures, threads);
        AuditLog audited = config.telemetry().audit();
        Path auditPath = audited.path();
        this.audit = auditPath == null
                ? null
                : new AuditFile(
                        new FileOutputStream(auditPath.toFile(), true),
                        clock,
                        nanoTime,
                        audited.verdictsPerSecond(),
                        failures,
                        threads);
    }

    void start() {
        if (lines != null) {
            lines.start();
        }
        if (spans != null) {
            spans.start();
        }
        if (pushed != null) {
            pushed.writer().start();
            pushed.attach();
        }
        if (audit != null) {
            audit.writer().start();
            audit.attach();
        }
    }

    /** An exchange is over; on its event loop. */
    void ended(ExchangeRecord exchange) {
        if ((lines != null || pushed != null) && rule.wants(exchange)) {
            if (lines != null) {
                lines.offer(exchange);
            }
            if (pushed != null) {
                pushed.offer(exchange);
            }
        }
        if (audit != null) {
            audit.ended(exchange);
        }
        if (spans != null && isRecorded(exchange)) {
            spans.offer(exchange);
        }
    }

    private boolean isRecorded(ExchangeRecord exchange) {
        TraceContext trace = exchange.trace();
        return trace != null && (trace.sampled() || tail.keeps(exchange));
    }

    /** Registers how many of each were lost. */
    void measure(MeterRegistry registry) {
        measure("access-log", lines, registry);
        measure("spans", spans, registry);
        measure("log-records", pushed == null ? null : pushed.writer(), registry);
        measure("audit", audit == null ? null : audit.writer(), registry);
    }

    private static void measure(String signal, @Nullable SignalWriter<?> writer, MeterRegistry registry) {
        if (writer != null) {
            FunctionCounter.builder(Signal.LOGS_DROPPED.meter(), writer, SignalWriter::dropped)
                    .description(Signal.LOGS_DROPPED.meaning())
                    .tag(Signal.Tag.SIGNAL, signal)
                    .register(registry);
        }
    }

    /** What spans say of tunnels. */
    RoundTrips roundTrips() {
        return roundTrips;
    }

    /** Writes what is queued. */
    void close(long millisMax) throws InterruptedException {
        long end = nanoTime.getAsLong() + Duration.ofMillis(millisMax).toNanos();
        if (pushed != null) {
            pushed.detach();
        }
        if (audit != null) {
            audit.detach();
        }
        List<SignalWriter<?>> writers = new ArrayList<>();
        if (lines != null) {
            writers.add(lines);
        }
        if (audit != null) {
            writers.add(audit.writer());
        }
        if (spans != null) {
            writers.add(spans);
        }
        if (pushed != null) {
            writers.add(pushed.writer());
        }
        writers.forEach(SignalWriter::close);
        for (SignalWriter<?> writer : writers) {
            writer.join((end - nanoTime.getAsLong()) / 1_000_000);
        }
    }

    private static SpanExporter exporter(Otlp otlp, @Nullable OutsideTls tls) {
        OtlpHttpSpanExporterBuilder builder = OtlpHttpSpanExporter.builder()
                .setEndpoint(Telemetry.base(otlp) + "/v1/traces")
                .setTimeout(Duration.ofSeconds(5));
        if (tls != null) {
            builder.setSslContext(tls.context(), tls.trust());
        }
        otlp.headers().forEach((name, value) -> builder.addHeader(name, value.reveal()));
        return builder.build();
    }

    private static LogRecordExporter logExporter(Otlp otlp, @Nullable OutsideTls tls) {
        OtlpHttpLogRecordExporterBuilder builder = OtlpHttpLogRecordExporter.builder()
                .setEndpoint(Telemetry.base(otlp) + "/v1/logs")
                .setTimeout(Duration.ofSeconds(5));
        if (tls != null) {
            builder.setSslContext(tls.context(), tls.trust());
        }
        otlp.headers().forEach((name, value) -> builder.addHeader(name, value.reveal()));
        return builder.build();
    }

    private static Resource resource(NodeConfig config, String version) {
        return Resource.getDefault().toBuilder()
                .put(AttributeKey.stringKey("service.name"), "bridgehead")
                .put(AttributeKey.stringKey("service.version"), version)
                .put(
                        AttributeKey.stringKey("service.instance.id"),
                        config.node().value())
                .put(
                        AttributeKey.stringKey("bridgehead.site"),
                        config.site().name().value())
                .build();
    }

    private static @Nullable OutputStream accessLog(AccessLog log) throws IOException {
        if (!log.enabled()) {
            return null;
        }
        return log.path() == null
                ? new FileOutputStream(java.io.FileDescriptor.out)
                : new FileOutputStream(log.path().toFile(), true);
    }
}
