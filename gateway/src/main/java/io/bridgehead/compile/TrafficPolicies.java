package io.bridgehead.compile;

import io.bridgehead.compile.gateway.BackendDefaults;
import io.bridgehead.config.BalanceSpec;
import io.bridgehead.config.Document;
import io.bridgehead.config.RateLimitSpec;
import io.bridgehead.config.ServiceDocument;
import io.bridgehead.config.ServiceSpec;
import io.bridgehead.config.TimeoutSpec.Traffic;
import io.bridgehead.config.TrafficPolicyDocument;
import io.bridgehead.config.TrafficPolicyDocument.Selector;
import io.bridgehead.config.TrafficSpec;
import io.bridgehead.config.TrafficSpec.Part;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import io.bridgehead.routing.Resilience;
import io.bridgehead.routing.ServiceProtocol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Chooses what TrafficPolicy documents say of each service. Section by section: what the service says itself, else what the policy that fits it
 * most closely says that has the section, else what is built in. A whole name is closer than the beginning of one, a longer beginning closer
 * than a shorter, any name closer than labels, more labels closer than fewer; of equals the first by name.
 */
@OwnedBy(Owner.CONFINED)
public final class TrafficPolicies implements BackendDefaults {
    private final List<TrafficPolicyDocument> policies;
    private final Map<ServiceName, List<String>> origins = new HashMap<>();

    private TrafficPolicies(List<TrafficPolicyDocument> policies) {
        this.policies = policies;
    }

    /** Those of a set of documents. */
    public static TrafficPolicies of(List<Document> documents) {
        List<TrafficPolicyDocument> policies = new ArrayList<>();
        for (Document document : documents) {
            if (document instanceof TrafficPolicyDocument policy) {
                policies.add(policy);
            }
        }
        return new TrafficPolicies(List.copyOf(policies));
    }

    /** How closely a policy fits a service. */
    private record Fit(TrafficPolicyDocument policy, boolean whole, int beginning, int labels) {
        private static final int NO_NAME = -1;
        static final Comparator<Fit> CLOSEST = Comparator.comparing(Fit::whole)
                .thenComparingInt(Fit::beginning)
                .thenComparingInt(Fit::labels)
                .reversed()
                .thenComparing(fit -> fit.policy.name());
    }

    /** What policies say of a service that does not say it itself. */
    TrafficSpec of(ServiceDocument service) {
        if (policies.isEmpty()) {
            return TrafficSpec.NONE;
        }
        Set<Part> open = EnumSet.allOf(Part.class);
        open.removeAll(service.spec().given());
        return chosen(service.name(), service.labels(), traffic(service.spec().protocol()), open);
    }

    @Override
    public Resilience of(ServiceName name, Map<String, String> labels, ServiceProtocol protocol, Resilience builtIn) {
        Traffic traffic = protocol.isBytes() || protocol.isDatagrams()
                ? Traffic.BYTES
                : protocol == ServiceProtocol.GRPC ? Traffic.GRPC : Traffic.HTTP;
        return ResilienceMaker.over(builtIn, chosen(name, labels, traffic, EnumSet.allOf(Part.class)), traffic);
    }

    /** By what services are kept answering that do not say it themselves, for people: a line for each policy. */
    public Map<ServiceName, List<String>> origins() {
        return Map.copyOf(origins);
    }

    private TrafficSpec chosen(ServiceName name, Map<String, String> labels, Traffic traffic, Set<Part> open) {
        if (policies.isEmpty()) {
            return TrafficSpec.NONE;
        }
        List<Fit> fits = policies.stream()
                .map(policy -> fit(policy, name, labels))
                .filter(Objects::nonNull)
                .sorted(Fit.CLOSEST)
                .toList();
        TrafficSpec chosen = TrafficSpec.NONE;
        List<String> lines = new ArrayList<>();
        for (Fit fit : fits) {
            List<String> parts = new ArrayList<>();
            for (Part part : List.copyOf(open)) {
                if (fit.policy.spec().part(part) != null && suits(fit.policy.spec(), part, traffic)) {
                    chosen = chosen.with(part, fit.policy.spec());
                    open.remove(part);
                    parts.add(part.text());
                }
            }
            if (!parts.isEmpty()) {
                lines.add(fit.policy.id() + ": " + String.join(", ", parts));
            }
        }
        if (!lines.isEmpty()) {
            origins.put(name, List.copyOf(lines));
        }
        return chosen;
    }

    private static @org.jspecify.annotations.Nullable Fit fit(
            TrafficPolicyDocument policy, ServiceName name, Map<String, String> labels) {
        Selector services = policy.services();
        if (!labels.entrySet().containsAll(services.labels().entrySet())) {
            return null;
        }
        int count = services.labels().size();
        if (services.names().isEmpty()) {
            return new Fit(policy, false, Fit.NO_NAME, count);
        }
        if (services.names().contains(name.value())) {
            return new Fit(policy, true, 0, count);
        }
        int longest = services.names().stream()
                .filter(pattern ->
                        pattern.endsWith("*") && name.value().startsWith(pattern.substring(0, pattern.length() - 1)))
                .mapToInt(pattern -> pattern.length() - 1)
                .max()
                .orElse(Fit.NO_NAME);
        return longest == Fit.NO_NAME ? null : new Fit(policy, false, longest, count);
    }

    /** Whether a section can be had by what a service speaks. */
    private static boolean suits(TrafficSpec spec, Part part, Traffic traffic) {
        BalanceSpec balance = spec.balance();
        ServiceSpec.Health health = spec.health();
        return switch (part) {
            case BALANCE ->
                traffic != Traffic.BYTES
                        || balance == null
                        || balance.hashOn() == null
                        || balance.hashOn().kind() == BalanceSpec.HashOn.Kind.SOURCE;
            case HEALTH -> traffic == Traffic.GRPC || health == null || health.grpc() == null;
            case RATE_LIMITS ->
                traffic != Traffic.BYTES
                        || spec.rateLimits() == null
                        || spec.rateLimits().stream().noneMatch(RateLimitSpec::isAboutRequests);
            default -> true;
        };
    }

    private static Traffic traffic(ServiceSpec.Protocol protocol) {
        return protocol.traffic();
    }
}
