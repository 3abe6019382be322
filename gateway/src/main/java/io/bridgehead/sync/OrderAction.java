package io.bridgehead.sync;

import io.bridgehead.cluster.api.Order;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What operators can order. */
public enum OrderAction {
    /** No new request goes to a site, a node, or a site for one service. */
    DRAIN,
    /** A service is sent to one site as long as that can serve. */
    PIN,
    /** The shares of sites stay as they are, for one service or all. */
    FREEZE,
    /** A site or node is removed from the fabric. */
    QUARANTINE;

    /** As records and commands have it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The action of an order, or null when this node does not know such an order. */
    public static @Nullable OrderAction of(Order order) {
        for (OrderAction action : values()) {
            if (action.word().equals(order.action()) && problem(action, order) == null) {
                return action;
            }
        }
        return null;
    }

    /** What is wrong with an order that somebody wants to give; null when nothing is. */
    public static @Nullable String problem(Order order) {
        for (OrderAction action : values()) {
            if (action.word().equals(order.action())) {
                return problem(action, order);
            }
        }
        return "action '" + order.action() + "': expected drain, pin, freeze or quarantine";
    }

    private static @Nullable String problem(OrderAction action, Order order) {
        boolean service = !order.service().isEmpty();
        boolean site = !order.site().isEmpty();
        boolean node = !order.node().isEmpty();
        if ((service && !ServiceName.isValid(order.service()))
                || (site && !SiteName.isValid(order.site()))
                || (node && !NodeName.isValid(order.node()))) {
            return order.subject() + ": expected names of lower-case letters, digits and dashes";
        }
        boolean fits = switch (action) {
            case DRAIN -> node ? !service && !site : site;
            case PIN -> service && !node && (site || order.ended());
            case FREEZE -> !site && !node;
            case QUARANTINE -> site != node && !service;
        };
        String expected = switch (action) {
            case DRAIN -> "a site, a node, or a service and a site";
            case PIN -> "a service and a site";
            case FREEZE -> "a service, or nothing for all";
            case QUARANTINE -> "a site or a node";
        };
        return fits ? null : order.subject() + ": expected " + expected;
    }
}
