package io.bridgehead.compile;

import io.bridgehead.match.HostPattern;
import io.bridgehead.match.MatchTable;
import io.bridgehead.match.Precedence;
import io.bridgehead.policy.Redirection;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.Backends;
import io.bridgehead.routing.ListenerRoutes;
import io.bridgehead.routing.PortRoutes;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceProtocol;
import io.bridgehead.routing.ServiceRoute;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Everything that requests and connections are known by in one table, in words, and where each leads. */
final class Matches {
    private final SortedMap<String, Lead> all = new TreeMap<>();

    /**
     * Where something leads.
     *
     * @param shares of requests by place, 0 to 1; nothing for what this node answers itself
     * @param shown the same for people
     */
    record Lead(SequencedMap<String, Double> shares, String shown) {
        static Lead to(String place) {
            SequencedMap<String, Double> shares = new LinkedHashMap<>();
            shares.put(place, 1.0);
            return new Lead(shares, place);
        }

        static Lead itself(String answer) {
            return new Lead(new LinkedHashMap<>(), answer);
        }

        /** The share of requests that would go elsewhere. */
        double movedTo(Lead other) {
            double stay = 0;
            for (var share : shares.entrySet()) {
                stay += Math.min(share.getValue(), other.shares.getOrDefault(share.getKey(), 0.0));
            }
            return shares.isEmpty() && shown.equals(other.shown) ? 0 : 1 - stay;
        }
    }

    private Matches() {}

    static SortedMap<String, Lead> of(RoutingTable table) {
        Matches matches = new Matches();
        for (ServiceRoute route : table.services()) {
            String kind = route.protocol() == ServiceProtocol.TLS ? "server name " : "host ";
            Lead lead = Lead.to(route.name().value());
            route.hostnames().forEach(host -> matches.all.put(kind + host, lead));
            route.listeners().forEach(listener -> matches.all.put("listener " + listener, lead));
        }
        table.ports().forEach(matches::port);
        return matches.all;
    }

    private void port(String name, PortRoutes port) {
        for (HostPattern host : port.listeners().patterns()) {
            ListenerRoutes listener = port.listeners().of(host);
            if (listener != null) {
                requests(listener);
            }
        }
        for (HostPattern server : port.serverNames().patterns()) {
            Backends backends = port.serverNames().of(server);
            if (backends != null) {
                all.put(name + " server name " + server, lead(backends));
            }
        }
        Backends connections = port.connections();
        if (connections != null) {
            all.put(name + " connections", lead(connections));
        }
    }

    /** Of several rules with one match the first is asked, here as there. */
    private void requests(ListenerRoutes listener) {
        for (HostPattern host : listener.hosts().patterns()) {
            MatchTable<RouteRule> rules = listener.hosts().of(host);
            if (rules != null) {
                for (MatchTable.Entry<RouteRule> entry : rules.entries()) {
                    String match = listener.shown() + " host " + host + " " + Precedence.shown(entry.match());
                    all.putIfAbsent(match, lead(entry.value()));
                }
            }
        }
    }

    private static Lead lead(RouteRule rule) {
        if (rule.refusal() != null) {
            return Lead.itself("500");
        }
        Redirection redirect = rule.edits().redirect();
        return redirect == null ? lead(rule.backends()) : Lead.itself("a redirect with " + redirect.status());
    }

    private static Lead lead(Backends backends) {
        long sum = backends.all().stream().mapToLong(Backend::weight).sum();
        SequencedMap<String, Double> shares = new LinkedHashMap<>();
        for (Backend backend : backends.all()) {
            if (backend.weight() > 0) {
                String place = backend.shown() + (backend.service() == null ? " (not there: 500)" : "");
                shares.merge(place, backend.weight() / (double) sum, Double::sum);
            }
        }
        if (shares.isEmpty()) {
            return Lead.itself("no backend: 500");
        }
        String shown = shares.size() == 1
                ? shares.firstEntry().getKey()
                : shares.entrySet().stream()
                        .map(share -> String.format(Locale.ROOT, "%.0f%% %s", share.getValue() * 100, share.getKey()))
                        .collect(Collectors.joining(", "));
        return new Lead(shares, shown);
    }
}
