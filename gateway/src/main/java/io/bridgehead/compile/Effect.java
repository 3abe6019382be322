package io.bridgehead.compile;

import io.bridgehead.failover.OperatorOrders;
import io.bridgehead.failover.Places;
import io.bridgehead.failover.Reach;
import io.bridgehead.failover.SiteChoice;
import io.bridgehead.failover.SiteShare;
import io.bridgehead.failover.SiteView;
import io.bridgehead.failover.SiteWeights;
import io.bridgehead.failover.Why;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one table in place of another does to traffic, as the node sees it that asks.
 *
 * <p>Shares after the change are those of the failover rules for what is known now: a site that this node can reach and knows nothing bad
 * of serves; new endpoints are taken for fit; a site that is held down stays so.
 *
 * @param routes hosts, server names, listeners and rules of Gateways at ports that this node opens that lead elsewhere, by name
 * @param traffic services that are new, gone, or spread otherwise over sites, by name
 */
public record Effect(List<RouteChange> routes, List<TrafficChange> traffic) {
    private static final double TOLERANCE = 1e-6;
    private static final Set<Why> KEPT_OUT = EnumSet.of(Why.HELD, Why.AWAITS_OPERATOR, Why.DRAINED, Why.QUARANTINED);

    public Effect {
        routes = List.copyOf(routes);
        traffic = List.copyOf(traffic);
    }

    /**
     * Something that requests and connections are known by, and where it leads.
     *
     * @param match such as {@code host orders.example}, or for rules of Gateways the listener, the host and what a request must look like
     * @param before the service or places that it leads to, with their shares; null when the route is new
     * @param after where it would lead; null when the route would be lost
     * @param moved the share of its requests, 0 to 1, that would go to another place than now; 1 for what is new or lost
     */
    public record RouteChange(
            String match, @Nullable String before, @Nullable String after, double moved) {}

    /**
     * A service whose traffic would move.
     *
     * @param what whether the service is there before and after
     * @param sites every site that it has before or after
     * @param moved the share of its requests, 0 to 1, that would go elsewhere than now, or be refused
     */
    public record TrafficChange(ServiceName service, What what, List<SiteMove> sites, double moved) {
        public TrafficChange {
            sites = List.copyOf(sites);
        }

        /** Whether no site would serve it. */
        public boolean refused() {
            return sites.stream().allMatch(site -> site.after() <= 0);
        }
    }

    /** A site's share of a service's requests, 0 to 1. */
    public record SiteMove(SiteName site, double before, double after) {}

    /** Whether a service is there before and after. */
    public enum What {
        NEW,
        KEPT,
        GONE
    }

    /**
     * Compares two tables.
     *
     * @param now the weights in force
     * @param reach whether another site can be reached
     */
    public static Effect between(
            RoutingTable before, RoutingTable after, LiveView now, Places places, Function<SiteName, Reach> reach) {
        Set<ServiceName> names = new TreeSet<>();
        before.services().forEach(route -> names.add(route.name()));
        after.services().forEach(route -> names.add(route.name()));
        List<TrafficChange> traffic = new ArrayList<>();
        for (ServiceName name : names) {
            ServiceRoute then = before.byName(name);
            ServiceRoute next = after.byName(name);
            if (then == null || next == null || !spreadsAlike(then, next)) {
                TrafficChange change = traffic(name, then, next, now.weights(name), new Forecast(places, reach));
                if (change.what() != What.KEPT || change.moved() > TOLERANCE || !sameSites(then, next)) {
                    traffic.add(change);
                }
            }
        }
        return new Effect(routes(before, after), traffic);
    }

    /** Whether nothing would be routed or spread otherwise. */
    public boolean isEmpty() {
        return routes.isEmpty() && traffic.isEmpty();
    }

    private static List<RouteChange> routes(RoutingTable before, RoutingTable after) {
        SortedMap<String, Matches.Lead> then = Matches.of(before);
        SortedMap<String, Matches.Lead> next = Matches.of(after);
        Set<String> all = new TreeSet<>(then.keySet());
        all.addAll(next.keySet());
        List<RouteChange> routes = new ArrayList<>();
        for (String match : all) {
            Matches.Lead from = then.get(match);
            Matches.Lead to = next.get(match);
            if (from == null || to == null || !from.equals(to)) {
                routes.add(new RouteChange(
                        match,
                        from == null ? null : from.shown(),
                        to == null ? null : to.shown(),
                        from == null || to == null ? 1 : from.movedTo(to)));
            }
        }
        return routes;
    }

    private static boolean spreadsAlike(ServiceRoute then, ServiceRoute next) {
        return then.endpoints().equals(next.endpoints())
                && then.resilience().failover().equals(next.resilience().failover());
    }

    private static boolean sameSites(@Nullable ServiceRoute then, @Nullable ServiceRoute next) {
        return then != null
                && next != null
                && then.endpoints().keySet().equals(next.endpoints().keySet());
    }

    private static TrafficChange traffic(
            ServiceName name,
            @Nullable ServiceRoute then,
            @Nullable ServiceRoute next,
            @Nullable SiteWeights weights,
            Forecast forecast) {
        SiteWeights before = then == null ? null : weights;
        SiteWeights after = next == null ? null : forecast.weights(then, next, before);
        Set<SiteName> sites = new LinkedHashSet<>();
        for (SiteWeights one : new @Nullable SiteWeights[] {before, after}) {
            if (one != null) {
                one.shares().forEach(share -> sites.add(share.site()));
            }
        }
        List<SiteMove> moves = new ArrayList<>();
        double moved = 0;
        for (SiteName site : sites) {
            SiteMove move = new SiteMove(site, share(before, site), share(after, site));
            moved += Math.max(0, move.before() - move.after());
            moves.add(move);
        }
        What what = then == null ? What.NEW : next == null ? What.GONE : What.KEPT;
        return new TrafficChange(name, what, moves, Math.min(1, moved));
    }

    private static double share(@Nullable SiteWeights weights, SiteName site) {
        SiteShare share = weights == null ? null : weights.of(site);
        return share == null ? 0 : share.weight();
    }

    /** What the failover rules would decide for a service that is not in force yet. */
    private record Forecast(Places places, Function<SiteName, Reach> reach) {
        SiteWeights weights(@Nullable ServiceRoute then, ServiceRoute next, @Nullable SiteWeights before) {
            Map<SiteName, SiteView> views = new HashMap<>();
            Set<SiteName> keptOut = new HashSet<>();
            for (SiteName site : next.endpoints().keySet()) {
                SiteShare known = before == null ? null : before.of(site);
                boolean same = then != null && then.endpointsIn(site).equals(next.endpointsIn(site));
                views.put(site, known != null && same ? known.view() : SiteView.of(reachOf(site), null));
                if (known != null && KEPT_OUT.contains(known.why())) {
                    keptOut.add(site);
                }
            }
            return new SiteChoice(
                            places,
                            next.resilience().failover(),
                            next.endpoints().keySet())
                    .evaluate(views, new OperatorOrders(keptOut, null, false, Set.of()), 0);
        }

        private Reach reachOf(SiteName site) {
            return site.equals(places.local()) ? Reach.UP : reach.apply(site);
        }
    }
}
