package io.bridgehead.proxy;

import io.bridgehead.match.HostPattern;
import io.bridgehead.match.HostTable;
import io.bridgehead.match.MatchTable;
import io.bridgehead.match.NamedMatch;
import io.bridgehead.match.PathMatch;
import io.bridgehead.match.RequestMatch;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SiteName;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.policy.Cors;
import io.bridgehead.policy.HeaderEdits;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.Backends;
import io.bridgehead.routing.ListenerRoutes;
import io.bridgehead.routing.PortRoutes;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Tables with one port {@code gateway:80} of a Gateway, and what comes to it. */
final class RuleRig {
    static final String PORT = "gateway:80";

    private RuleRig() {}

    static ServiceRoute service(String name) {
        SequencedMap<SiteName, List<Endpoint>> endpoints = new LinkedHashMap<>();
        endpoints.put(Rig.HERE, List.of(Endpoint.parse("10.0.0.1:80"), Endpoint.parse("10.0.0.2:80")));
        endpoints.put(Rig.THERE, List.of(Endpoint.parse("10.0.1.1:80")));
        return ServiceRoute.http(name, List.of(), endpoints, Authorizer.everySite(Rig.DOMAIN));
    }

    static Backend to(@Nullable ServiceRoute service, int weight) {
        String shown = "Service default/" + (service == null ? "gone" : service.name());
        return new Backend(service, weight, shown, Backend.Edits.NONE);
    }

    static Backend to(ServiceRoute service) {
        return to(service, 1);
    }

    static RouteRule rule(Backend... backends) {
        return new RouteRule(
                "HTTPRoute default/shop rule 1",
                Backend.Edits.NONE,
                new Backends(List.of(backends)),
                null,
                RouteRule.RuleTimeouts.NONE,
                null,
                null,
                null);
    }

    static RouteRule with(RouteRule rule, Backend.Edits edits) {
        return new RouteRule(
                rule.shown(),
                edits,
                rule.backends(),
                rule.cors(),
                rule.timeouts(),
                rule.retry(),
                rule.persistence(),
                rule.refusal());
    }

    static RouteRule with(RouteRule rule, RouteRule.RuleTimeouts timeouts, RouteRule.@Nullable RuleRetry retry) {
        return new RouteRule(
                rule.shown(),
                rule.edits(),
                rule.backends(),
                rule.cors(),
                timeouts,
                retry,
                rule.persistence(),
                rule.refusal());
    }

    static RouteRule with(RouteRule rule, Cors cors) {
        return new RouteRule(
                rule.shown(),
                rule.edits(),
                rule.backends(),
                cors,
                rule.timeouts(),
                rule.retry(),
                rule.persistence(),
                rule.refusal());
    }

    static HeaderEdits edits(String set, String add, String remove) {
        return new HeaderEdits(
                List.of(new HeaderEdits.Field(HeaderName.of(set), "was set")),
                List.of(new HeaderEdits.Field(HeaderName.of(add), "was added")),
                List.of(HeaderName.of(remove)));
    }

    /** A listener without host name whose only rules these are, for every path. */
    static RoutingTable table(RouteRule rule, ServiceRoute... services) {
        return table(Map.of("*", listener(Map.of("*", rule))), services);
    }

    static ListenerRoutes listener(Map<String, RouteRule> hosts) {
        Map<HostPattern, MatchTable<RouteRule>> tables = new LinkedHashMap<>();
        hosts.forEach((host, rule) -> tables.put(
                HostPattern.parse(host), MatchTable.of(List.of(new MatchTable.Entry<>(RequestMatch.ANY, rule)))));
        return new ListenerRoutes("Gateway default/edge listener " + hosts.keySet(), HostTable.of(tables));
    }

    static ListenerRoutes listener(List<MatchTable.Entry<RouteRule>> rules) {
        return new ListenerRoutes(
                "Gateway default/edge listener http",
                HostTable.of(Map.of(HostPattern.parse("*"), MatchTable.of(rules))));
    }

    static RequestMatch method(String prefix, String method) {
        return new RequestMatch(new PathMatch.Prefix(prefix), List.of(), List.of(), method);
    }

    static ListenerRoutes listener(String host, RequestMatch match, RouteRule rule) {
        MatchTable<RouteRule> rules = MatchTable.of(List.of(new MatchTable.Entry<>(match, rule)));
        return new ListenerRoutes(
                "Gateway default/edge listener " + host, HostTable.of(Map.of(HostPattern.parse(host), rules)));
    }

    static RoutingTable table(Map<String, ListenerRoutes> listeners, ServiceRoute... services) {
        Map<HostPattern, ListenerRoutes> byHost = new LinkedHashMap<>();
        listeners.forEach((host, listener) -> byHost.put(HostPattern.parse(host), listener));
        PortRoutes port = new PortRoutes(80, HostTable.of(byHost), HostTable.of(Map.of()), null);
        return RoutingTable.of("7", List.of(services), Map.of(PORT, port));
    }

    static RequestMatch path(String prefix, NamedMatch... headers) {
        return new RequestMatch(new PathMatch.Prefix(prefix), List.of(headers), List.of(), null);
    }

    static HttpProxy edge(Rig rig) {
        return new HttpProxy(rig.context, EntryPoint.http(PORT, rig.client()));
    }

    static HttpProxy secured(Rig rig, String serverName) {
        EdgeTerms terms = new EdgeTerms(EdgeTerms.PLAIN.certificate(), null, serverName);
        return new HttpProxy(rig.context, EntryPoint.http(PORT, rig.client(), true, terms));
    }

    static Rig.Call get(Rig rig, String host, String path, String... fields) {
        return get(rig, edge(rig), host, path, fields);
    }

    static Rig.Call get(Rig rig, HttpProxy proxy, String host, String path, String... fields) {
        HeaderFields all = Rig.head("GET", fields).fields();
        return rig.request(proxy, new RequestHead("GET", "http", host, path, all), true);
    }

    static List<Integer> statuses(Rig rig) {
        List<Integer> statuses = new ArrayList<>();
        rig.ended.forEach(record -> statuses.add(record.status()));
        return statuses;
    }
}
