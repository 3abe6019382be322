package io.bridgehead.telemetry;

import io.bridgehead.config.AccessFormat;
import io.bridgehead.config.AccessFormat.Part;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.GrpcStatus;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TraceContext;
import io.bridgehead.proxy.AttemptRecord;
import io.bridgehead.proxy.EntryPoint;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.proxy.NotedFields;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One exchange as one line of text, as a format says; {@code -} stands for what is not there. In values quotation marks and backslashes
 * stand behind a backslash, and what is not printable ASCII as {@code \xHH}, so that no value can end its line or its quotation.
 */
final class TextLine {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final String NOTHING = "-";

    private final AccessFormat format;
    private final NotedFields noted;

    TextLine(AccessFormat format) {
        this.format = format;
        this.noted = noted(format);
    }

    /** The header fields that lines of this form need. */
    static NotedFields noted(@Nullable AccessFormat format) {
        List<HeaderName> request = new ArrayList<>();
        List<HeaderName> answer = new ArrayList<>();
        for (Part part : format == null ? List.<Part>of() : format.parts()) {
            List<HeaderName> names = part.operator() == AccessFormat.Operator.RESP ? answer : request;
            add(names, part.field());
            add(names, part.otherwise());
        }
        return new NotedFields(request, answer);
    }

    private static void add(List<HeaderName> names, String field) {
        HeaderName name = HeaderName.of(field);
        if (!field.isEmpty() && !field.startsWith(":") && !names.contains(name)) {
            names.add(name);
        }
    }

    /** Appends the line, without its end. */
    void append(StringBuilder line, ExchangeRecord exchange, Instant start) {
        for (Part part : format.parts()) {
            AccessFormat.Operator operator = part.operator();
            if (operator == null) {
                line.append(part.text());
            } else {
                String value = value(operator, part, exchange, start);
                if (value == null || value.isEmpty()) {
                    line.append(NOTHING);
                } else {
                    escape(line, value, part.charactersMax());
                }
            }
        }
    }

    private @Nullable String value(AccessFormat.Operator operator, Part part, ExchangeRecord exchange, Instant start) {
        return switch (operator) {
            case START_TIME -> TIME.format(start);
            case REQ, RESP, REQ_WITHOUT_QUERY -> field(operator, part, exchange);
            case PROTOCOL -> protocol(exchange);
            case RESPONSE_CODE -> Integer.toString(exchange.status());
            case RESPONSE_CODE_DETAILS -> details(exchange);
            case BYTES_RECEIVED -> Long.toString(exchange.bytesIn());
            case BYTES_SENT -> Long.toString(exchange.bytesOut());
            case DURATION -> Long.toString(exchange.durationNanos() / NANOS_PER_MILLI);
            case RESPONSE_DURATION ->
                exchange.firstByteNanos() == 0 ? null : Long.toString(exchange.firstByteNanos() / NANOS_PER_MILLI);
            case GRPC_STATUS -> grpc(exchange.grpcStatus());
            case UPSTREAM_CLUSTER, SERVICE -> exchange.route() == null ? null : ExchangeMeters.service(exchange);
            case UPSTREAM_REQUEST_ATTEMPT_COUNT ->
                Integer.toString(exchange.attempts().size());
            case DOWNSTREAM_REMOTE_ADDRESS, DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT ->
                exchange.caller().address();
            case DOWNSTREAM_PEER_URI_SAN -> exchange.caller().identity().toString();
            case ROUTE_NAME -> exchange.rule() == null ? null : exchange.rule().shown();
            case STREAM_ID -> exchange.requestId();
            case SOURCE_SITE -> exchange.sourceSite().value();
            case LISTENER -> exchange.entry().listener();
            case REVISION -> exchange.revision();
            case UPSTREAM_HOST, DESTINATION_SITE, TIER -> place(operator, exchange);
            case TRACE_ID, SPAN_ID -> trace(operator, exchange.trace());
            case RESPONSE_FLAGS, ERROR_TYPE, CULPRIT, DETAIL -> refusal(operator, exchange);
        };
    }

    private static String details(ExchangeRecord exchange) {
        Refusal refusal = exchange.refusal();
        return refusal == null ? "via_upstream" : refusal.text();
    }

    private static @Nullable String grpc(@Nullable GrpcStatus call) {
        return call == null ? null : call.name();
    }

    private static String protocol(ExchangeRecord exchange) {
        String protocol = exchange.entry().protocol();
        return exchange.entry().kind() == EntryPoint.Kind.TCP ? protocol : "HTTP/" + protocol;
    }

    private static @Nullable String trace(AccessFormat.Operator operator, @Nullable TraceContext trace) {
        if (trace == null) {
            return null;
        }
        return operator == AccessFormat.Operator.TRACE_ID ? trace.traceId() : trace.spanIdText();
    }

    private static @Nullable String refusal(AccessFormat.Operator operator, ExchangeRecord exchange) {
        Refusal refusal = exchange.refusal();
        if (refusal == null) {
            return null;
        }
        return switch (operator) {
            case RESPONSE_FLAGS -> refusal.responseFlag();
            case ERROR_TYPE -> refusal.text();
            case CULPRIT -> refusal.culprit().name().toLowerCase(Locale.ROOT);
            default -> exchange.detail();
        };
    }

    private static @Nullable String place(AccessFormat.Operator operator, ExchangeRecord exchange) {
        AttemptRecord attempt = exchange.decisive();
        SiteName site = exchange.destinationSite();
        if (attempt == null || site == null) {
            return null;
        }
        Endpoint endpoint = attempt.endpoint();
        NodeName node = attempt.node();
        return switch (operator) {
            case DESTINATION_SITE -> site.value();
            case TIER -> Integer.toString(attempt.tier());
            default -> endpoint != null ? endpoint.toString() : node == null ? null : site + "/" + node;
        };
    }

    private @Nullable String field(AccessFormat.Operator operator, Part part, ExchangeRecord exchange) {
        String value = field(operator, part.field(), exchange);
        return value != null || part.otherwise().isEmpty() ? value : field(operator, part.otherwise(), exchange);
    }

    private @Nullable String field(AccessFormat.Operator operator, String field, ExchangeRecord exchange) {
        if (operator == AccessFormat.Operator.RESP) {
            return exchange.notedOfAnswer(noted.answer().indexOf(HeaderName.of(field)));
        }
        String value = switch (field) {
            case ":method" -> exchange.method();
            case ":path" -> exchange.path();
            case ":authority" -> exchange.authority();
            case ":scheme" -> exchange.scheme();
            default -> exchange.notedOfRequest(noted.request().indexOf(HeaderName.of(field)));
        };
        return value == null || operator == AccessFormat.Operator.REQ ? value : AccessLine.pathOf(value);
    }

    private static void escape(StringBuilder line, String value, int charactersMax) {
        int length = Math.min(value.length(), charactersMax);
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7f) {
                line.append(c);
            } else {
                line.append(
                        c > 0xff
                                ? String.format(Locale.ROOT, "\\u%04x", (int) c)
                                : String.format(Locale.ROOT, "\\x%02x", (int) c));
            }
        }
    }
}
