package io.bridgehead.compile.gateway;

import io.bridgehead.compile.gateway.Destinations.Traffic;
import io.bridgehead.config.manifest.GrpcRoute;
import io.bridgehead.config.manifest.HttpFilter;
import io.bridgehead.config.manifest.HttpRoute;
import io.bridgehead.config.manifest.Route;
import io.bridgehead.config.manifest.RouteBackend;
import io.bridgehead.config.manifest.SessionPersistence;
import io.bridgehead.match.MatchTable;
import io.bridgehead.match.RequestMatch;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.Backends;
import io.bridgehead.routing.RouteRule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the rules of one HTTPRoute or GRPCRoute, and says what is wrong with them. */
@OwnedBy(Owner.CONFINED)
final class HttpRules {
    private final Route route;
    private final Destinations destinations;
    private final @Nullable String clientCertificate;
    private final List<MatchTable.Entry<RouteRule>> entries = new ArrayList<>();
    private final Set<Condition> unresolved = new LinkedHashSet<>();
    private final List<String> refused = new ArrayList<>();
    private int rules;

    private HttpRules(Route route, Destinations destinations, @Nullable String clientCertificate) {
        this.route = route;
        this.destinations = destinations;
        this.clientCertificate = clientCertificate;
    }

    /**
     * The rules of a route.
     *
     * @param clientCertificate the name of what backends are shown, or null
     */
    static HttpRules of(Route route, Destinations destinations, @Nullable String clientCertificate) {
        HttpRules made = new HttpRules(route, destinations, clientCertificate);
        switch (route) {
            case HttpRoute http -> {
                for (HttpRoute.Rule rule : http.rules()) {
                    made.add(rule);
                }
            }
            case GrpcRoute grpc -> {
                for (GrpcRoute.Rule rule : grpc.rules()) {
                    made.add(rule);
                }
            }
            default -> throw new IllegalArgumentException(route.id() + ": expected HTTPRoute or GRPCRoute");
        }
        return made;
    }

    /** Matches with their rules, in the order of the route. */
    List<MatchTable.Entry<RouteRule>> entries() {
        return entries;
    }

    /** The conditions that rules give the route, beside that it is accepted. */
    List<Condition> conditions() {
        List<Condition> all = new ArrayList<>();
        all.add(
                unresolved.isEmpty()
                        ? Condition.yes(Condition.RESOLVED_REFS, "all references are there")
                        : unresolved.iterator().next());
        if (!refused.isEmpty() && refused.size() < rules) {
            all.add(new Condition(Condition.PARTIALLY_INVALID, true, "UnsupportedValue", String.join("; ", refused)));
        }
        return all;
    }

    /** Why the route is not accepted at all, or null. */
    @Nullable
    String refusal() {
        return rules > 0 && refused.size() == rules ? String.join("; ", refused) : null;
    }

    private String shown(@Nullable String name) {
        return route.id() + " rule " + (rules - 1) + (name == null ? "" : " (" + name + ")");
    }

    private void add(HttpRoute.Rule rule) {
        rules++;
        String shown = shown(rule.name());
        Backends backends = backends(rule.backendRefs(), Traffic.HTTP);
        RouteRule.@Nullable RuleRetry retry = rule.retry() == null
                ? null
                : new RouteRule.RuleRetry(
                        rule.retry().codes(),
                        rule.retry().attempts(),
                        rule.retry().backoff());
        @Nullable String wrong = null;
        for (HttpRoute.Match match : rule.matches()) {
            Filters filters = filters(rule.filters(), prefix(match), Traffic.HTTP);
            RouteRule made = new RouteRule(
                    shown,
                    filters.edits(),
                    refined(rule.backendRefs(), backends, prefix(match)),
                    filters.cors(),
                    new RouteRule.RuleTimeouts(
                            rule.timeouts().request(), rule.timeouts().backendRequest()),
                    retry,
                    persistence(rule.sessionPersistence()),
                    filters.refusal());
            String problem = add(() -> Matches.of(match), made);
            wrong = wrong == null ? first(problem, unsupported(rule.filters(), filters)) : wrong;
        }
        if (wrong != null) {
            refused.add(shown + ": " + wrong);
        }
    }

    private void add(GrpcRoute.Rule rule) {
        rules++;
        String shown = shown(rule.name());
        Filters filters = filters(rule.filters(), null, Traffic.GRPC);
        RouteRule made = new RouteRule(
                shown,
                filters.edits(),
                backends(rule.backendRefs(), Traffic.GRPC),
                null,
                RouteRule.RuleTimeouts.NONE,
                null,
                persistence(rule.sessionPersistence()),
                filters.refusal());
        @Nullable String wrong = unsupported(rule.filters(), filters);
        if (rule.matches().isEmpty()) {
            entries.add(new MatchTable.Entry<>(RequestMatch.ANY, made));
        }
        for (GrpcRoute.Match match : rule.matches()) {
            wrong = first(wrong, add(() -> Matches.of(match), made));
        }
        if (wrong != null) {
            refused.add(shown + ": " + wrong);
        }
    }

