package io.bridgehead.failover;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Quarantine;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What operators have ordered for all services, as in force at this moment.
 *
 * @param drainedSites sites that get no new request of any service
 * @param drainedOf sites that get no new request of one service
 * @param drainedNodes nodes that get no new request from other nodes
 * @param pinned the site that each pinned service is sent to
 * @param frozenAll whether no traffic of any service moves by itself
 * @param frozen services whose traffic does not move by itself
 * @param quarantine what is removed from the fabric
 * @param finer what concerns less than a whole site at once
 */
public record StandingOrders(
        Set<SiteName> drainedSites,
        Map<ServiceName, Set<SiteName>> drainedOf,
        Set<NodeName> drainedNodes,
        Map<ServiceName, SiteName> pinned,
        boolean frozenAll,
        Set<ServiceName> frozen,
        Quarantine quarantine,
        Finer finer) {
    /** Nothing is ordered. */
    public static final StandingOrders NONE =
            new StandingOrders(Set.of(), Map.of(), Set.of(), Map.of(), false, Set.of(), Quarantine.NONE, Finer.NONE);

    /**
     * Orders that are finer than sites and nodes.
     *
     * @param endpoints of this node's own site that get no new request, by service
     * @param released sites whose return is permitted, by service
     * @param returns what comes back little by little
     * @param drilled services all of whose endpoints in this node's own site count as lost
     */
    public record Finer(
            Map<ServiceName, Set<Endpoint>> endpoints,
            Map<ServiceName, Set<SiteName>> released,
            Returns returns,
            Set<ServiceName> drilled) {
        /** There are none. */
        public static final Finer NONE = new Finer(Map.of(), Map.of(), Returns.NONE, Set.of());

        public Finer {
            endpoints = Map.copyOf(endpoints);
            released = Map.copyOf(released);
            drilled = Set.copyOf(drilled);
        }
    }

    /** Orders about whole sites, nodes and services alone. */
    public StandingOrders(
            Set<SiteName> drainedSites,
            Map<ServiceName, Set<SiteName>> drainedOf,
            Set<NodeName> drainedNodes,
            Map<ServiceName, SiteName> pinned,
            boolean frozenAll,
            Set<ServiceName> frozen,
            Quarantine quarantine) {
        this(drainedSites, drainedOf, drainedNodes, pinned, frozenAll, frozen, quarantine, Finer.NONE);
    }

    public StandingOrders {
        drainedSites = Set.copyOf(drainedSites);
        drainedOf = Map.copyOf(drainedOf);
        drainedNodes = Set.copyOf(drainedNodes);
        pinned = Map.copyOf(pinned);
        frozen = Set.copyOf(frozen);
    }

    /** Whether nothing new is sent to this node, whatever it reports. */
    public boolean keepsFrom(NodeName node) {
        return drainedNodes.contains(node) || quarantine.nodes().contains(node);
    }

    /** The same, but nothing is frozen. */
    public StandingOrders thawed() {
        return new StandingOrders(drainedSites, drainedOf, drainedNodes, pinned, false, Set.of(), quarantine, finer);
    }

    /**
     * The orders for one service.
     *
     * @param emptied sites that are drained because every node of theirs is
     */
    public OperatorOrders of(ServiceName service, Set<SiteName> emptied) {
        Set<SiteName> drained = new HashSet<>(drainedSites);
        drained.addAll(drainedOf.getOrDefault(service, Set.of()));
        drained.addAll(emptied);
        return new OperatorOrders(
                drained,
                pinned.get(service),
                frozenAll || frozen.contains(service),
                finer.released().getOrDefault(service, Set.of()),
                quarantine.sites());
    }
}
