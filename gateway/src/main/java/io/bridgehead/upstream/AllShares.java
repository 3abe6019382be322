package io.bridgehead.upstream;

import io.bridgehead.failover.Places;
import io.bridgehead.failover.StandingOrders;
import io.bridgehead.health.HealthView;
import io.bridgehead.health.SiteReport;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Place;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.tunnel.Liveness;
import io.bridgehead.tunnel.TunnelView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The shares of all services, computed anew where news concerns them, and in turn by the clock.
 *
 * <p>Ten thousand services do not hold up what else runs on the context, such as tunnels and orders: news that concerns all of them is
 * worked off in parts of a millisecond, and what concerns some computes only these.
 */
@OwnedBy(Owner.FAILOVER)
final class AllShares {
    /** What is computed anew by the clock is spread over so many calls. */
    static final int TURNS = 10;

    /** How many are computed in one part at most. */
    static final int SLICE = 200;
    /** After so many there is a look at the clock. */
    private static final int LOOK = 10;

    /** Services for which time alone changes nothing are computed by the clock all the same, each once in so many seconds. */
    static final int QUIET_ROUNDS = 10;

    private final FailoverContext context;
    private final Supplier<? extends TunnelView> tunnels;
    private final UpstreamObserver observer;
    private final HealthView reports = new HealthView(HealthView.LEASE_MILLIS);
    private final Map<ServiceName, ShareKeeper> keepers = new LinkedHashMap<>();
    /** The same keepers by place. */
    private List<ShareKeeper> inTurn = List.of();

    /** Read by other threads too. */
    private volatile Places places;

    private StandingOrders orders = StandingOrders.NONE;
    private long returnsSinceMillis;
    private int turn;
    private int round;
    private Surroundings surroundings = Surroundings.NONE;
    private int next;
    private int remaining;
    private boolean sweeping;
    /** Whether some that are being taken have not heard of what concerns all. */
    private boolean missed;
    /** The next of those whose turn it is. */
    private int turnNext;

    private boolean turning;

    AllShares(
            Places places, FailoverContext context, Supplier<? extends TunnelView> tunnels, UpstreamObserver observer) {
        this.places = places;
        this.context = context;
        this.tunnels = tunnels;
        this.observer = observer;
    }

    /**
     * The node has these services from now on.
     *
     * @param changed those that are new or defined otherwise than before
     * @return whether other nodes are to hear of it
     */
    boolean reconcile(Set<ServiceName> all, Collection<ServiceState> changed) {
        boolean news = take(changed);
        return retain(all) || news;
    }

    /** These services are new or defined otherwise than before. @return whether other nodes are to hear of it */
    boolean take(Collection<ServiceState> changed) {
        TunnelView view = tunnels.get();
        boolean news = false;
        for (ServiceState state : changed) {
            ShareKeeper keeper = keep(state);
            recompute(keeper, view);
            news |= keeper.hasNews();
        }
        return news;
    }

    /** The node has no other services than these, all of which were taken. @return whether other nodes are to hear of it */
    boolean retain(Set<ServiceName> all) {
        boolean fewer = keepers.keySet().retainAll(all);
        inTurn = List.copyOf(keepers.values());
        next = 0;
        remaining = sweeping ? inTurn.size() : 0;
        if (missed) {
            all();
        }
        return fewer;
    }

    private ShareKeeper keep(ServiceState state) {
        ServiceName name = state.definition().route().name();
        ShareKeeper known = keepers.get(name);
        if (known != null && known.state() == state) {
            known.reconfigure(places);
            return known;
        }
        ShareKeeper keeper = new ShareKeeper(places, state, observer);
        keepers.put(name, keeper);
        return keeper;
    }

    /** What operators have ordered, in full. */
    void order(StandingOrders inForce) {
        if (!inForce.finer().returns().equals(orders.finer().returns())) {
            returnsSinceMillis = nowMillis();
        }
        orders = inForce;
        all();
    }

    /** Another node's report came. @return whether it is newer than what was known */
    boolean accept(SiteReport report) {
        SiteReport before = reports.last(report.node(), nowMillis());
        if (!reports.accept(report, nowMillis())) {
            return false;
        }
        learn(report);
        if (before == null || !before.site().equals(report.site())) {
            all();
            return true;
        }
        List<ServiceName> concerned = new ArrayList<>();
        report.services().forEach((name, health) -> {
            if (!health.equals(before.services().get(name))) {
                concerned.add(name);
            }
        });
        before.services().keySet().forEach(name -> {
            if (!report.services().containsKey(name)) {
                concerned.add(name);
            }
        });
        if (concerned.size() > SLICE) {
            all();
        } else {
            TunnelView view = tunnels.get();
            concerned.forEach(name -> recompute(keepers.get(name), view));
        }
        return true;
    }

