package io.bridgehead.compile.gateway;

import io.bridgehead.balance.BalancePolicy;
import io.bridgehead.config.manifest.BackendReference;
import io.bridgehead.config.manifest.EndpointSlice;
import io.bridgehead.config.manifest.ManifestId;
import io.bridgehead.config.manifest.ManifestMetadata;
import io.bridgehead.config.manifest.ServiceManifest;
import io.bridgehead.failover.FailoverPolicy;
import io.bridgehead.health.HealthCheck;
import io.bridgehead.health.OutlierPolicy;
import io.bridgehead.limit.CircuitLimits;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.EndpointTls;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.retry.RetryPolicy;
import io.bridgehead.retry.StatusSet;
import io.bridgehead.routing.ProxyHeader;
import io.bridgehead.routing.Resilience;
import io.bridgehead.routing.ServiceProtocol;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.routing.Timeouts;
import io.bridgehead.routing.Upgrades;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Resolves references to backends: Kubernetes Services, whose endpoints are in this node's own site or where a label says, and Services of the fabric. Each port of a
 * Kubernetes Service becomes a service of its own, named {@code <name>.<namespace>.<port>}.
 */
@OwnedBy(Owner.CONFINED)
final class Destinations {
    /** The group of the fabric's own documents. */
    static final String OWN_GROUP = "bridgehead.io";

    /** Connections are tried again, answers never: retries of answers are for rules to ask for. */
    private static final RetryPolicy RETRY = new RetryPolicy(
            RetryPolicy.DEFAULT.attemptsMax(),
            RetryPolicy.DEFAULT.budgetPercent(),
            RetryPolicy.DEFAULT.budgetFloorPerSecond(),
            RetryPolicy.DEFAULT.backoffBase(),
            RetryPolicy.DEFAULT.backoffMax(),
            StatusSet.of());

    private final Inventory inventory;
    private final BackendPolicies policies;
    private final Map<ServiceName, ServiceRoute> fabric;
    private final SiteName site;
    private final GatewayCompiler.Common common;
    private final SequencedMap<ServiceName, ServiceRoute> made = new LinkedHashMap<>();

    /** What a kind of route sends to a backend. */
    enum Traffic {
        HTTP,
        GRPC,
        TCP,
        TLS,
        UDP
    }

    /** A backend, or why there is none: the standard reason and a message. */
    record Resolved(@Nullable ServiceRoute service, String reason, String message) {
        static Resolved of(ServiceRoute service) {
            return new Resolved(service, "", "");
        }

        static Resolved not(String reason, String message) {
            return new Resolved(null, reason, message);
        }
    }

    Destinations(
            Inventory inventory,
            BackendPolicies policies,
            Map<ServiceName, ServiceRoute> fabric,
            SiteName site,
            GatewayCompiler.Common common) {
        this.inventory = inventory;
        this.policies = policies;
        this.fabric = fabric;
        this.site = site;
        this.common = common;
    }

    /** The services that Kubernetes Services became. */
    Collection<ServiceRoute> made() {
        return made.values();
    }

    /**
     * Where a reference leads.
     *
     * @param clientCertificate the name of what backends are shown, or null
     */
    Resolved resolve(
            ManifestMetadata from, BackendReference reference, Traffic traffic, @Nullable String clientCertificate) {
        if (reference.group().equals(OWN_GROUP) && reference.kind().equals(BackendReference.SERVICE)) {
            return ofFabric(reference, traffic);
        }
        if (!reference.isService()) {
            return Resolved.not(
                    "InvalidKind",
                    "kind " + reference.kind() + " of group '" + reference.group() + "': expected Service");
        }
        String namespace = reference.namespace() == null ? from.namespace() : reference.namespace();
        ManifestId id = new ManifestId(ManifestId.CORE_GROUP, ServiceManifest.KIND, namespace, reference.name());
        if (!inventory.permits(from, id)) {
            return Resolved.not("RefNotPermitted", id + ": no ReferenceGrant in namespace " + namespace + " allows it");
        }
        ServiceManifest service =
                inventory.find(ServiceManifest.class, id.group(), id.kind(), id.namespace(), id.name());
        if (service == null) {
            return Resolved.not("BackendNotFound", id + ": there is none");
        }
        Integer number = reference.port();
        ServiceManifest.Port port =
                number == null ? null : service.port(number, traffic == Traffic.UDP ? "UDP" : "TCP");
        if (port == null) {
            return Resolved.not("BackendNotFound", id + ": it has no port " + number);
        }
        if (service.type().equals("ExternalName")) {
            return Resolved.not("BackendNotFound", id + ": services of type ExternalName are not served");
        }
        return ofKubernetes(service, port, traffic, clientCertificate);
    }

    private Resolved ofFabric(BackendReference reference, Traffic traffic) {
        ServiceRoute service =
                ServiceName.isValid(reference.name()) ? fabric.get(new ServiceName(reference.name())) : null;
        if (service == null) {
            return Resolved.not("BackendNotFound", "Service " + reference.name() + " of the fabric: there is none");
        }
        boolean bytes = traffic == Traffic.TCP || traffic == Traffic.TLS;
        if (traffic == Traffic.UDP || service.protocol().isBytes() != bytes) {
            return Resolved.not(
                    "UnsupportedProtocol",
                    "Service " + reference.name() + " of the fabric speaks " + service.protocol() + ", not " + traffic);
        }
        return Resolved.of(service);
    }

