package io.bridgehead.upstream;

import io.bridgehead.failover.Reach;
import io.bridgehead.failover.SiteShare;
import io.bridgehead.failover.SiteWeights;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.ServiceState.Definition;
import org.jspecify.annotations.Nullable;

/** One service on one loop: chooses where its requests go. */
@OwnedBy(Owner.EVENT_LOOP)
final class LoopService {
    private static final AttemptHistory NOTHING_TRIED = new AttemptHistory();
    private static final Pass[] PASSES = Pass.values();

    private final LoopParts parts;
    private final ServiceState state;
    private final LocalChoice local;
    private final RemoteChoice remote;
    private Definition definition;
    private boolean bounded;

    LoopService(LoopParts parts, ServiceState state) {
        this.parts = parts;
        this.state = state;
        this.definition = state.definition();
        this.bounded = state.limits().boundsAttempts();
        this.local = new LocalChoice(parts, state, definition);
        this.remote = new RemoteChoice(parts, definition.route().protocol().isBytes());
    }

    /** How far a choice goes; each pass is made only when the one before found nothing. */
    private enum Pass {
        /** Endpoints not tried, nodes of sites not tried that are up. */
        FRESH,
        /** Other nodes of sites that were tried. */
        OTHER_NODES,
        /** Nodes that have been silent for too long. */
        SUSPECTS,
        /** What was tried already. */
        AGAIN;

        boolean allowsTriedSites() {
            return this != FRESH;
        }

        boolean allowsSuspects() {
            return this == SUSPECTS || this == AGAIN;
        }
    }

    ServiceState state() {
        return state;
    }

    LocalChoice local() {
        return local;
    }

    /** Takes over what the last reconciliation made of the service. */
    @SuppressWarnings(
            "ReferenceEquality") // Asked for each request: a definition is replaced, never changed, so identity tells
    // all.
    void refresh() {
        Definition now = state.definition();
        if (now != definition) {
            definition = now;
            bounded = now.route().resilience().limits().boundsAttempts();
            local.define(now);
            remote.prune();
        }
    }

    /** An endpoint of the own site only. */
    Selection selectLocal(AttemptHistory tried) {
        Endpoint wanted = tried.preferredEndpoint();
        EndpointSlot slot = wanted == null ? null : local.find(wanted, tried);
        if (slot == null) {
            slot = local.pick(tried, tried.key());
        }
        if (slot == null && tried.count() > 0) {
            slot = local.pick(NOTHING_TRIED, tried.key());
        }
        if (slot != null) {
            return isFull(slot, tried) ? full() : new Selection.To(local(slot, 0, tried));
        }
        return new Selection.None(
                Refusal.NO_HEALTHY_ENDPOINT,
                "service " + definition.route().name() + ": none of " + local.size() + " endpoints in site "
                        + parts.site() + " is fit");
    }

    /** The place that shares, health and tunnels lead to. */
    Selection select(AttemptHistory tried) {
        ServiceView view = state.view();
        Destination wanted = wanted(view, tried);
        if (wanted != null) {
            return new Selection.To(wanted);
        }
        int first = view.weights().pick(parts.random().nextDouble());
        for (Pass pass : PASSES) {
            Destination destination = inPass(pass, view, first, tried);
            if (destination != null) {
                return new Selection.To(destination);
            }
        }
        if (view.panic() && !isKeptAway(view)) {
            Selection last = selectLocal(tried);
            if (last instanceof Selection.To) {
                return last;
            }
        }
        if (bounded && state.isFull(tried.count() > 0)) {
            return full();
        }
        if (mayComeYet(view, tried)) {
            return Selection.NotYet.ASK_AGAIN;
        }
        return new Selection.None(
                Refusal.NO_HEALTHY_SITE,
                "service " + definition.route().name() + ": no site can serve: " + view.weights());
    }

