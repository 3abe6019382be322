package io.bridgehead.proxy;

import io.bridgehead.match.Hosts;
import io.bridgehead.match.MatchTable;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.routing.ListenerRoutes;
import io.bridgehead.routing.PortRoutes;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import org.jspecify.annotations.Nullable;

/**
 * Which rule takes a request of one connection, at a port that Gateways describe: the listener of its host, then the best host among those of
 * the listener's routes, then the best match. Keeps what stays the same from request to request, so that mostly only the match is looked
 * for.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class PortRules {
    private final String name;
    private final @Nullable String serverName;
    private @Nullable RoutingTable table;
    private @Nullable PortRoutes port;
    private @Nullable ListenerRoutes secured;
    private @Nullable String authority;
    private String host = "";
    private @Nullable ListenerRoutes listener;
    private @Nullable MatchTable<RouteRule> matches;

    /** @param entry a client's connection */
    PortRules(EntryPoint entry) {
        this.name = entry.listener();
        this.serverName = entry.edge().serverName();
    }

    /** The port in this table; null when no Gateway describes it. To be asked before anything else of a request. */
    @SuppressWarnings("ReferenceEquality") // a table is replaced, never changed
    @Nullable
    PortRoutes in(RoutingTable current) {
        if (current != table) {
            take(current);
        }
        return port;
    }

    /** The port's number, by its document. */
    int portNumber() {
        return port == null ? 0 : port.port();
    }

    private void take(RoutingTable current) {
        PortRoutes routes = current.port(name);
        String asked = serverName;
        table = current;
        port = routes;
        secured = routes == null || asked == null ? null : routes.listeners().find(Hosts.normalise(asked));
        authority = null;
    }

    /** Turns to the host of a request. */
    @SuppressWarnings({"ReferenceEquality", "StringEquality"
    }) // the guard gives the same string again for the same host
    void turnTo(PortRoutes routes, RequestHead head) {
        String asked = head.authority();
        if (asked != authority) {
            authority = asked;
            host = Hosts.normalise(asked);
            listener = routes.listeners().find(host);
            matches = listener == null ? null : listener.hosts().find(host);
        }
    }

    /**
     * Whether the host belongs to another listener than the server name for which this connection was secured (GEP-3567), whose
     * certificates, and whose say about those of clients, may be others.
     */
    @SuppressWarnings("ReferenceEquality") // a listener is one object in a table
    boolean isMisdirected() {
        return secured != null && listener != null && secured != listener;
    }

    /** Why a request is misdirected, for the log. */
    static String misdirected(RequestHead head) {
        return "'" + head.authority()
                + "' belongs to another listener than the name that the connection was secured for";
    }

    /** The rule that takes the request, or null. */
    @Nullable
    RouteRule rule(RequestHead head) {
        MatchTable<RouteRule> table = matches;
        return table == null ? null : table.find(ListenerRoutes.deciding(table, head));
    }

    /** The service that a document names for a host which no route of its listener has; null for none. */
    @Nullable
    ServiceRoute unclaimed(RoutingTable current) {
        return listener == null || matches != null ? null : current.byHost(host);
    }

    /** Why there is neither, for the log. */
    String unmatched(RequestHead head) {
        ListenerRoutes at = listener;
        if (at == null) {
            return "no listener of port '" + name + "' has the host '" + head.authority() + "'";
        }
        return matches == null
                ? at.shown() + ": no route and no service has the host '" + head.authority() + "'"
                : at.shown() + ": no rule for the host '" + head.authority() + "' fits the request";
    }
}
