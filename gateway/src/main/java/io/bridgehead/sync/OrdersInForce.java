package io.bridgehead.sync;

import io.bridgehead.cluster.api.Order;
import io.bridgehead.failover.Returns;
import io.bridgehead.failover.StandingOrders;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Quarantine;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The orders in force at one moment, and what follows from them.
 *
 * @param orders by subject
 * @param standing what they mean for traffic, with the quarantine that this node keeps
 * @param ownQuarantine why this node itself is removed from the fabric; empty while it is not
 */
public record OrdersInForce(List<StandingOrder> orders, StandingOrders standing, String ownQuarantine) {
    /** Nothing is ordered. */
    public static final OrdersInForce NONE = new OrdersInForce(List.of(), StandingOrders.NONE, "");

    public OrdersInForce {
        orders = List.copyOf(orders);
    }

    /** What the orders mean for traffic, with or without those that freeze it. */
    public StandingOrders standing(boolean withFreezes) {
        return withFreezes ? standing : standing.thawed();
    }

    /** What is removed from the fabric, as this node keeps it: it never shuts itself or its own site out. */
    public Quarantine quarantine() {
        return standing.quarantine();
    }

    /** What follows from orders, all in force, at this node. */
    static OrdersInForce of(List<StandingOrder> orders, SiteName ownSite, NodeName ownNode, Instant now) {
        Gathered all = new Gathered(ownSite, now);
        orders.forEach(all::add);
        Quarantine whole = new Quarantine(all.quarantinedSites, all.quarantinedNodes);
        String own = whole.covers(ownSite, ownNode) ? all.quarantineOf(orders, ownSite, ownNode) : "";
        StandingOrders standing = new StandingOrders(
                all.drainedSites,
                all.drainedOf,
                all.drainedNodes,
                all.pinned,
                all.frozenAll,
                all.frozen,
                whole.without(ownSite, ownNode),
                new StandingOrders.Finer(
                        all.drainedEndpoints,
                        all.released,
                        new Returns(all.returningSites, all.returningOf, all.returningNodes, all.returningEndpoints),
                        all.drilled));
        return new OrdersInForce(orders, standing, own);
    }

    /** Orders by what they do. */
    @OwnedBy(Owner.CONFINED)
    private static final class Gathered {
        private final Set<SiteName> drainedSites = new HashSet<>();
        private final Map<ServiceName, Set<SiteName>> drainedOf = new HashMap<>();
        private final Set<NodeName> drainedNodes = new HashSet<>();
        private final Map<ServiceName, SiteName> pinned = new HashMap<>();
        private final Set<ServiceName> frozen = new HashSet<>();
        private final Set<ServiceName> drilled = new HashSet<>();
        private final Set<SiteName> quarantinedSites = new HashSet<>();
        private final Set<NodeName> quarantinedNodes = new HashSet<>();
        private final Map<ServiceName, Set<Endpoint>> drainedEndpoints = new HashMap<>();
        private final Map<ServiceName, Set<SiteName>> released = new HashMap<>();
        private final Map<SiteName, Returns.Ramp> returningSites = new HashMap<>();
        private final Map<ServiceName, Map<SiteName, Returns.Ramp>> returningOf = new HashMap<>();
        private final Map<NodeName, Returns.Ramp> returningNodes = new HashMap<>();
        private final Map<ServiceName, Map<Endpoint, Returns.Ramp>> returningEndpoints = new HashMap<>();
        private final SiteName ownSite;
        private final Instant now;
        private boolean frozenAll;

        Gathered(SiteName ownSite, Instant now) {
            this.ownSite = ownSite;
            this.now = now;
        }

        void add(StandingOrder standing) {
            Order order = Objects.requireNonNull(standing.order(), "only what can be read is in force");
            switch (Objects.requireNonNull(OrderAction.of(order), "only what is known is in force")) {
                case DRAIN -> {
                    if (order.ended()) {
                        comeBack(order);
                    } else {
                        drain(order);
                    }
                }
                case FAILBACK ->
                    released.computeIfAbsent(new ServiceName(order.service()), _ -> new HashSet<>())
                            .add(new SiteName(order.site()));
                case DRILL -> {
                    if (order.site().equals(ownSite.value())) {
                        drilled.add(new ServiceName(order.service()));
                    }
                }
                case PIN -> pinned.put(new ServiceName(order.service()), new SiteName(order.site()));
                case FREEZE -> freeze(order);
                case QUARANTINE -> quarantine(order);
            }
        }

        private void comeBack(Order order) {
            long passed = Math.max(0, Duration.between(order.given(), now).toMillis());
            Returns.Ramp ramp = new Returns.Ramp(passed, order.detail().over().toMillis());
            if (!order.detail().endpoint().isEmpty()) {
                if (order.site().equals(ownSite.value())) {
                    returningEndpoints
                            .computeIfAbsent(new ServiceName(order.service()), _ -> new HashMap<>())
                            .put(Endpoint.parse(order.detail().endpoint()), ramp);
                }
            } else if (!order.node().isEmpty()) {
                returningNodes.put(new NodeName(order.node()), ramp);
            } else if (order.service().isEmpty()) {
                returningSites.put(new SiteName(order.site()), ramp);
            } else {
                returningOf
                        .computeIfAbsent(new ServiceName(order.service()), _ -> new HashMap<>())
                        .put(new SiteName(order.site()), ramp);
            }
        }

        private void drain(Order order) {
            if (!order.detail().endpoint().isEmpty()) {
                if (order.site().equals(ownSite.value())) {
                    drainedEndpoints
                            .computeIfAbsent(new ServiceName(order.service()), _ -> new HashSet<>())
                            .add(Endpoint.parse(order.detail().endpoint()));
                }
                return;
            }
            if (!order.node().isEmpty()) {
                drainedNodes.add(new NodeName(order.node()));
            } else if (order.service().isEmpty()) {
                drainedSites.add(new SiteName(order.site()));
            } else {
                drainedOf
                        .computeIfAbsent(new ServiceName(order.service()), _ -> new HashSet<>())
                        .add(new SiteName(order.site()));
            }
        }

        private void freeze(Order order) {
            if (order.service().isEmpty()) {
                frozenAll = true;
            } else {
                frozen.add(new ServiceName(order.service()));
            }
        }

        private void quarantine(Order order) {
            if (order.node().isEmpty()) {
                quarantinedSites.add(new SiteName(order.site()));
            } else {
                quarantinedNodes.add(new NodeName(order.node()));
            }
        }

        String quarantineOf(List<StandingOrder> orders, SiteName site, NodeName node) {
            return orders.stream()
                    .filter(standing -> standing.order() != null
                            && OrderAction.of(standing.order()) == OrderAction.QUARANTINE
                            && (standing.order().site().equals(site.value())
                                    || standing.order().node().equals(node.value())))
                    .map(standing -> standing.text() + " by " + standing.signer() + ": "
                            + Objects.requireNonNull(standing.order()).reason())
                    .findFirst()
                    .orElse("");
        }
    }
}
