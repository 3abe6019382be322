package io.bridgehead.compile;

import io.bridgehead.balance.BalanceKind;
import io.bridgehead.config.ServiceDocument;
import io.bridgehead.config.ServiceSpec;
import io.bridgehead.config.ServiceSpec.Allow;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Problems;
import io.bridgehead.failover.Failback;
import io.bridgehead.failover.FailoverPolicy;
import io.bridgehead.failover.TierSelector;
import io.bridgehead.health.HealthCheck;
import io.bridgehead.health.OutlierPolicy;
import io.bridgehead.health.StatusRange;
import io.bridgehead.match.HostPattern;
import io.bridgehead.policy.AllowRule;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.policy.SourcePattern;
import io.bridgehead.retry.RetryPolicy;
import io.bridgehead.retry.StatusSet;
import io.bridgehead.routing.ProxyHeader;
import io.bridgehead.routing.Resilience;
import io.bridgehead.routing.ServiceProtocol;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.routing.Timeouts;
import io.bridgehead.routing.Upgrades;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the route of one service out of its document. */
final class RouteMaker {
    private final CompileContext context;
    private final Problems problems;

    RouteMaker(CompileContext context, Problems problems) {
        this.context = context;
        this.problems = problems;
    }

    /** The route, or null when a part of the document was refused; then its problem was added. */
    @Nullable
    ServiceRoute make(ServiceDocument service) {
        ServiceRoute known = context.routes().recall(service);
        if (known != null) {
            return known;
        }
        try {
            ServiceRoute made = route(service);
            context.routes().remember(service, made);
            return made;
        } catch (IllegalArgumentException e) {
            // The reader checks every range before this; what a routing type still refuses must not be lost.
            problems.add(Problem.at(
                    service.source().place("spec"),
                    "spec",
                    "what the routing table refuses",
                    "values that fit together",
                    e.getMessage()));
            return null;
        }
    }

    private ServiceRoute route(ServiceDocument service) {
        ServiceSpec spec = service.spec();
        return new ServiceRoute(
                service.name(),
                protocol(spec.protocol()),
                spec.hostnames().stream().map(HostPattern::parse).toList(),
                spec.ports().stream().map(ServiceSpec.Port::listener).toList(),
                spec.sites(),
                spec.tls(),
                authorizer(spec.allow()),
                resilience(spec),
                upgrades(spec.upgrades()),
                switch (spec.proxyProtocol()) {
                    case NONE -> ProxyHeader.NONE;
                    case V1 -> ProxyHeader.V1;
                    case V2 -> ProxyHeader.V2;
                });
    }

    private static Upgrades upgrades(ServiceSpec.Upgrades upgrades) {
        return new Upgrades(upgrades.allowed().contains(ServiceSpec.Upgrade.WEBSOCKET), upgrades.idle());
    }

    private static ServiceProtocol protocol(ServiceSpec.Protocol protocol) {
        return switch (protocol) {
            case HTTP -> ServiceProtocol.HTTP;
            case H2C -> ServiceProtocol.H2C;
            case HTTPS -> ServiceProtocol.HTTPS;
            case H2 -> ServiceProtocol.H2;
            case GRPC -> ServiceProtocol.GRPC;
            case TCP -> ServiceProtocol.TCP;
            case TLS -> ServiceProtocol.TLS;
        };
    }

    private Authorizer authorizer(@Nullable List<Allow> allow) {
        if (allow == null && !context.defaultDeny()) {
            return Authorizer.everySite(context.trustDomain());
        }
        List<Allow> rules = allow == null ? List.of() : allow;
        return Authorizer.of(
                context.trustDomain(),
                rules.stream()
                        .map(rule -> new AllowRule(
                                rule.from().stream().map(SourcePattern::parse).toList(), Set.copyOf(rule.methods())))
                        .toList());
    }

    private static Resilience resilience(ServiceSpec spec) {
        ServiceSpec.Timeouts timeouts = spec.timeouts();
        ServiceSpec.Retry retry = spec.retry();
        return new Resilience(
                health(spec.health()),
                OutlierPolicy.DEFAULT,
                failover(spec.failover()),
                new Timeouts(
                        timeouts.connect(),
                        timeouts.perTry(),
                        timeouts.request(),
                        timeouts.streamIdle(),
                        timeouts.messagesIdle()),
                new RetryPolicy(
                        retry.attemptsMax(),
                        retry.budgetPercent(),
                        retry.budgetFloorPerSecond(),
                        retry.backoffBase(),
                        retry.backoffMax(),
                        StatusSet.of(retry.statuses().stream()
                                .mapToInt(Integer::intValue)
                                .toArray())),
                spec.balance() == ServiceSpec.Balance.ROUND_ROBIN
                        ? BalanceKind.ROUND_ROBIN
                        : BalanceKind.LEAST_REQUEST);
    }

    private static HealthCheck health(ServiceSpec.Health health) {
        ServiceSpec.HttpProbe http = health.http();
        ServiceSpec.GrpcProbe grpc = health.grpc();
        HealthCheck.Probe probe;
        if (http != null) {
            probe = new HealthCheck.Probe.Http(
                    http.path(),
                    http.statuses().stream().map(RouteMaker::statuses).toList());
        } else {
            probe = grpc == null ? new HealthCheck.Probe.Tcp() : new HealthCheck.Probe.Grpc(grpc.service());
        }
        return new HealthCheck(
                probe, health.interval(), health.timeout(), health.healthyThreshold(), health.unhealthyThreshold());
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
                failback);
    }
}