    private static @Nullable String first(@Nullable String one, @Nullable String other) {
        return one == null ? other : one;
    }

    /** A filter whose reference leads nowhere is no reason to refuse the rule: its requests are answered 500. */
    private static @Nullable String unsupported(List<HttpFilter> written, Filters made) {
        boolean extension = written.stream().anyMatch(HttpFilter.ExtensionRef.class::isInstance);
        return extension ? null : made.refusal();
    }

    /** Adds a match; what is wrong with it, or null. */
    private @Nullable String add(Supplier<RequestMatch> match, RouteRule rule) {
        try {
            entries.add(new MatchTable.Entry<>(match.get(), rule));
            return null;
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static @Nullable String prefix(HttpRoute.Match match) {
        return match.path().type() == HttpRoute.PathMatchType.PATH_PREFIX
                ? match.path().value()
                : null;
    }

    private Filters filters(List<HttpFilter> filters, @Nullable String prefix, Traffic traffic) {
        Filters made = new Filters(
                filters,
                prefix,
                mirror -> destinations.resolve(route.metadata(), mirror.backendRef(), traffic, clientCertificate));
        if (made.unresolved() != null) {
            unresolved.add(made.unresolved());
        }
        return made;
    }

    private Backends backends(List<RouteBackend> references, Traffic traffic) {
        List<Backend> all = new ArrayList<>();
        for (RouteBackend reference : references) {
            Destinations.Resolved resolved =
                    destinations.resolve(route.metadata(), reference.backendRef(), traffic, clientCertificate);
            if (resolved.service() == null) {
                unresolved.add(Condition.no(Condition.RESOLVED_REFS, resolved.reason(), resolved.message()));
            }
            Filters filters = filters(reference.filters(), null, traffic);
            boolean served = filters.refusal() == null || hasPrefixChange(reference.filters());
            all.add(new Backend(
                    served ? resolved.service() : null, reference.weight(), shown(reference), filters.edits()));
        }
        return new Backends(all);
    }

    /** The same backends for a match by prefix, where a filter of a backend replaces what the match fits. */
    private Backends refined(List<RouteBackend> references, Backends backends, @Nullable String prefix) {
        boolean changes = references.stream().anyMatch(reference -> hasPrefixChange(reference.filters()));
        if (!changes) {
            return backends;
        }
        List<Backend> all = new ArrayList<>();
        for (int i = 0; i < references.size(); i++) {
            Backend backend = backends.all().get(i);
            Filters filters = filters(references.get(i).filters(), prefix, Traffic.HTTP);
            all.add(new Backend(
                    filters.refusal() == null ? backend.service() : null,
                    backend.weight(),
                    backend.shown(),
                    filters.edits()));
        }
        return new Backends(all);
    }

    private static boolean hasPrefixChange(List<HttpFilter> filters) {
        return filters.stream().anyMatch(filter -> switch (filter) {
            case HttpFilter.UrlRewrite it -> it.path() instanceof HttpFilter.PathModifier.ReplacePrefixMatch;
            case HttpFilter.RequestRedirect it -> it.path() instanceof HttpFilter.PathModifier.ReplacePrefixMatch;
            default -> false;
        });
    }

    private String shown(RouteBackend reference) {
        String namespace = reference.backendRef().namespace() == null
                ? route.id().namespace()
                : reference.backendRef().namespace();
        String place = reference.backendRef().group().equals(Destinations.OWN_GROUP) ? "" : namespace + "/";
        String port = reference.backendRef().port() == null
                ? ""
                : ":" + reference.backendRef().port();
        return reference.backendRef().kind() + " " + place
                + reference.backendRef().name() + port;
    }

    private RouteRule.@Nullable Persistence persistence(@Nullable SessionPersistence session) {
        if (session == null) {
            return null;
        }
        boolean cookie = session.type() == SessionPersistence.Type.COOKIE;
        String name = session.sessionName();
        if (name == null) {
            String hash = Integer.toHexString((route.id() + "#" + rules).hashCode());
            name = cookie ? "bridgehead-session-" + hash : "x-bridgehead-session-" + hash;
        }
        return new RouteRule.Persistence(
                name,
                cookie,
                session.absoluteTimeout(),
                session.idleTimeout(),
                session.lifetimeType() == SessionPersistence.CookieLifetime.PERMANENT);
    }
}
