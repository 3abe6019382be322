package io.bridgehead.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.bridgehead.config.AccessLog;
import io.bridgehead.config.AuditLog;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.Otlp;
import io.bridgehead.model.TraceContext;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.tls.OutsideTls;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporterBuilder;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is written of single exchanges that have ended: access log lines, log records, lines of the audit file and spans. Decides on the event
 * loop what is wanted, so that nothing is queued for nobody; the writing is done by threads of its own.
 */
final class ExchangeSignals {
    private final @Nullable LogFile lineFile;
    private final @Nullable LogFile auditFile;
    private final @Nullable SignalWriter<ExchangeRecord> lines;
    private final @Nullable SignalWriter<ExchangeRecord> spans;
    private final @Nullable LogPush pushed;
    private final @Nullable AuditFile audit;
    private final LineRule rule;
    private final LongSupplier nanoTime;
    private final TailRule tail;

    /**
     * What all signals of a node have in common, whatever its configuration.
     *
     * @param version of the software
     * @param clock of the loops
     * @param nanoTime the loops' monotone clock
     * @param threads makes the threads that write
     * @param roundTrips what spans say of tunnels
     * @param losses counts what is not written
     * @param failures holds back what is said again and again
     */
    record Surroundings(
            String version,
            EpochClock clock,
            LongSupplier nanoTime,
            ThreadFactory threads,
            RoundTrips roundTrips,
            Losses losses,
            Repeats failures) {}

    /**
     * Opens them; nothing is written before {@link #start}, and who does not want that calls {@link #drop}.
     *
     * @param tls to the collector; null for that of the platform
     * @throws IOException when a file cannot be opened, or is to be written to in two ways
     */
    ExchangeSignals(NodeConfig config, @Nullable OutsideTls tls, Surroundings around) throws IOException {
        this.nanoTime = around.nanoTime;
        Otlp otlp = config.telemetry().otlp();
        AccessLog log = config.telemetry().accessLog();
        Resource resource = resource(config, around.version);
        this.rule = new LineRule(log);
        this.tail = new TailRule(config.telemetry().traces().always(), nanoTime);
        AuditLog audited = config.telemetry().audit();
        this.lineFile = log.enabled() ? LogFile.open(log.path()) : null;
        try {
            this.auditFile = audited.path() == null ? null : another(LogFile.open(audited.path()), lineFile);
        } catch (IOException e) {
            if (lineFile != null) {
                lineFile.drop();
            }
            throw e;
        }
        this.lines = lineFile == null ? null : lines(lineFile, log, around);
        this.audit = auditFile == null ? null : audit(auditFile, audited, around);
        this.spans = otlp == null || !otlp.traces()
                ? null
                : new SignalWriter<>(
                        new SpanSink(exporter(otlp, tls), new Spans(resource, around.clock, around.roundTrips)),
                        around.losses.of("spans"),
                        around.failures,
                        around.threads);
        this.pushed = otlp == null || !otlp.logs()
                ? null
                : new LogPush(
                        logExporter(otlp, tls),
                        new LogRecords(resource, around.clock),
                        around.losses.of("log-records"),
                        around.failures,
                        around.threads);
    }

    /** Two that append to one file tear each other's lines, by whatever names they have it. */
    private static LogFile another(LogFile audit, @Nullable LogFile lines) throws IOException {
        if (lines != null && audit.isSame(lines)) {
            audit.drop();
            throw new IOException("audit.path " + audit.path() + " is the file of accessLog.path " + lines.path()
                    + "; expected another file");
        }
        return audit;
    }

    private static SignalWriter<ExchangeRecord> lines(LogFile file, AccessLog log, Surroundings around) {
        return new SignalWriter<>(
                new AccessLogSink(file, log.text(), around.clock),
                around.losses.of("access-log"),
                around.failures,
                around.threads);
    }

    private static AuditFile audit(LogFile file, AuditLog audited, Surroundings around) {
        return new AuditFile(
                file,
                around.clock,
                around.nanoTime,
                audited.verdictsPerSecond(),
                around.losses.of("audit"),
                around.failures,
                around.threads);
    }

    /** @param left those that were before these and may have things to write */
    void start(List<ExchangeSignals> left) {
        if (lines != null) {
            lines.startAfter(writersTo(lineFile, left));
        }
        if (spans != null) {
            spans.start();
        }
        if (pushed != null) {
            pushed.start();
        }
        if (audit != null) {
            audit.writer().startAfter(writersTo(auditFile, left));
        }
    }

    /** Whether there is an audit file. */
    boolean isAudited() {
        return audit != null;
    }

    /** A line of the node's log. */
    void said(ILoggingEvent line) {
        if (pushed != null) {
            pushed.said(line);
        }
    }

    /** A line of the audit file's logger. */
    void audited(ILoggingEvent line) {
        if (audit != null) {
            audit.said(line);
        }
    }

    /** Who of them writes to this file as well. */
    private static List<SignalWriter<?>> writersTo(@Nullable LogFile file, List<ExchangeSignals> left) {
        if (file == null) {
            return List.of();
        }
        List<SignalWriter<?>> writers = new ArrayList<>();
        for (ExchangeSignals one : left) {
            if (one.lines != null && one.lineFile != null && one.lineFile.isSame(file)) {
                writers.add(one.lines);
            }
            if (one.audit != null && one.auditFile != null && one.auditFile.isSame(file)) {
                writers.add(one.audit.writer());
            }
        }
        return writers;
    }

    /** Whether nothing of these is written any more. */
    boolean hasEnded() {
        return writers().stream().allMatch(SignalWriter::hasEnded);
    }

    /** The files that are written to. */
    List<LogFile> files() {
        return Stream.of(lineFile, auditFile).filter(Objects::nonNull).toList();
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

    private List<SignalWriter<?>> writers() {
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
        return writers;
    }

    /** In place of {@link #start}: closes what was opened. */
    void drop() {
        writers().forEach(SignalWriter::drop);
        files().forEach(LogFile::drop);
    }

    /** Has what is queued be written; {@link #close} waits for that. */
    void end() {
        writers().forEach(SignalWriter::close);
    }

    /** Writes what is queued; what is still there after the time is given up and counted. */
    void close(long millisMax) throws InterruptedException {
        long end = nanoTime.getAsLong() + Duration.ofMillis(millisMax).toNanos();
        end();
        List<SignalWriter<?>> writers = writers();
        for (SignalWriter<?> writer : writers) {
            writer.join((end - nanoTime.getAsLong()) / 1_000_000);
        }
        writers.forEach(SignalWriter::abandon);
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
}
