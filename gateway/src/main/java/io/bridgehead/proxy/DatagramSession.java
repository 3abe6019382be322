package io.bridgehead.proxy;

import io.bridgehead.limit.ServiceRates;
import io.bridgehead.model.Arrival;
import io.bridgehead.model.Caller;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.Backends;
import io.bridgehead.routing.PortRoutes;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.AttemptHistory;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.upstream.Destination;
import io.bridgehead.upstream.Selection;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.DatagramEvents;
import io.bridgehead.wire.DatagramLink;
import org.jspecify.annotations.Nullable;

/**
 * The datagrams of one client at one port: those of a session go to one endpoint. The place is chosen by weight with the first datagram, and
 * again when the endpoint has left its service or nobody takes datagrams there.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class DatagramSession implements DatagramEvents {
    private static final int TRIED_MAX = 16;

    private final ProxyContext context;
    private final EntryPoint entry;
    private final DatagramEvents client;
    private AttemptHistory tried = new AttemptHistory();
    private RoutingTable table;
    private @Nullable ServiceRoute route;
    private @Nullable Destination destination;
    private @Nullable DatagramLink link;
    private boolean answered;

    /**
     * A session without an endpoint.
     *
     * @param arrival where the client's datagrams come to
     * @param client gets answers, and is told when an endpoint is not there
     */
    public DatagramSession(
            ProxyContext context, String listener, Caller caller, Arrival arrival, DatagramEvents client) {
        this.context = context;
        this.entry = EntryPoint.udp(listener, caller).at(arrival);
        this.client = client;
        this.table = context.table();
    }

    /** Passes a datagram on, or says why it was dropped. */
    public @Nullable DatagramDrop send(Chunk datagram) {
        if (link != null && !isCurrent()) {
            leave(AttemptOutcome.CANCELLED);
        }
        DatagramDrop why = link == null ? open() : null;
        DatagramLink to = link;
        if (to == null) {
            datagram.release();
            return why == null ? DatagramDrop.NO_ENDPOINT : why;
        }
        return to.send(datagram) ? null : DatagramDrop.QUEUE_FULL;
    }

    /** Whether the endpoint is still one of the service, and the caller may still call it; asked again only when there is another table. */
    @SuppressWarnings("ReferenceEquality") // a table is replaced, never changed
    private boolean isCurrent() {
        RoutingTable now = context.table();
        if (now == table) {
            return true;
        }
        table = now;
        ServiceRoute before = route;
        Destination chosen = destination;
        Endpoint endpoint = chosen == null ? null : chosen.endpoint();
        ServiceRoute after = before == null ? null : now.byName(before.name());
        route = after;
        return after != null
                && endpoint != null
                && after.protocol().isDatagrams()
                && after.allow()
                        .authorize(entry.caller(), null, entry.arrival())
                        .allowed()
                && after.endpointsIn(context.local().site()).contains(endpoint);
    }

    private boolean isAboveLimit(ServiceRoute chosen) {
        ServiceRates rates = context.upstreams().rates(chosen);
        return rates != null && rates.take("", "", null, entry.caller(), null, context.now()) != null;
    }

    private @Nullable DatagramDrop open() {
        table = context.table();
        ServiceRoute chosen = choose(table.port(entry.listener()));
        if (chosen == null) {
            return DatagramDrop.NO_ROUTE;
        }
        if (context.refuses()) {
            return DatagramDrop.OVERLOADED;
        }
        if (!chosen.allow().authorize(entry.caller(), null, entry.arrival()).allowed()) {
            return DatagramDrop.NOT_AUTHORIZED;
        }
        if (!chosen.resilience().rates().isEmpty() && isAboveLimit(chosen)) {
            return DatagramDrop.RATE_LIMITED;
        }
        if (!(context.upstreams().select(chosen, tried, true) instanceof Selection.To(Destination place))) {
            return DatagramDrop.NO_ENDPOINT;
        }
        DatagramLink opened = place.openDatagrams(this);
        if (opened == null) {
            place.ended(AttemptOutcome.CANCELLED);
            return DatagramDrop.NO_ENDPOINT;
        }
        route = chosen;
        destination = place;
        link = opened;
        return null;
    }

    private @Nullable ServiceRoute choose(@Nullable PortRoutes port) {
        Backends places = port == null ? null : port.connections();
        Backend place =
                places == null ? null : places.pick(context.loop().random().nextDouble());
        ServiceRoute chosen = place == null ? null : place.service();
        return chosen != null && chosen.protocol().isDatagrams() ? chosen : null;
    }

    @Override
    public void onDatagram(Chunk datagram) {
        answered = true;
        if (isCurrent()) {
            client.onDatagram(datagram);
        } else {
            datagram.release();
            leave(AttemptOutcome.CANCELLED);
        }
    }

    @Override
    public void onUnreachable(String detail) {
        Destination failed = destination;
        if (failed == null) {
            return;
        }
        if (answered || tried.count() >= TRIED_MAX) {
            tried = new AttemptHistory();
        }
        tried.add(failed);
        answered = false;
        leave(AttemptOutcome.CONNECT_FAILED);
        client.onUnreachable(detail);
    }

    /** The session is over. */
    public void close() {
        leave(AttemptOutcome.CANCELLED);
    }

    private void leave(AttemptOutcome otherwise) {
        DatagramLink open = link;
        Destination place = destination;
        link = null;
        destination = null;
        if (open != null) {
            open.close();
        }
        if (place != null) {
            place.ended(answered ? AttemptOutcome.ANSWERED : otherwise);
        }
        answered = false;
    }
}
