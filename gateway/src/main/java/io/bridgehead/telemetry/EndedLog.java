package io.bridgehead.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.Body;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.resources.Resource;

/** A log record whose every fact is known, as exporters take it. */
record EndedLog(
        Resource resource,
        long epochNanos,
        SpanContext spanContext,
        Severity severity,
        String body,
        Attributes attributes)
        implements LogRecordData {
    /** Collects attributes. */
    record Collected(AttributesBuilder attributes) implements Facts {
        @Override
        public Collected add(String name, String value) {
            attributes.put(name, value);
            return this;
        }

        @Override
        public Collected add(String name, long value) {
            attributes.put(name, value);
            return this;
        }

        @Override
        public Collected add(String name, double value) {
            attributes.put(name, value);
            return this;
        }
    }

    @Override
    public Resource getResource() {
        return resource;
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return EndedSpan.SCOPE;
    }

    @Override
    public long getTimestampEpochNanos() {
        return epochNanos;
    }

    @Override
    public long getObservedTimestampEpochNanos() {
        return epochNanos;
    }

    @Override
    public SpanContext getSpanContext() {
        return spanContext;
    }

    @Override
    public Severity getSeverity() {
        return severity;
    }

    @Override
    public String getSeverityText() {
        return severity.name();
    }

    @Override
    @SuppressWarnings("deprecation") // the interface still asks for it
    public Body getBody() {
        return Body.string(body);
    }

    @Override
    public Value<?> getBodyValue() {
        return Value.of(body);
    }

    @Override
    public Attributes getAttributes() {
        return attributes;
    }

    @Override
    public int getTotalAttributeCount() {
        return attributes.size();
    }
}
