package io.bridgehead.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How services are kept answering, in sections that may each be left out; what is null says nothing. */
public record TrafficSpec(
        ServiceSpec.@Nullable Health health,
        ServiceSpec.@Nullable Failover failover,
        @Nullable BalanceSpec balance,
        @Nullable OutlierSpec outlier,
        ServiceSpec.@Nullable Limits limits,
        @Nullable List<RateLimitSpec> rateLimits,
        @Nullable TimeoutSpec timeouts,
        ServiceSpec.@Nullable Retry retry) {
    public TrafficSpec {
        rateLimits = rateLimits == null ? null : List.copyOf(rateLimits);
    }

    /** Says nothing. */
    public static final TrafficSpec NONE = new TrafficSpec(null, null, null, null, null, null, null, null);

    /** Its sections, by the names that documents have. */
    public enum Part {
        HEALTH,
        FAILOVER,
        BALANCE,
        OUTLIER,
        LIMITS,
        RATE_LIMITS,
        TIMEOUTS,
        RETRY;

        /** The word of the document. */
        public String text() {
            return this == RATE_LIMITS ? "rateLimits" : name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** A section, or null. */
    public @Nullable Object part(Part part) {
        return switch (part) {
            case HEALTH -> health;
            case FAILOVER -> failover;
            case BALANCE -> balance;
            case OUTLIER -> outlier;
            case LIMITS -> limits;
            case RATE_LIMITS -> rateLimits;
            case TIMEOUTS -> timeouts;
            case RETRY -> retry;
        };
    }

    /** The same with one section from another. */
    public TrafficSpec with(Part part, TrafficSpec from) {
        return new TrafficSpec(
                part == Part.HEALTH ? from.health : health,
                part == Part.FAILOVER ? from.failover : failover,
                part == Part.BALANCE ? from.balance : balance,
                part == Part.OUTLIER ? from.outlier : outlier,
                part == Part.LIMITS ? from.limits : limits,
                part == Part.RATE_LIMITS ? from.rateLimits : rateLimits,
                part == Part.TIMEOUTS ? from.timeouts : timeouts,
                part == Part.RETRY ? from.retry : retry);
    }
}
