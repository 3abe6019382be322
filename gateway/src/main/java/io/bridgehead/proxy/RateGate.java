package io.bridgehead.proxy;

import io.bridgehead.limit.RateLimit;
import io.bridgehead.limit.ServiceRates;
import io.bridgehead.limit.ServiceRates.Excess;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.routing.ServiceRoute;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Counts what enters the fabric here against the rate limits of its service, once, when policy has let it in, and copies against those of the
 * service that they are for; what comes through a tunnel was counted where it entered.
 */
final class RateGate {
    private static final HeaderName RETRY_AFTER = HeaderName.of("retry-after");
    private static final HeaderName POLICY = HeaderName.of("ratelimit-policy");
    private static final HeaderName STATE = HeaderName.of("ratelimit");
    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private RateGate() {}

    /** Why a request comes too soon, as it is sent on but for the path, which is the one that the client asked for; null when it does not. */
    static Refusals.@Nullable Why judge(
            ProxyContext context, ServiceRoute route, RequestHead head, ExchangeRecord record) {
        return route.resilience().rates().isEmpty()
                ? null
                : judge(context, route, record, head.method(), record.path, head.fields());
    }

    /** Why a connection comes too soon; null when it does not. */
    static Refusals.@Nullable Why judge(ProxyContext context, ServiceRoute route, ExchangeRecord record) {
        return route.resilience().rates().isEmpty() ? null : judge(context, route, record, "", "", null);
    }

    /** Whether a copy of a request comes too soon for the service that it is made for; any other way it is counted like a request. */
    static boolean isAbove(ProxyContext context, ServiceRoute route, RequestHead head, ExchangeRecord record) {
        return !route.resilience().rates().isEmpty()
                && take(context, route, record, head.method(), record.path, head.fields()) != null;
    }

    private static Refusals.@Nullable Why judge(
            ProxyContext context,
            ServiceRoute route,
            ExchangeRecord record,
            String method,
            String path,
            @Nullable HeaderFields fields) {
        Excess excess = take(context, route, record, method, path, fields);
        if (excess == null) {
            return null;
        }
        record.excess = excess;
        return Refusals.Why.atOnce(
                Refusal.RATE_LIMITED,
                "limit " + excess.limit().name() + " of service " + route.name() + ": "
                        + excess.limit().shown());
    }

    private static @Nullable Excess take(
            ProxyContext context,
            ServiceRoute route,
            ExchangeRecord record,
            String method,
            String path,
            @Nullable HeaderFields fields) {
        ServiceRates rates = context.upstreams().rates(route);
        RouteRule rule = record.rule;
        return rates == null
                ? null
                : rates.take(method, path, rule == null ? null : rule.shown(), record.caller, fields, context.now());
    }

    /**
     * Tells a client which limit it is above and when to come again: {@code Retry-After} (RFC 9110, section 10.2.3), and {@code RateLimit-Policy}
     * and {@code RateLimit} of draft-ietf-httpapi-ratelimit-headers-10.
     */
    static void tell(Excess excess, HeaderFields fields) {
        RateLimit limit = excess.limit();
        long seconds = Math.max(1, (excess.waitNanos() + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND);
        long window = Math.max(1, limit.per().toSeconds());
        fields.add(RETRY_AFTER, Long.toString(seconds));
        fields.add(POLICY, "\"" + limit.name() + "\";q=" + limit.requests() + ";w=" + window);
        fields.add(STATE, "\"" + limit.name() + "\";r=0;t=" + seconds);
    }
}
