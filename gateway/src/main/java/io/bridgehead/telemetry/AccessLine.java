package io.bridgehead.telemetry;

import io.bridgehead.limit.RateLimit;
import io.bridgehead.model.CloseReason;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.GrpcStatus;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TokenClaims;
import io.bridgehead.model.TraceContext;
import io.bridgehead.policy.ExternalCheck;
import io.bridgehead.proxy.AttemptRecord;
import io.bridgehead.proxy.CheckRecord;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.routing.RouteRule;
import java.time.Instant;
import java.util.stream.Collectors;

/**
 * One exchange as one line of the access log: JSON, names of OpenTelemetry's semantic conventions where they have one, and Envoy's
 * response flags.
 */
final class AccessLine {
    private AccessLine() {}

    /** Writes the line behind what is there, without an end of line. */
    static void append(StringBuilder to, ExchangeRecord exchange, Instant start) {
        JsonText line = new JsonText(to);
        line.add("timestamp", start.toString());
        put(line, exchange);
        line.end();
    }

    /** All but the time. */
    static void put(Facts line, ExchangeRecord exchange) {
        line.add("listener", exchange.entry().listener())
                .add("http.request.method", exchange.method())
                .add("url.scheme", exchange.scheme())
                .add("server.address", exchange.authority())
                .add("url.path", pathOf(exchange.path()))
                .add("http.response.status_code", exchange.status())
                .add("duration_seconds", exchange.durationNanos() / 1e9)
                .add("bytes_in", exchange.bytesIn())
                .add("bytes_out", exchange.bytesOut())
                .add("service", ExchangeMeters.service(exchange))
                .add("source_site", exchange.sourceSite().value())
                .add("client.address", exchange.caller().address())
                .add("caller", exchange.caller().identity().toString())
                .add("caller_proof", exchange.caller().proof().name().toLowerCase(java.util.Locale.ROOT))
                .add("request_id", exchange.requestId())
                .add("revision", exchange.revision())
                .add("attempts", exchange.attempts().size());
        TokenClaims token = exchange.caller().token();
        if (token != null) {
            line.add("request_principal", token.toString());
        }
        RouteRule rule = exchange.rule();
        if (rule != null) {
            line.add("rule", rule.shown());
        }
        GrpcStatus call = exchange.grpcStatus();
        if (call != null) {
            line.add("rpc.response.status_code", call.name());
        }
        CloseReason closed = exchange.closeReason();
        if (closed != null) {
            line.add("close_reason", closed.text());
        }
        destination(line, exchange);
        refusal(line, exchange.refusal(), exchange.detail());
        policies(line, exchange);
        TraceContext trace = exchange.trace();
        if (trace != null) {
            line.add("trace_id", trace.traceId()).add("span_id", trace.spanIdText());
        }
    }

    private static void policies(Facts line, ExchangeRecord exchange) {
        CheckRecord check = exchange.check();
        ExternalCheck.Outcome outcome = check == null ? null : check.outcome();
        if (check != null && outcome != null) {
            line.add("external_check", outcome.text());
            if (!check.detail().isEmpty()) {
                line.add("external_check_detail", check.detail());
            }
        }
        RateLimit limit = exchange.limit();
        if (limit != null) {
            line.add("rate_limit", limit.name());
        }
        if (!exchange.remarks().isEmpty()) {
            line.add(
                    "policy_remarks",
                    exchange.remarks().stream()
                            .map(remark -> remark.kind().text() + ": " + remark.detail())
                            .collect(Collectors.joining("; ")));
        }
    }

    private static void destination(Facts line, ExchangeRecord exchange) {
        AttemptRecord attempt = exchange.decisive();
        SiteName site = exchange.destinationSite();
        if (attempt == null || site == null) {
            return;
        }
        line.add("destination_site", site.value()).add("tier", attempt.tier());
        Endpoint endpoint = attempt.endpoint();
        if (endpoint != null) {
            line.add("endpoint", endpoint.toString());
        }
        NodeName node = attempt.node();
        if (node != null) {
            line.add("node", node.value());
        }
    }

    private static void refusal(Facts line, @org.jspecify.annotations.Nullable Refusal refusal, String detail) {
        if (refusal != null) {
            line.add("error.type", refusal.text())
                    .add("response_flags", refusal.responseFlag())
                    .add("culprit", refusal.culprit().name().toLowerCase(java.util.Locale.ROOT))
                    .add("detail", detail);
        }
    }

    /** Without the query: it may hold what nobody wants in a log. */
    static String pathOf(String path) {
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }
}