    /** The place that the exchange's session belongs to, if it can serve. */
    private @Nullable Destination wanted(ServiceView view, AttemptHistory tried) {
        SiteName site = tried.preferredSite();
        Endpoint endpoint = tried.preferredEndpoint();
        if (site == null || endpoint == null || !mayServe(site, endpoint, tried)) {
            return null;
        }
        SiteShare share = view.weights().of(site);
        int tier = share == null ? 0 : share.tier();
        if (site.equals(parts.site())) {
            EndpointSlot slot = local.find(endpoint, tried);
            return slot == null || isFull(slot, tried) ? null : local(slot, tier, tried);
        }
        NodeSlot slot = remote.pick(site, view, tried, false);
        return slot == null ? null : new RemoteDestination(parts, site, slot, tier);
    }

    /** Whether an endpoint, as far as this node can see, can serve now. */
    boolean mayServe(SiteName site, Endpoint endpoint, AttemptHistory tried) {
        SiteShare share = state.view().weights().of(site);
        if (share != null && share.why().isKeptAway()) {
            return false;
        }
        return site.equals(parts.site())
                ? local.find(endpoint, tried) != null
                : share != null && share.view().reach() == Reach.UP && !tried.has(site);
    }

    private LocalDestination local(EndpointSlot slot, int tier, AttemptHistory tried) {
        return new LocalDestination(parts.site(), slot, tier, tried.count() > 0);
    }

    private boolean isFull(EndpointSlot slot, AttemptHistory tried) {
        boolean full = bounded && state.isFull(tried.count() > 0);
        if (full) {
            slot.turnedAway();
        }
        return full;
    }

    private Selection full() {
        return new Selection.None(
                Refusal.POOL_FULL,
                "service " + definition.route().name()
                        + ": as many requests or retries as its limits allow are under way");
    }

    private boolean isKeptAway(ServiceView view) {
        SiteShare own = view.weights().of(parts.site());
        return own != null && own.why().isKeptAway();
    }

    /** Whether a site that nothing speaks against may be reached in a moment. Asked only when no site can serve. */
    private boolean mayComeYet(ServiceView view, AttemptHistory tried) {
        if (parts.firstLook().isOver(parts.loop().nanoTime())) {
            return false;
        }
        for (SiteShare share : view.weights().shares()) {
            boolean excluded = share.site().equals(parts.site())
                    || (tried.has(share.site()) && remote.isReached(share.site()))
                    || share.why().isKeptAway()
                    || remote.isLost(share.site())
                    || share.view().fitShare().orElse(1) <= 0;
            if (!excluded) {
                return true;
            }
        }
        // where a site is, is known when one of its nodes has been heard
        ServiceRoute route = definition.route();
        return route.resilience().failover().asksForPlaces()
                && view.weights().shares().size() < route.endpoints().size();
    }

    private @Nullable Destination inPass(Pass pass, ServiceView view, int first, AttemptHistory tried) {
        SiteWeights weights = view.weights();
        long excluded = 0;
        int index = first == SiteWeights.NONE ? weights.next(0) : first;
        while (index != SiteWeights.NONE) {
            Destination destination = at(index, pass, view, tried);
            if (destination != null) {
                return destination;
            }
            excluded |= 1L << index;
            index = weights.next(excluded);
        }
        return null;
    }

    private @Nullable Destination at(int index, Pass pass, ServiceView view, AttemptHistory tried) {
        SiteName site = view.weights().site(index);
        int tier = view.weights().shares().get(index).tier();
        AttemptHistory avoided = pass == Pass.AGAIN ? NOTHING_TRIED : tried;
        if (site.equals(parts.site())) {
            return atOwn(pass, avoided, tier, tried);
        }
        if (!pass.allowsTriedSites() && tried.has(site)) {
            return null;
        }
        NodeSlot slot = remote.pick(site, view, avoided, pass.allowsSuspects());
        return slot == null ? null : new RemoteDestination(parts, site, slot, tier);
    }

    private @Nullable Destination atOwn(Pass pass, AttemptHistory avoided, int tier, AttemptHistory tried) {
        EndpointSlot slot = local.pick(avoided, tried.key());
        if (slot == null) {
            return null;
        }
        if (bounded && state.isFull(tried.count() > 0)) {
            if (pass == Pass.FRESH) {
                slot.turnedAway();
            }
            return null;
        }
        return local(slot, tier, tried);
    }
}