    /** Where a site is, as the node of it says that was heard last; it is remembered when that node is silent. */
    private void learn(SiteReport report) {
        Place place = report.place();
        if (!place.isUnknown()
                && !report.site().equals(places.local())
                && !place.equals(places.known().get(report.site()))) {
            Map<SiteName, Place> known = new HashMap<>(places.known());
            known.put(report.site(), place);
            places = new Places(places.local(), known);
            keepers.values().forEach(keeper -> keeper.reconfigure(places));
            all();
        }
    }

    /** Where sites are, as known by now. */
    Places places() {
        return places;
    }

    /** A node was quarantined: its word counts no more. */
    void forget(NodeName node) {
        reports.forget(node);
        all();
    }

    /** The reports of other nodes that are in force, for people. */
    Collection<SiteReport> reports() {
        return reports.reports(nowMillis());
    }

    /** Something has changed that may concern every service. */
    void all() {
        missed = inTurn.size() != keepers.size();
        remaining = inTurn.size();
        if (!sweeping) {
            sweep();
        }
    }

    private void sweep() {
        TunnelView view = tunnels.get();
        long end = context.partEnd();
        for (int i = 0; i < SLICE && remaining > 0 && (i % LOOK != LOOK - 1 || context.nanoTime() - end < 0); i++) {
            recompute(inTurn.get(next), view);
            next = (next + 1) % inTurn.size();
            remaining--;
        }
        sweeping = remaining > 0;
        if (sweeping) {
            context.goOn(this::sweep);
        }
    }

    /** Computes those anew whose turn it is and that time may change, such as by ramps; all of them when a lease has ended. */
    void some() {
        TunnelView view = tunnels.get();
        Surroundings now = Surroundings.of(view, reports.reports(nowMillis()));
        if (!now.equals(surroundings)) {
            surroundings = now;
            all();
        }
        if (!turning) {
            turnNext = turn;
            goThrough();
        }
    }

    /** A part of those whose turn it is. */
    private void goThrough() {
        turning = false;
        TunnelView view = tunnels.get();
        long end = context.partEnd();
        for (int looked = 0; turnNext < inTurn.size(); turnNext += TURNS) {
            if (++looked % LOOK == 0 && context.nanoTime() - end >= 0) {
                turning = true;
                context.goOn(this::goThrough);
                return;
            }
            ShareKeeper keeper = inTurn.get(turnNext);
            if (turnNext / TURNS % QUIET_ROUNDS == round || !keeper.isQuiet()) {
                recompute(keeper, view);
            }
        }
        turn = (turn + 1) % TURNS;
        round = turn == 0 ? (round + 1) % QUIET_ROUNDS : round;
    }

    /**
     * What concerns every service beside orders.
     *
     * @param peers how each peer can be reached
     * @param heard the nodes whose reports are in force
     */
    private record Surroundings(List<Seen> peers, List<NodeName> heard) {
        static final Surroundings NONE = new Surroundings(List.of(), List.of());

        private record Seen(NodeName node, SiteName site, Liveness liveness) {}

        static Surroundings of(TunnelView view, Collection<SiteReport> reports) {
            return new Surroundings(
                    view.all().stream()
                            .map(peer -> new Seen(peer.node(), peer.site(), peer.liveness()))
                            .toList(),
                    reports.stream().map(SiteReport::node).toList());
        }
    }

    /** An endpoint of the service has changed. @return whether other nodes are to hear of it */
    boolean healthChanged(ServiceName name) {
        ShareKeeper keeper = keepers.get(name);
        recompute(keeper, tunnels.get());
        return keeper != null && keeper.hasNews();
    }

    private void recompute(@Nullable ShareKeeper keeper, TunnelView view) {
        if (keeper != null) {
            keeper.recompute(reports, view, new ShareKeeper.Ordered(orders, returnsSinceMillis), nowMillis());
        }
    }

    private long nowMillis() {
        return context.nanoTime() / 1_000_000;
    }
}
