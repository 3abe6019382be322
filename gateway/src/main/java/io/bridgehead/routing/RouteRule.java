package io.bridgehead.routing;

import io.bridgehead.policy.Cors;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of requests that a rule of an HTTPRoute or GRPCRoute takes. Immutable.
 *
 * @param shown what people are told of it, such as {@code HTTPRoute default/shop rule 2 (checkout)}
 * @param edits what is changed whatever place is chosen
 * @param backends where requests go unless {@code edits} redirect them
 * @param refusal why every request is answered 500, as for a filter that is not known; null mostly
 */
public record RouteRule(
        String shown,
        Backend.Edits edits,
        Backends backends,
        @Nullable Cors cors,
        RuleTimeouts timeouts,
        @Nullable RuleRetry retry,
        @Nullable Persistence persistence,
        @Nullable String refusal) {

    /** Whether its exchanges run as those of its service do once they are on their way. */
    public boolean isPlain() {
        return edits.isPlain() && cors == null && timeouts.isPlain() && retry == null && persistence == null;
    }

    /**
     * Bounds instead of those of the service (GEP-1742); null for the service's own, zero for none.
     *
     * @param request for the whole answer
     * @param backendRequest for each attempt
     */
    public record RuleTimeouts(
            @Nullable Duration request, @Nullable Duration backendRequest) {
        /** Those of the service. */
        public static final RuleTimeouts NONE = new RuleTimeouts(null, null);

        boolean isPlain() {
            return request == null && backendRequest == null;
        }
    }

    /**
     * Retries instead of those of the service (GEP-1731).
     *
     * @param codes statuses that count as failed
     * @param attempts after the first; null for the service's own bound
     * @param backoff the least time between two; null for the service's own
     */
    public record RuleRetry(
            List<Integer> codes,
            @Nullable Integer attempts,
            @Nullable Duration backoff) {
        public RuleRetry {
            codes = List.copyOf(codes);
        }
    }

    /**
     * Requests of one session go to one endpoint (GEP-1619).
     *
     * @param name of the cookie or header field
     * @param cookie whether a cookie carries it, else a header field
     * @param absoluteTimeout after which another endpoint may be chosen, or null for no bound
     * @param idleTimeout the same without requests, or null
     * @param permanent whether the browser keeps the cookie for the absolute timeout, else as long as it runs
     */
    public record Persistence(
            String name,
            boolean cookie,
            @Nullable Duration absoluteTimeout,
            @Nullable Duration idleTimeout,
            boolean permanent) {}
}
