package io.bridgehead.sync;

import io.bridgehead.cluster.api.Order;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What operators can order. */
public enum OrderAction {
    /** No new request goes to a site, a node, or a site for one service. */
    DRAIN,
    /** A site may have its share of a service back, where that waits for an operator or for a flap budget. */
    FAILBACK,
    /** All endpoints of a service in a site count as lost for a while, to see what becomes of its requests. */
    DRILL,
    /** A service is sent to one site as long as that can serve. */
    PIN,
    /** The shares of sites stay as they are, for one service or all. */
    FREEZE,
    /** A site or node is removed from the fabric. */
    QUARANTINE;

    /** The longest drill: it must not stay by mistake. */
    public static final Duration DRILL_MAX = Duration.ofMinutes(15);

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
        return "action '" + order.action() + "': expected drain, failback, drill, pin, freeze or quarantine";
    }

    /** What is wrong with the endpoint and the way back. */
    private static @Nullable String finer(OrderAction action, Order order) {
        boolean way = !order.detail().over().isZero();
        String endpoint = order.detail().endpoint();
        if (way && (action != DRAIN || !order.ended())) {
            return order.subject() + ": expected a way back only for the end of a drain";
        }
        if (endpoint.isEmpty()) {
            return null;
        }
        if (action != DRAIN || order.service().isEmpty() || order.site().isEmpty()) {
            return order.subject() + ": expected an endpoint only for a drain, with its service and site";
        }
        try {
            return Endpoint.parse(endpoint).toString().equals(endpoint)
                    ? null
                    : order.subject() + ": expected the endpoint as " + Endpoint.parse(endpoint);
        } catch (IllegalArgumentException e) {
            return order.subject() + ": " + e.getMessage();
        }
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
        String finer = finer(action, order);
        if (finer != null) {
            return finer;
        }
        boolean fits = switch (action) {
            case DRAIN -> node ? !service && !site : site;
            case FAILBACK, DRILL -> service && site && !node;
            case PIN -> service && !node && (site || order.ended());
            case FREEZE -> !site && !node;
            case QUARANTINE -> site != node && !service;
        };
        String expected = switch (action) {
            case DRAIN -> "a site, a node, or a service and a site";
            case PIN, FAILBACK, DRILL -> "a service and a site";
            case FREEZE -> "a service, or nothing for all";
            case QUARANTINE -> "a site or a node";
        };
        if (fits && action == DRILL && !order.ended() && !isShort(order)) {
            return order.subject() + ": expected an end within " + DRILL_MAX.toMinutes() + " minutes";
        }
        return fits ? null : order.subject() + ": expected " + expected;
    }

    private static boolean isShort(Order order) {
        return order.until()
                .filter(end -> !end.isAfter(order.given().plus(DRILL_MAX)))
                .isPresent();
    }
}
