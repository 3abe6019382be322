package io.bridgehead.upstream;

import io.bridgehead.failover.OperatorOrders;
import io.bridgehead.failover.Places;
import io.bridgehead.failover.Reach;
import io.bridgehead.failover.SiteChoice;
import io.bridgehead.failover.SiteShare;
import io.bridgehead.failover.SiteView;
import io.bridgehead.failover.SiteWeights;
import io.bridgehead.failover.StandingOrders;
import io.bridgehead.failover.Why;
import io.bridgehead.health.HealthView;
import io.bridgehead.health.ServiceHealth;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.tunnel.Liveness;
import io.bridgehead.tunnel.PeerState;
import io.bridgehead.tunnel.TunnelView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the shares of one service's sites: gathers what is known, has the state machine decide, and publishes what
 * loops go by.
 */
@OwnedBy(Owner.FAILOVER)
final class ShareKeeper {
    private static final double WEIGHT_TOLERANCE = 1e-6;

    private final SiteName local;
    private final ServiceState state;
    private final SiteChoice choice;
    private final UpstreamObserver observer;
    private @Nullable SiteWeights last;
    private @Nullable ServiceHealth told;
    private @Nullable ServiceHealth own;
    private boolean settled;

    ShareKeeper(Places places, ServiceState state, UpstreamObserver observer) {
        this.local = places.local();
        this.state = state;
        this.observer = observer;
        ServiceRoute route = state.definition().route();
        this.choice = new SiteChoice(
                places, route.resilience().failover(), route.endpoints().keySet());
    }

    ServiceState state() {
        return state;
    }

    /** The service's definition has changed, or what is known of where sites are. */
    void reconfigure(Places places) {
        settled = false;
        ServiceRoute route = state.definition().route();
        choice.reconfigure(
                places, route.resilience().failover(), route.endpoints().keySet());
    }

    /**
     * What operators have ordered.
     *
     * @param sinceMillis when it was learnt what is on its way back
     */
    record Ordered(StandingOrders standing, long sinceMillis) {}

    /** Decides anew and publishes. */
    void recompute(HealthView reports, TunnelView tunnels, Ordered ordered, long nowMillis) {
        StandingOrders orders = ordered.standing();
        ServiceHealth here = state.health();
        ServiceName name = state.definition().route().name();
        Map<SiteName, SiteView> views = new HashMap<>();
        Set<NodeName> unfit = new HashSet<>();
        Set<SiteName> emptied = new HashSet<>();
        for (SiteName site : state.definition().route().endpoints().keySet()) {
            if (site.equals(local)) {
                views.put(site, SiteView.of(Reach.UP, here));
            } else {
                views.put(site, viewOf(name, site, reports, tunnels, nowMillis));
                addUnfit(unfit, name, tunnels.inSite(site), reports, nowMillis);
                if (addOrderedAway(unfit, tunnels.inSite(site), orders)) {
                    emptied.add(site);
                }
            }
        }
        OperatorOrders mine = orders.of(name, emptied);
        Map<NodeName, Double> returning = Map.of();
        if (!orders.finer().returns().isNone()) {
            WayBack way = new WayBack(orders, nowMillis - ordered.sinceMillis(), local);
            mine = mine.allowing(way.sites(name, views.keySet(), tunnels));
            returning = way.nodes(views.keySet(), tunnels);
        }
        SiteWeights weights = choice.evaluate(views, mine, nowMillis);
        settled = weights.equals(last)
                && choice.isSettled()
                && orders.finer().returns().isNone();
        own = here.equals(own) ? own : here;
        state.publish(new ServiceView(weights, Set.copyOf(unfit), returning, panics(name, weights)));
        tell(name, weights);
    }

    /**
     * Whether to decide anew would come to the same: it did so the last time, nothing runs by the clock, and the own site is as it was then.
     * What else counts (orders, peers, reports of others) is news that somebody tells.
     */
    boolean isQuiet() {
        return settled && state.health().equals(own);
    }

    /** Whether the own site is below its threshold, and what all sites can bear together is less than everything. */
    private boolean panics(ServiceName name, SiteWeights weights) {
        int threshold = state.definition().route().resilience().balance().panicBelowPercent();
        boolean panics = threshold > 0 && isBelow(state.health(), threshold);
        double capacity = 0;
        for (int i = 0; panics && i < weights.shares().size(); i++) {
            SiteShare share = weights.shares().get(i);
            capacity += share.canServe() ? share.capacity() : 0;
        }
        panics = panics && capacity < 1;
        if (panics != state.view().panic()) {
            observer.panicChanged(name, panics);
        }
        return panics;
    }

    private static boolean isBelow(ServiceHealth health, int percent) {
        return (health.fit() + health.unknown()) * 100L < (long) percent * health.total();
    }

    /** What other nodes are to be told, if it differs from what they were told last; load alone is no news. */
    boolean hasNews() {
        ServiceHealth now = state.health();
        ServiceHealth before = told;
        told = now.equals(own) ? own : now;
        return before == null
                || before.fit() != now.fit()
                || before.unknown() != now.unknown()
                || before.total() != now.total();
    }

    private static SiteView viewOf(
            ServiceName name, SiteName site, HealthView reports, TunnelView tunnels, long nowMillis) {
        Reach reach = SiteReach.of(tunnels.inSite(site));
        ServiceHealth health = reports.site(name, site, node -> isReachable(tunnels.node(node)), nowMillis);
        return SiteView.of(reach, health);
    }

    static boolean isReachable(@Nullable PeerState peer) {
        return peer != null && (peer.liveness() == Liveness.UP || peer.liveness() == Liveness.SUSPECT);
    }

    private static void addUnfit(
            Set<NodeName> unfit, ServiceName name, List<PeerState> peers, HealthView reports, long nowMillis) {
        for (PeerState peer : peers) {
            ServiceHealth health = reports.node(name, peer.node(), nowMillis);
            if (health != null && health.fitShare().orElse(1) <= 0) {
                unfit.add(peer.node());
            }
        }
    }

    /** Whether operators keep all traffic from every node of the site that is in sight. */
    private static boolean addOrderedAway(Set<NodeName> unfit, List<PeerState> peers, StandingOrders orders) {
        boolean all = !peers.isEmpty();
        for (PeerState peer : peers) {
            boolean kept = orders.keepsFrom(peer.node());
            all &= kept || !isReachable(peer);
            if (kept) {
                unfit.add(peer.node());
            }
        }
        return all && peers.stream().anyMatch(peer -> orders.keepsFrom(peer.node()));
    }

    private void tell(ServiceName name, SiteWeights weights) {
        SiteWeights before = last;
        last = weights;
        List<String> reasons = new ArrayList<>();
        for (SiteShare share : weights.shares()) {
            SiteShare then = before == null ? null : before.of(share.site());
            if (then == null || Math.abs(then.weight() - share.weight()) > WEIGHT_TOLERANCE) {
                reasons.add(share.reason());
            }
            if (share.why() == Why.FLAPPING && (then == null || then.why() != Why.FLAPPING)) {
                observer.siteFlaps(name, share.site());
            }
        }
        if (!reasons.isEmpty()) {
            observer.weightsChanged(name, before, weights, String.join("; ", reasons));
        }
    }
}
