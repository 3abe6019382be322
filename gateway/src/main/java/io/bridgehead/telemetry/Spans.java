package io.bridgehead.telemetry;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.GrpcStatus;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.TraceContext;
import io.bridgehead.proxy.AttemptRecord;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.upstream.AttemptOutcome;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes spans of an exchange that has ended: one of kind SERVER for the exchange, and below it one of kind CLIENT for each attempt; an
 * attempt through a tunnel is the parent of the far side's exchange. Ids were minted on the data path.
 */
final class Spans {
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
    private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    private static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> RPC_SYSTEM = AttributeKey.stringKey("rpc.system.name");
    private static final AttributeKey<String> RPC_STATUS = AttributeKey.stringKey("rpc.response.status_code");
    private static final AttributeKey<String> RULE = AttributeKey.stringKey("rule");
    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service");
    private static final AttributeKey<String> SOURCE = AttributeKey.stringKey("source_site");
    private static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("destination_site");
    private static final AttributeKey<Long> TIER = AttributeKey.longKey("tier");
    private static final AttributeKey<String> REVISION = AttributeKey.stringKey("revision");
    private static final AttributeKey<String> CALLER = AttributeKey.stringKey("caller");
    private static final AttributeKey<String> NODE = AttributeKey.stringKey("bridgehead.peer.node");
    private static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("request_id");

    private final Resource resource;
    private final long epochOffsetNanos;

    /** @param epochOffsetNanos what makes nanoseconds since 1970 of the loops' monotone clock */
    Spans(Resource resource, long epochOffsetNanos) {
        this.resource = resource;
        this.epochOffsetNanos = epochOffsetNanos;
    }

    /** The spans, when the trace is sampled. */
    List<SpanData> of(ExchangeRecord exchange) {
        TraceContext trace = exchange.trace();
        if (trace == null || !trace.sampled()) {
            return List.of();
        }
        List<SpanData> spans = new ArrayList<>(1 + exchange.attempts().size());
        spans.add(server(exchange, trace));
        for (AttemptRecord attempt : exchange.attempts()) {
            spans.add(client(exchange, trace, attempt));
        }
        return spans;
    }

    private SpanData server(ExchangeRecord exchange, TraceContext trace) {
        AttributesBuilder attributes = Attributes.builder()
                .put(METHOD, exchange.method())
                .put(SCHEME, exchange.scheme())
                .put(SERVER, exchange.authority())
                .put(PATH, exchange.path())
                .put(SERVICE, ExchangeMeters.service(exchange))
                .put(SOURCE, exchange.sourceSite().value())
                .put(REVISION, exchange.revision())
                .put(CALLER, exchange.caller().identity().toString())
                .put(REQUEST_ID, exchange.requestId());
        var destination = exchange.destinationSite();
        if (destination != null) {
            attributes.put(DESTINATION, destination.value());
        }
        if (exchange.status() != 0) {
            attributes.put(STATUS, (long) exchange.status());
        }
        RouteRule rule = exchange.rule();
        if (rule != null) {
            attributes.put(RULE, rule.shown());
        }
        GrpcStatus call = exchange.grpcStatus();
        if (call != null) {
            attributes.put(RPC_SYSTEM, "grpc").put(RPC_STATUS, call.name());
        }
        Refusal refusal = exchange.refusal();
        if (refusal != null) {
            attributes.put(ERROR, refusal.text());
        }
        boolean failed = refusal != null || exchange.status() >= 500 || (call != null && call.httpStatus() >= 500);
        return new EndedSpan(
                resource,
                context(trace, trace.spanId()),
                exchange.parentSpanId() == 0 ? SpanContext.getInvalid() : context(trace, exchange.parentSpanId()),
                exchange.method() + " " + ExchangeMeters.service(exchange),
                SpanKind.SERVER,
                exchange.startNanos() + epochOffsetNanos,
                exchange.startNanos() + exchange.durationNanos() + epochOffsetNanos,
                attributes.build(),
                failed
                        ? StatusData.create(io.opentelemetry.api.trace.StatusCode.ERROR, exchange.detail())
                        : StatusData.unset());
    }

    private SpanData client(ExchangeRecord exchange, TraceContext trace, AttemptRecord attempt) {
        AttributesBuilder attributes = Attributes.builder()
                .put(METHOD, exchange.method())
                .put(SERVICE, ExchangeMeters.service(exchange))
                .put(SOURCE, exchange.sourceSite().value())
                .put(DESTINATION, attempt.site().value())
                .put(TIER, (long) attempt.tier());
        Endpoint endpoint = attempt.endpoint();
        if (endpoint != null) {
            attributes.put(SERVER, endpoint.toString());
        }
        NodeName node = attempt.node();
        if (node != null) {
            attributes.put(NODE, node.value());
        }
        if (attempt.status() != 0) {
            attributes.put(STATUS, (long) attempt.status());
        }
        AttemptOutcome outcome = attempt.outcome();
        boolean failed = outcome != null && !outcome.isAnswer();
        if (outcome != null && failed) {
            attributes.put(ERROR, ExchangeMeters.text(outcome));
        }
        return new EndedSpan(
                resource,
                context(trace, attempt.spanId()),
                context(trace, trace.spanId()),
                (node == null ? "endpoint " : "tunnel ") + attempt.site(),
                SpanKind.CLIENT,
                attempt.startNanos() + epochOffsetNanos,
                attempt.startNanos() + attempt.durationNanos() + epochOffsetNanos,
                attributes.build(),
                failed ? StatusData.error() : StatusData.unset());
    }

    private static SpanContext context(TraceContext trace, long spanId) {
        return SpanContext.create(
                trace.traceId(), SpanId.fromLong(spanId), TraceFlags.getSampled(), TraceState.getDefault());
    }
}
