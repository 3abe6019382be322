package io.bridgehead.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import io.bridgehead.model.TraceContext;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.sync.RejectedRecords;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Instant;
import org.slf4j.event.KeyValuePair;

/** Makes log records of exchanges that have ended, and of what the node says of itself. */
final class LogRecords {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Resource resource;
    private final EpochClock clock;

    LogRecords(Resource resource, EpochClock clock) {
        this.resource = resource;
        this.clock = clock;
    }

    /** The access log's line as a record: the same names, the trace in its own place; warnings are what was refused or failed. */
    LogRecordData of(ExchangeRecord exchange) {
        AttributesBuilder attributes = Attributes.builder().put("event.name", "access");
        AccessLine.put(new EndedLog.Collected(attributes), exchange);
        boolean bad = exchange.refusal() != null || TailRule.failed(exchange);
        return new EndedLog(
                resource,
                clock.nanos(exchange.startNanos() + exchange.durationNanos()),
                span(exchange.trace()),
                bad ? Severity.WARN : Severity.INFO,
                RejectedRecords.printable(
                        exchange.method() + " " + ExchangeMeters.service(exchange) + " " + exchange.status()),
                attributes.build());
    }

    private static SpanContext span(@org.jspecify.annotations.Nullable TraceContext trace) {
        return trace == null
                ? SpanContext.getInvalid()
                : SpanContext.create(
                        trace.traceId(),
                        SpanId.fromLong(trace.spanId()),
                        trace.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                        TraceState.getDefault());
    }

    /** A line of the node's log. */
    LogRecordData of(ILoggingEvent line) {
        AttributesBuilder attributes = Attributes.builder().put("logger", line.getLoggerName());
        if (line.getKeyValuePairs() != null) {
            for (KeyValuePair pair : line.getKeyValuePairs()) {
                attributes.put(pair.key, RejectedRecords.printable(String.valueOf(pair.value)));
            }
        }
        if (line.getThrowableProxy() != null) {
            attributes.put("exception.stacktrace", ThrowableProxyUtil.asString(line.getThrowableProxy()));
        }
        Instant at = line.getInstant();
        return new EndedLog(
                resource,
                at.getEpochSecond() * NANOS_PER_SECOND + at.getNano(),
                SpanContext.getInvalid(),
                severity(line.getLevel()),
                RejectedRecords.printable(line.getFormattedMessage()),
                attributes.build());
    }

    private static Severity severity(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> Severity.ERROR;
            case Level.WARN_INT -> Severity.WARN;
            case Level.INFO_INT -> Severity.INFO;
            default -> Severity.DEBUG;
        };
    }
}
