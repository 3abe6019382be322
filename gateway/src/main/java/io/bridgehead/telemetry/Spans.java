package io.bridgehead.telemetry;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.GrpcStatus;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.TraceContext;
import io.bridgehead.proxy.AttemptRecord;
import io.bridgehead.proxy.EntryPoint;
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
import java.util.regex.Pattern;

/**
 * Makes spans of an exchange that has ended: one of kind SERVER for the exchange, and below it one of kind CLIENT for each attempt; an
 * attempt through a tunnel is the parent of the far side's exchange. Ids were minted on the data path.
 */
final class Spans {
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
    private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    private static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
    private static final AttributeKey<String> CLIENT = AttributeKey.stringKey("client.address");
    private static final AttributeKey<String> VERSION = AttributeKey.stringKey("network.protocol.version");
    private static final AttributeKey<Long> BYTES_IN = AttributeKey.longKey("http.request.body.size");
    private static final AttributeKey<Long> BYTES_OUT = AttributeKey.longKey("http.response.body.size");
    private static final AttributeKey<Long> RESENT = AttributeKey.longKey("http.request.resend_count");
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
    private static final AttributeKey<Double> ROUND_TRIP = AttributeKey.doubleKey("bridgehead.tunnel.round_trip");
    private static final AttributeKey<String> LISTENER = AttributeKey.stringKey("listener");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("request_id");

    private final Resource resource;
    private final EpochClock clock;
    private final RoundTrips roundTrips;

    Spans(Resource resource, EpochClock clock, RoundTrips roundTrips) {
        this.resource = resource;
        this.clock = clock;
        this.roundTrips = roundTrips;
    }

    /** The spans; none of an exchange without a trace. */
    List<SpanData> of(ExchangeRecord exchange) {
        TraceContext trace = exchange.trace();
        if (trace == null) {
            return List.of();
        }
        List<AttemptRecord> attempts = exchange.attempts();
        List<SpanData> spans = new ArrayList<>(1 + attempts.size());
        spans.add(server(exchange, trace));
        for (int i = 0; i < attempts.size(); i++) {
            spans.add(client(exchange, trace, i));
        }
        return spans;
    }

    private SpanData server(ExchangeRecord exchange, TraceContext trace) {
        Refusal refusal = exchange.refusal();
        GrpcStatus call = exchange.grpcStatus();
        boolean failed = refusal != null || exchange.status() >= 500 || (call != null && call.httpStatus() >= 500);
        return new EndedSpan(
                resource,
                context(trace, trace.spanId()),
                exchange.parentSpanId() == 0 ? SpanContext.getInvalid() : context(trace, exchange.parentSpanId()),
                exchange.method() + " " + ExchangeMeters.service(exchange),
                SpanKind.SERVER,
                clock.nanos(exchange.startNanos()),
                clock.nanos(exchange.startNanos() + exchange.durationNanos()),
                serverAttributes(exchange),
                SpanEvents.of(exchange, clock),
                failed
                        ? StatusData.create(io.opentelemetry.api.trace.StatusCode.ERROR, exchange.detail())
                        : StatusData.unset());
    }

    private static Attributes serverAttributes(ExchangeRecord exchange) {
        AttributesBuilder attributes = Attributes.builder()
                .put(METHOD, exchange.method())
                .put(SCHEME, exchange.scheme())
                .put(PATH, AccessLine.pathOf(exchange.path()))
                .put(CLIENT, exchange.caller().address())
                .put(LISTENER, exchange.entry().listener())
                .put(SERVICE, ExchangeMeters.service(exchange))
                .put(SOURCE, exchange.sourceSite().value())
                .put(REVISION, exchange.revision())
                .put(CALLER, exchange.caller().identity().toString())
                .put(REQUEST_ID, exchange.requestId())
                .put(BYTES_IN, exchange.bytesIn())
                .put(BYTES_OUT, exchange.bytesOut());
        putServer(attributes, exchange.authority());
        if (exchange.entry().kind() != EntryPoint.Kind.TCP) {
            attributes.put(VERSION, exchange.entry().protocol());
        }
        AttemptRecord decisive = exchange.decisive();
        if (decisive != null) {
            attributes.put(DESTINATION, decisive.site().value()).put(TIER, (long) decisive.tier());
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
        return attributes.build();
    }

    private SpanData client(ExchangeRecord exchange, TraceContext trace, int number) {
        AttemptRecord attempt = exchange.attempts().get(number);
        AttributesBuilder attributes = Attributes.builder()
                .put(METHOD, exchange.method())
                .put(SERVICE, ExchangeMeters.service(exchange))
                .put(SOURCE, exchange.sourceSite().value())
                .put(DESTINATION, attempt.site().value())
                .put(TIER, (long) attempt.tier());
        if (number > 0) {
            attributes.put(RESENT, (long) number);
        }
        Endpoint endpoint = attempt.endpoint();
        if (endpoint != null) {
            putServer(attributes, endpoint.toString());
        }
        NodeName node = attempt.node();
        if (node != null) {
            putHop(attributes, node);
        }
        if (attempt.status() != 0) {
            attributes.put(STATUS, (long) attempt.status());
        }
        attributes.put(BYTES_IN, attempt.requestBytes()).put(BYTES_OUT, attempt.answerBytes());
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
                clock.nanos(attempt.startNanos()),
                clock.nanos(attempt.startNanos() + attempt.durationNanos()),
                attributes.build(),
                List.of(),
                failed ? StatusData.error() : StatusData.unset());
    }

    private void putHop(AttributesBuilder attributes, NodeName node) {
        attributes.put(NODE, node.value());
        Double roundTrip = roundTrips.to(node);
        if (roundTrip != null) {
            attributes.put(ROUND_TRIP, roundTrip);
        }
    }

    /** A host with or without a port, IPv6 addresses in brackets. */
    private static void putServer(AttributesBuilder attributes, String text) {
        int colon = text.lastIndexOf(':');
        String port = colon < 0 ? "" : text.substring(colon + 1);
        boolean isPort = PORT.matcher(port).matches() && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
        if (isPort) {
            attributes.put(SERVER, text.substring(0, colon)).put(SERVER_PORT, Long.parseLong(port));
        } else {
            attributes.put(SERVER, text);
        }
    }

    private static SpanContext context(TraceContext trace, long spanId) {
        return SpanContext.create(
                trace.traceId(),
                SpanId.fromLong(spanId),
                trace.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                TraceState.getDefault());
    }
}
