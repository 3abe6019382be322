package io.bridgehead.compile;

import io.bridgehead.config.EndpointSpec;
import io.bridgehead.config.ServiceDocument;
import io.bridgehead.config.ServiceSpec;
import io.bridgehead.config.ServiceSpec.Allow;
import io.bridgehead.config.TrafficSpec;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Problems;
import io.bridgehead.match.HostPattern;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.SiteName;
import io.bridgehead.policy.AllowRule;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.policy.SourcePattern;
import io.bridgehead.routing.ProxyHeader;
import io.bridgehead.routing.Resilience;
import io.bridgehead.routing.ServiceProtocol;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.routing.Upgrades;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes routes of services out of their documents. What services have in common, who may call and how they are kept answering, is one
 * object for all of them: of ten thousand services most say the same, and what each had for itself a collection would copy.
 */
final class RouteMaker {
    private final CompileContext context;
    private final TrafficPolicies policies;
    private final AccessMaker access;
    private final Problems problems;
    private final Authorizer callersOfSilent;
    private final Map<List<Allow>, Authorizer> callers = new HashMap<>();
    private final Map<Resilience, Resilience> resiliences = new HashMap<>();
    private final Map<List<SiteName>, Kept> lastBySites = new HashMap<>();

    /** How a service is kept answering that says so. */
    private record Kept(ServiceSpec spec, TrafficSpec common, Resilience resilience) {
        /** Whether the same comes of another document: what both leave out is the same object, and to compare that is enough. */
        @SuppressWarnings("ReferenceEquality")
        boolean isOf(ServiceSpec other, TrafficSpec terms) {
            ServiceSpec.Care care = spec.care();
            ServiceSpec.Care otherCare = other.care();
            return common.equals(terms)
                    && spec.protocol() == other.protocol()
                    && spec.health() == other.health()
                    && spec.failover() == other.failover()
                    && care.balance() == otherCare.balance()
                    && care.outlier() == otherCare.outlier()
                    && care.limits() == otherCare.limits()
                    && care.rateLimits() == otherCare.rateLimits()
                    && spec.retry() == other.retry()
                    && spec.timeouts().equals(other.timeouts())
                    && isPlain(spec)
                    && isPlain(other);
        }

        private static boolean isPlain(ServiceSpec spec) {
            for (List<EndpointSpec> endpoints : spec.sites().values()) {
                for (EndpointSpec endpoint : endpoints) {
                    if (!endpoint.isPlain()) {
                        return false;
                    }
                }
            }
            return true;
        }
    }

    RouteMaker(CompileContext context, TrafficPolicies policies, AccessMaker access, Problems problems) {
        this.context = context;
        this.policies = policies;
        this.access = access;
        this.problems = problems;
        this.callersOfSilent = context.callersOfSilent();
    }

    /** The route, or null when a part of the document was refused; then its problem was added. */
    @Nullable
    ServiceRoute make(ServiceDocument service) {
        RouteTerms terms = new RouteTerms(policies.of(service), access.of(service.name(), service.labels()));
        ServiceRoute known = context.routes().recall(service, terms);
        if (known != null) {
            return known;
        }
        try {
            ServiceRoute made = route(service, terms);
            context.routes().remember(service, terms, made);
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

    private ServiceRoute route(ServiceDocument service, RouteTerms terms) {
        ServiceSpec spec = service.spec();
        TrafficSpec common = terms.traffic();
        ServiceRoute route = new ServiceRoute(
                service.name(),
                protocol(spec.protocol()),
                spec.hostnames().stream().map(HostPattern::parse).toList(),
                spec.ports().stream().map(ServiceSpec.Port::listener).toList(),
                sites(spec),
                spec.tls(),
                authorizer(spec.allow()).with(terms.access()).asking(CheckMaker.of(spec.externalAuthorization())),
                resilience(spec, common),
                upgrades(spec.upgrades(), common),
                switch (spec.proxyProtocol()) {
                    case NONE -> ProxyHeader.NONE;
                    case V1 -> ProxyHeader.V1;
                    case V2 -> ProxyHeader.V2;
                },
                false);
        return route.tellingOrigin(spec.originStatement() == ServiceSpec.OriginStatement.FORWARD);
    }

    private Resilience resilience(ServiceSpec spec, TrafficSpec common) {
        // a list: the order of the sites is that of the failover where the document names none
        List<SiteName> sites = List.copyOf(spec.sites().keySet());
        Kept last = lastBySites.get(sites);
        if (last != null && last.isOf(spec, common)) {
            return last.resilience();
        }
        Resilience made = ResilienceMaker.over(
                ResilienceMaker.of(spec), common, spec.protocol().traffic());
        // What the route completes it by, so that what is shared stays the same object.
        Resilience complete = made.withFailover(made.failover().completedFor(sites));
        Resilience same = resiliences.putIfAbsent(complete, complete);
        Resilience resilience = same == null ? complete : same;
        lastBySites.put(sites, new Kept(spec, common, resilience));
        return resilience;
    }

    private static SequencedMap<SiteName, List<Endpoint>> sites(ServiceSpec spec) {
        SequencedMap<SiteName, List<Endpoint>> sites = new LinkedHashMap<>();
        spec.sites()
                .forEach((site, endpoints) -> sites.put(
                        site, endpoints.stream().map(EndpointSpec::address).toList()));
        return sites;
    }

    private static Upgrades upgrades(ServiceSpec.Upgrades upgrades, TrafficSpec common) {
        Duration idle =
                common.timeouts() == null ? upgrades.idle() : common.timeouts().upgradeIdle();
        return new Upgrades(upgrades.allowed().contains(ServiceSpec.Upgrade.WEBSOCKET), idle);
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
        if (allow == null) {
            return callersOfSilent;
        }
        return callers.computeIfAbsent(allow, this::callers);
    }

    private Authorizer callers(List<Allow> allow) {
        return Authorizer.of(
                context.trustDomain(),
                allow.stream()
                        .map(rule -> new AllowRule(
                                rule.from().stream().map(SourcePattern::parse).toList(), Set.copyOf(rule.methods())))
                        .toList());
    }
}
