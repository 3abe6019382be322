package io.bridgehead.routing;

import io.bridgehead.balance.BalancePolicy;
import io.bridgehead.failover.FailoverPolicy;
import io.bridgehead.health.HealthCheck;
import io.bridgehead.health.OutlierPolicy;
import io.bridgehead.limit.CircuitLimits;
import io.bridgehead.limit.RateLimit;
import io.bridgehead.retry.RetryPolicy;
import java.util.List;

/**
 * How a service is kept answering.
 *
 * @param health how endpoints are probed
 * @param outlier what real traffic says of them
 * @param failover which sites serve
 * @param timeouts how long anything may take
 * @param retry whether attempts are made again
 * @param balance how fit endpoints share the work
 * @param limits what a node may have at once with its endpoints
 * @param rates how many requests may come in a time
 */
public record Resilience(
        HealthCheck health,
        OutlierPolicy outlier,
        FailoverPolicy failover,
        Timeouts timeouts,
        RetryPolicy retry,
        BalancePolicy balance,
        CircuitLimits limits,
        List<RateLimit> rates) {
    public Resilience {
        rates = List.copyOf(rates);
    }

    /** What an HTTP service gets that says nothing of it. */
    public static final Resilience HTTP_DEFAULT = new Resilience(
            HealthCheck.DEFAULT,
            OutlierPolicy.DEFAULT,
            FailoverPolicy.DEFAULT,
            Timeouts.HTTP_DEFAULT,
            RetryPolicy.DEFAULT,
            BalancePolicy.DEFAULT,
            CircuitLimits.NONE,
            List.of());
    /** What a TCP service gets that says nothing of it. */
    public static final Resilience TCP_DEFAULT = HTTP_DEFAULT.withTimeouts(Timeouts.TCP_DEFAULT);

    /** The same with another health check. */
    public Resilience withHealth(HealthCheck other) {
        return new Resilience(other, outlier, failover, timeouts, retry, balance, limits, rates);
    }

    /** The same with other rules of what requests say of endpoints. */
    public Resilience withOutlier(OutlierPolicy other) {
        return new Resilience(health, other, failover, timeouts, retry, balance, limits, rates);
    }

    /** The same with another failover policy. */
    public Resilience withFailover(FailoverPolicy other) {
        return new Resilience(health, outlier, other, timeouts, retry, balance, limits, rates);
    }

    /** The same with other timeouts. */
    public Resilience withTimeouts(Timeouts other) {
        return new Resilience(health, outlier, failover, other, retry, balance, limits, rates);
    }

    /** The same with endpoints chosen in another way. */
    public Resilience withBalance(BalancePolicy other) {
        return new Resilience(health, outlier, failover, timeouts, retry, other, limits, rates);
    }

    /** The same with other bounds. */
    public Resilience withLimits(CircuitLimits other) {
        return new Resilience(health, outlier, failover, timeouts, retry, balance, other, rates);
    }

    /** The same with other rate limits. */
    public Resilience withRates(List<RateLimit> other) {
        return new Resilience(health, outlier, failover, timeouts, retry, balance, limits, other);
    }

    /** The same with another retry policy. */
    public Resilience withRetry(RetryPolicy other) {
        return new Resilience(health, outlier, failover, timeouts, other, balance, limits, rates);
    }
}
