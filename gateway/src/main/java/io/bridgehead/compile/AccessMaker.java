package io.bridgehead.compile;

import io.bridgehead.config.AuthorizationDocument;
import io.bridgehead.config.AuthorizationSpec;
import io.bridgehead.config.AuthorizationSpec.Values;
import io.bridgehead.config.Document;
import io.bridgehead.config.ServiceDocument;
import io.bridgehead.config.TrafficPolicyDocument.Selector;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Problems;
import io.bridgehead.config.schema.Suggestion;
import io.bridgehead.match.Hosts;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.policy.AccessPolicy;
import io.bridgehead.policy.AccessRule;
import io.bridgehead.policy.CallerTerms;
import io.bridgehead.policy.ConditionTerms;
import io.bridgehead.policy.OperationTerms;
import io.bridgehead.policy.PrincipalPattern;
import io.bridgehead.policy.TextTerm;
import io.bridgehead.routing.ServiceRoute;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes policies of AuthorizationPolicy documents, and says which hold for a service. */
final class AccessMaker {
    private static final String HEADER = "request.headers[";
    private static final String CLAIM = "request.auth.claims[";
    private static final Values NOTHING = new Values(List.of(), List.of());

    private final List<Held> wide = new ArrayList<>();
    private final Map<String, List<Held>> exact = new HashMap<>();
    private final List<AuthorizationDocument> documents = new ArrayList<>();

    /** @param order of the document among the others */
    private record Held(int order, Selector services, AccessPolicy policy) {
        boolean holdsFor(String service, Map<String, String> labels) {
            return labels.entrySet().containsAll(services.labels().entrySet())
                    && (services.names().isEmpty()
                            || services.names().stream().anyMatch(pattern -> fits(pattern, service)));
        }
    }

    /** All policies of a set of documents, in its order. */
    static AccessMaker of(List<Document> all, RouteMemory memory) {
        AccessMaker maker = new AccessMaker();
        for (Document document : all) {
            if (document instanceof AuthorizationDocument policy) {
                maker.add(policy, memory.policy(policy, AccessMaker::policy));
            }
        }
        return maker;
    }

    private void add(AuthorizationDocument document, AccessPolicy policy) {
        Selector services = document.spec().services();
        Held held = new Held(documents.size(), services, policy);
        documents.add(document);
        boolean whole = !services.names().isEmpty() && services.names().stream().noneMatch(name -> name.endsWith("*"));
        if (whole) {
            services.names()
                    .forEach(name ->
                            exact.computeIfAbsent(name, _ -> new ArrayList<>()).add(held));
        } else {
            wide.add(held);
        }
    }

    private static boolean fits(String pattern, String service) {
        return pattern.endsWith("*")
                ? service.startsWith(pattern.substring(0, pattern.length() - 1))
                : service.equals(pattern);
    }

    /** The policies that hold for a service, each once, in the order of their documents. */
    List<AccessPolicy> of(ServiceName service, Map<String, String> labels) {
        if (documents.isEmpty()) {
            return List.of();
        }
        return Stream.concat(exact.getOrDefault(service.value(), List.of()).stream(), wide.stream())
                .filter(held -> held.holdsFor(service.value(), labels))
                .sorted(Comparator.comparingInt(Held::order))
                .map(Held::policy)
                .distinct()
                .toList();
    }

    /** Says which policies name services that there are not: most likely they guard nothing. */
    void noteUnknownServices(List<ServiceDocument> own, List<ServiceRoute> kubernetes, Problems notes) {
        if (documents.isEmpty()) {
            return;
        }
        Set<String> known = new HashSet<>();
        own.forEach(service -> known.add(service.name().value()));
        kubernetes.forEach(service -> known.add(service.name().value()));
        for (AuthorizationDocument document : documents) {
            List<String> named = document.spec().services().names();
            for (int i = 0; i < named.size(); i++) {
                String pattern = named.get(i);
                boolean elsewhere = kubernetes.isEmpty() && pattern.indexOf('.') >= 0;
                if (!elsewhere && known.stream().noneMatch(name -> fits(pattern, name))) {
                    note(document, i, known, notes);
                }
            }
        }
    }

    private static void note(AuthorizationDocument document, int index, Set<String> known, Problems notes) {
        String path = "spec.services.names[" + index + "]";
        String name = document.spec().services().names().get(index);
        String near = Suggestion.question(name, known);
        notes.add(Problem.at(
                document.source().place(path),
                path,
                "'" + name + "'",
                "a service of the fabric",
                near == null ? document.id() + " holds for no service by this entry" : near));
    }

