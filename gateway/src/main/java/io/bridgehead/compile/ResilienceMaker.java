package io.bridgehead.compile;

import io.bridgehead.balance.BalanceKind;
import io.bridgehead.balance.BalancePolicy;
import io.bridgehead.balance.BalancePolicy.Traits;
import io.bridgehead.config.BalanceSpec;
import io.bridgehead.config.EndpointSpec;
import io.bridgehead.config.OutlierSpec;
import io.bridgehead.config.ServiceSpec;
import io.bridgehead.config.TimeoutSpec.Traffic;
import io.bridgehead.config.TrafficSpec;
import io.bridgehead.failover.Failback;
import io.bridgehead.failover.FailoverPolicy;
import io.bridgehead.failover.FlapBudget;
import io.bridgehead.failover.SiteSplit;
import io.bridgehead.failover.TierSelector;
import io.bridgehead.health.HealthCheck;
import io.bridgehead.health.OutlierPolicy;
import io.bridgehead.health.StatusRange;
import io.bridgehead.limit.CircuitLimits;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.SiteName;
import io.bridgehead.retry.RetryPolicy;
import io.bridgehead.retry.StatusSet;
import io.bridgehead.routing.Resilience;
import io.bridgehead.routing.Timeouts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes of a document how its service is kept answering. */
final class ResilienceMaker {
    private ResilienceMaker() {}

    /** @throws IllegalArgumentException if what was read is out of a policy's range */
    static Resilience of(ServiceSpec spec) {
        return new Resilience(
                health(spec.health()),
                outlier(spec.care().outlier()),
                failover(spec.failover()),
                timeouts(spec.timeouts()),
                retry(spec.retry()),
                balance(spec.care().balance(), traits(spec.sites())),
                limits(spec.care().limits()),
                RateMaker.of(spec.care().rateLimits()));
    }

    /**
     * What a service gets for which policies say something.
     *
     * @param own what holds where they say nothing; traits of endpoints and shares of sites are its own in any case
     */
    static Resilience over(Resilience own, TrafficSpec common, Traffic traffic) {
        if (common.equals(TrafficSpec.NONE)) {
            return own;
        }
        ServiceSpec.Failover failover = common.failover();
        return new Resilience(
                common.health() == null ? own.health() : health(common.health()),
                common.outlier() == null ? own.outlier() : outlier(common.outlier()),
                failover == null
                        ? own.failover()
                        : failover(failover).withSplit(own.failover().split()),
                common.timeouts() == null
                        ? own.timeouts()
                        : timeouts(common.timeouts().complete(traffic)),
                common.retry() == null ? own.retry() : retry(common.retry()),
                common.balance() == null
                        ? own.balance()
                        : balance(common.balance(), own.balance().traits()),
                common.limits() == null ? own.limits() : limits(common.limits()),
                common.rateLimits() == null ? own.rates() : RateMaker.of(common.rateLimits()));
    }

    private static Timeouts timeouts(ServiceSpec.Timeouts timeouts) {
        return new Timeouts(
                timeouts.connect(),
                timeouts.perTry(),
                timeouts.request(),
                timeouts.streamIdle(),
                timeouts.messagesIdle());
    }

    private static BalancePolicy balance(BalanceSpec spec, Map<SiteName, Map<Endpoint, Traits>> traits) {
        BalanceKind kind = switch (spec.policy()) {
            case LEAST_REQUEST -> BalanceKind.LEAST_REQUEST;
            case ROUND_ROBIN -> BalanceKind.ROUND_ROBIN;
            case RANDOM -> BalanceKind.RANDOM;
            case RING_HASH -> BalanceKind.RING_HASH;
            case MAGLEV -> BalanceKind.MAGLEV;
        };
        return new BalancePolicy(
                kind, hashOn(spec.hashOn()), spec.slowStart(), spec.panicBelowPercent(), spec.preferZone(), traits);
    }