    private Resolved ofKubernetes(
            ServiceManifest service, ServiceManifest.Port port, Traffic traffic, @Nullable String clientCertificate) {
        BackendPolicies.Choice policy = policies.of(service, port);
        if (policy.refusal() != null) {
            return Resolved.not("InvalidBackendTLSPolicy", policy.refusal());
        }
        EndpointTls tls = traffic == Traffic.TLS || traffic == Traffic.UDP ? null : policy.tls();
        if (tls != null && clientCertificate != null) {
            tls = new EndpointTls(
                    tls.serverName(),
                    tls.authorities(),
                    tls.spiffeId(),
                    tls.clientCertificate(),
                    tls.unsafeSkipVerify(),
                    new EndpointTls.Manifest(tls.manifest().names(), clientCertificate));
        }
        ServiceProtocol protocol = protocol(traffic, Objects.requireNonNullElse(port.appProtocol(), ""), tls != null);
        ServiceName name = name(service, port, protocol, clientCertificate);
        ServiceRoute known = made.get(name);
        if (known == null) {
            known = route(name, service, protocol, endpoints(service, port), tls);
            made.put(name, known);
        }
        return Resolved.of(known);
    }

    private static ServiceProtocol protocol(Traffic traffic, String appProtocol, boolean secured) {
        return switch (traffic) {
            case TCP -> ServiceProtocol.TCP;
            case TLS -> ServiceProtocol.TLS;
            case UDP -> ServiceProtocol.UDP;
            case GRPC -> ServiceProtocol.GRPC;
            case HTTP -> {
                boolean http2 = appProtocol.equals("kubernetes.io/h2c");
                if (secured) {
                    yield http2 ? ServiceProtocol.H2 : ServiceProtocol.HTTPS;
                }
                yield http2 ? ServiceProtocol.H2C : ServiceProtocol.HTTP;
            }
        };
    }

    /** A name for each way in which the port is spoken to. */
    private static ServiceName name(
            ServiceManifest service,
            ServiceManifest.Port port,
            ServiceProtocol protocol,
            @Nullable String clientCertificate) {
        StringBuilder name = new StringBuilder()
                .append(service.id().name())
                .append('.')
                .append(service.id().namespace())
                .append('.')
                .append(port.port());
        switch (protocol) {
            case TCP, TLS, UDP, GRPC -> name.append('.').append(protocol.name().toLowerCase(java.util.Locale.ROOT));
            default -> {}
        }
        if (clientCertificate != null) {
            name.append(".as-").append(Integer.toHexString(clientCertificate.hashCode()));
        }
        return new ServiceName(name.toString());
    }

    private SequencedMap<SiteName, List<Endpoint>> endpoints(ServiceManifest service, ServiceManifest.Port port) {
        SequencedMap<SiteName, List<Endpoint>> sites = new LinkedHashMap<>();
        for (EndpointSlice slice :
                inventory.slices(service.id().namespace(), service.id().name())) {
            for (EndpointSlice.Port candidate : slice.ports()) {
                if (!candidate.name().equals(port.name())
                        || !candidate.protocol().equals(port.protocol())) {
                    continue;
                }
                Integer number = candidate.port() == null ? number(port.targetPort()) : candidate.port();
                if (number != null) {
                    SiteName where = slice.site() == null ? site : slice.site();
                    List<Endpoint> endpoints = sites.computeIfAbsent(where, _ -> new ArrayList<>());
                    slice.endpoints().stream()
                            .filter(EndpointSlice.Endpoint::ready)
                            .map(one ->
                                    new Endpoint(new HostPort(one.addresses().getFirst(), number)))
                            .filter(one -> !endpoints.contains(one))
                            .forEach(endpoints::add);
                }
            }
        }
        if (sites.isEmpty()) {
            sites.put(site, List.of());
        }
        return sites;
    }

    private static @Nullable Integer number(String port) {
        return port.chars().allMatch(Character::isDigit) && port.length() <= 5 ? Integer.valueOf(port) : null;
    }

    private ServiceRoute route(
            ServiceName name,
            ServiceManifest service,
            ServiceProtocol protocol,
            SequencedMap<SiteName, List<Endpoint>> sites,
            @Nullable EndpointTls tls) {
        Map<String, String> labels = service.metadata().labels();
        boolean webSockets = !protocol.isBytes() && !protocol.isDatagrams() && protocol != ServiceProtocol.GRPC;
        ServiceRoute route = new ServiceRoute(
                name,
                protocol,
                List.of(),
                List.of(),
                sites,
                tls,
                common.callers().of(name, labels),
                common.defaults().of(name, labels, protocol, builtIn(protocol)),
                new Upgrades(webSockets, Upgrades.IDLE_DEFAULT),
                ProxyHeader.NONE,
                inventory.slices(service.id().namespace(), service.id().name()).stream()
                        .allMatch(slice -> slice.site() == null));
        return common.alone() && !sites.containsKey(site) ? route.gatheredIn(site) : route;
    }

    private static Resilience builtIn(ServiceProtocol protocol) {
        return new Resilience(
                HealthCheck.DEFAULT,
                OutlierPolicy.DEFAULT,
                FailoverPolicy.DEFAULT,
                protocol.isBytes() ? Timeouts.TCP_DEFAULT : Timeouts.HTTP_DEFAULT,
                RETRY,
                BalancePolicy.DEFAULT,
                CircuitLimits.NONE,
                List.of());
    }
}