    private static AccessPolicy policy(AuthorizationDocument document) {
        AuthorizationSpec spec = document.spec();
        return new AccessPolicy(
                document.name(),
                switch (spec.action()) {
                    case ALLOW -> AccessPolicy.Action.ALLOW;
                    case DENY -> AccessPolicy.Action.DENY;
                    case AUDIT -> AccessPolicy.Action.AUDIT;
                },
                spec.dryRun(),
                spec.rules().stream().map(AccessMaker::rule).toList());
    }

    private static AccessRule rule(AuthorizationSpec.Rule rule) {
        return new AccessRule(
                rule.from().stream()
                        .map(source -> caller(
                                source.principals(),
                                source.requestPrincipals(),
                                source.namespaces(),
                                source.sites(),
                                source.trustDomains()))
                        .toList(),
                rule.to().stream()
                        .map(operation ->
                                operation(operation.hosts(), operation.ports(), operation.methods(), operation.paths()))
                        .toList(),
                rule.when().stream().map(AccessMaker::condition).toList());
    }

    private static CallerTerms caller(
            Values principals, Values requestPrincipals, Values namespaces, Values sites, Values trustDomains) {
        return new CallerTerms(
                principals.values().stream().map(PrincipalPattern::parse).toList(),
                principals.notValues().stream().map(PrincipalPattern::parse).toList(),
                text(requestPrincipals),
                text(namespaces),
                sites(sites.values()),
                sites(sites.notValues()),
                domains(trustDomains.values()),
                domains(trustDomains.notValues()));
    }

    private static OperationTerms operation(Values hosts, Values ports, Values methods, Values paths) {
        return new OperationTerms(
                TextTerm.parse(hosts(hosts.values()), hosts(hosts.notValues())),
                ports(ports.values()),
                ports(ports.notValues()),
                text(methods),
                TextTerm.paths(paths.values(), paths.notValues()));
    }

    private static ConditionTerms condition(AuthorizationSpec.Condition condition) {
        Values values = condition.values();
        return switch (condition.key()) {
            case "source.principal" -> new ConditionTerms.From(caller(values, NOTHING, NOTHING, NOTHING, NOTHING));
            case "source.namespace" -> new ConditionTerms.From(caller(NOTHING, NOTHING, values, NOTHING, NOTHING));
            case "source.site" -> new ConditionTerms.From(caller(NOTHING, NOTHING, NOTHING, values, NOTHING));
            case "source.trustDomain" -> new ConditionTerms.From(caller(NOTHING, NOTHING, NOTHING, NOTHING, values));
            case "request.auth.principal" ->
                new ConditionTerms.From(caller(NOTHING, values, NOTHING, NOTHING, NOTHING));
            case "request.auth.audiences" -> new ConditionTerms.Claim(List.of("aud"), text(values));
            case "request.auth.presenter" -> new ConditionTerms.Claim(List.of("azp"), text(values));
            case "destination.port" -> new ConditionTerms.Operation(operation(NOTHING, values, NOTHING, NOTHING));
            case "connection.sni" -> new ConditionTerms.ServerName(text(values));
            default -> ofName(condition.key(), text(values));
        };
    }

    /** A header field, or a claim of a token and what is inside of it. */
    private static ConditionTerms ofName(String key, TextTerm term) {
        if (!key.startsWith(CLAIM)) {
            return new ConditionTerms.Header(HeaderName.of(key.substring(HEADER.length(), key.length() - 1)), term);
        }
        String names = key.substring(CLAIM.length(), key.length() - 1);
        return new ConditionTerms.Claim(List.of(names.split("]\\[", -1)), term);
    }

    /** Whole hosts in the one form in which hosts are compared, which addresses of IPv6 have several of. */
    private static List<String> hosts(List<String> patterns) {
        return patterns.stream()
                .map(pattern -> pattern.indexOf('*') < 0 ? Hosts.normalise(pattern) : pattern)
                .toList();
    }

    private static TextTerm text(Values values) {
        return TextTerm.parse(values.values(), values.notValues());
    }

    private static Set<SiteName> sites(List<String> names) {
        return names.stream().map(SiteName::new).collect(Collectors.toUnmodifiableSet());
    }

    private static Set<TrustDomain> domains(List<String> names) {
        return names.stream().map(TrustDomain::new).collect(Collectors.toUnmodifiableSet());
    }

    private static Set<Integer> ports(List<String> ports) {
        return ports.stream().map(Integer::valueOf).collect(Collectors.toUnmodifiableSet());
    }
}