    private static Map<SiteName, Map<Endpoint, Traits>> traits(Map<SiteName, List<EndpointSpec>> sites) {
        Map<SiteName, Map<Endpoint, Traits>> traits = new HashMap<>();
        sites.forEach((site, endpoints) -> {
            for (EndpointSpec endpoint : endpoints) {
                if (!endpoint.isPlain()) {
                    traits.computeIfAbsent(site, first -> new HashMap<>())
                            .put(endpoint.address(), new Traits(endpoint.weight(), endpoint.zone()));
                }
            }
        });
        return traits;
    }

    private static BalancePolicy.@Nullable HashOn hashOn(BalanceSpec.@Nullable HashOn spec) {
        if (spec == null) {
            return null;
        }
        return switch (spec.kind()) {
            case HEADER -> new BalancePolicy.HashOn.Header(HeaderName.of(spec.name()));
            case COOKIE -> new BalancePolicy.HashOn.Cookie(spec.name());
            case SOURCE -> new BalancePolicy.HashOn.Source();
        };
    }

    private static CircuitLimits limits(ServiceSpec.Limits limits) {
        return new CircuitLimits(limits.connections(), limits.pending(), limits.requests(), limits.retries());
    }

    private static RetryPolicy retry(ServiceSpec.Retry retry) {
        return new RetryPolicy(
                retry.attemptsMax(),
                retry.budgetPercent(),
                retry.budgetFloorPerSecond(),
                retry.backoffBase(),
                retry.backoffMax(),
                StatusSet.of(
                        retry.statuses().stream().mapToInt(Integer::intValue).toArray()),
                retry.hedgeOnPerTryTimeout());
    }

    private static OutlierPolicy outlier(OutlierSpec spec) {
        OutlierSpec.Consecutive consecutive = spec.consecutive();
        OutlierSpec.Ejection ejection = spec.ejection();
        OutlierSpec.SuccessRate rate = spec.successRate();
        OutlierSpec.FailurePercentage failures = spec.failurePercentage();
        return new OutlierPolicy(
                new OutlierPolicy.Consecutive(
                        consecutive.serverErrors(), consecutive.gatewayErrors(), consecutive.localOriginFailures()),
                new OutlierPolicy.Ejection(ejection.base(), ejection.max(), ejection.maxPercent()),
                spec.interval(),
                rate == null
                        ? null
                        : new OutlierPolicy.SuccessRate(rate.minimumHosts(), rate.requestVolume(), rate.stdevFactor()),
                failures == null
                        ? null
                        : new OutlierPolicy.FailurePercentage(
                                failures.threshold(), failures.minimumHosts(), failures.requestVolume()));
    }

    private static HealthCheck health(ServiceSpec.Health health) {
        ServiceSpec.HttpProbe http = health.http();
        ServiceSpec.GrpcProbe grpc = health.grpc();
        HealthCheck.Probe probe;
        if (http != null) {
            probe = new HealthCheck.Probe.Http(
                    http.path(),
                    http.host(),
                    http.statuses().stream().map(ResilienceMaker::statuses).toList());
        } else {
            probe = grpc == null ? new HealthCheck.Probe.Tcp() : new HealthCheck.Probe.Grpc(grpc.service());
        }
        return new HealthCheck(
                probe,
                health.interval(),
                health.timeout(),
                health.healthyThreshold(),
                health.unhealthyThreshold(),
                health.pace().unhealthyInterval(),
                health.pace().jitterPercent());
    }

    private static StatusRange statuses(String text) {
        int first = Integer.parseInt(text.substring(0, 3));
        return new StatusRange(first, text.length() == 3 ? first : Integer.parseInt(text.substring(4)));
    }

    private static FailoverPolicy failover(ServiceSpec.Failover failover) {
        Failback failback = switch (failover.failback().mode()) {
            case IMMEDIATE -> new Failback.Immediate();
            case RAMP -> new Failback.Ramp(failover.failback().over());
            case MANUAL -> new Failback.Manual();
        };
        return new FailoverPolicy(
                failover.order().stream().map(TierSelector::parse).toList(),
                failover.startBelowPercent(),
                FailoverPolicy.DEFAULT.overprovisioning(),
                failover.holdDown(),
                failback,
                new FlapBudget(
                        failover.flapBudget().returns(), failover.flapBudget().per()),
                new SiteSplit(failover.weights()));
    }
}
