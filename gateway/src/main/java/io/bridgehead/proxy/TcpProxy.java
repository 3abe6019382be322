package io.bridgehead.proxy;

import io.bridgehead.match.Hosts;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.policy.Verdict;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.Backends;
import io.bridgehead.routing.PortRoutes;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceProtocol;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.Stream;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes one accepted raw connection: the port it came in at, and the server name where TLS passes through, say which service it is for. From there on it is an exchange like
 * any other, as if it had begun with CONNECT, whose refusals are told by closing the connection.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class TcpProxy {
    private final ProxyContext context;
    private final EntryPoint entry;
    private final Farewell farewell;

    /** How a connection is closed that leads nowhere. */
    public interface Farewell {
        /** @param status the one that HTTP has for the cause */
        void refused(int status);
    }

    /** @param entry the connection */
    public TcpProxy(ProxyContext context, EntryPoint entry, Farewell farewell) {
        this.context = context;
        this.entry = entry;
        this.farewell = farewell;
    }

    /** @return who gets the connection's bytes */
    public StreamEvents onConnection(Stream connection, Approach approach) {
        RoutingTable table = context.table();
        ExchangeRecord record = new ExchangeRecord(entry, context.now());
        Backends places = places(table, approach.serverName());
        Backend place =
                places == null ? null : places.pick(context.loop().random().nextDouble());
        ServiceRoute route =
                places == null ? match(table, approach.serverName()) : place == null ? null : place.service();
        record.revision = table.revision();
        record.route = route;
        record.approach = approach;
        record.method = RequestHead.CONNECT;
        record.scheme = entry.protocol();
        record.authority = named(route, approach.serverName());
        record.requestId(context.mintRequestIdText());
        record.trace = context.mintTrace();
        if (places != null && (route == null || !route.protocol().isBytes())) {
            return refuse(connection, record, Refusal.NO_BACKEND, leadsNowhere(places, place));
        }
        if (route == null) {
            return refuse(connection, record, Refusal.NO_ROUTE, unmatched(approach.serverName()));
        }
        if (context.refuses()) {
            return refuse(connection, record, Refusal.OVERLOADED, "the node is overloaded");
        }
        Verdict verdict = record.authorize(route, null);
        if (!verdict.allowed()) {
            String detail = entry.caller().identity() + ": " + verdict.reason();
            return refuse(connection, record, Refusal.NOT_AUTHORIZED, detail);
        }
        Refusals.Why above = RateGate.judge(context, route, record);
        if (above != null) {
            return refuse(connection, record, above.refusal(), above.detail());
        }
        RequestHead head =
                new RequestHead(RequestHead.CONNECT, entry.protocol(), authority(route), "", new HeaderFields());
        Terms terms = new Terms(
                table,
                route,
                true,
                false,
                HopFields.ATTEMPTS_MAX,
                -1,
                null,
                new HopWord(context, route, record.revision, record.caller),
                null);
        Exchange exchange = new Exchange(context, new RawClient(connection, farewell), head, terms, record);
        exchange.start(false);
        return exchange;
    }

    /** Where a port that Gateways describe leads; null for another port, and for a server name that no route has. */
    private @Nullable Backends places(RoutingTable table, @Nullable String serverName) {
        PortRoutes port = table.port(entry.listener());
        if (port == null || port.connections() != null) {
            return port == null ? null : port.connections();
        }
        return port.serverNames().find(serverName == null ? "" : Hosts.normalise(serverName));
    }

    private String leadsNowhere(Backends places, @Nullable Backend place) {
        String port = "port '" + entry.listener() + "': ";
        if (place == null) {
            return port + (places.all().isEmpty() ? "its route names no place" : "all its places have the weight 0");
        }
        ServiceRoute route = place.service();
        return port
                + place.shown()
                + (route == null ? " leads nowhere" : " speaks " + route.protocol() + ": expected a stream of bytes");
    }

    /** A service that speaks something else has no business at this port, whatever its document says. */
    private @Nullable ServiceRoute match(RoutingTable table, @Nullable String serverName) {
        ServiceRoute route = entry.isTls()
                ? table.byServerName(entry.listener(), serverName == null ? "" : Hosts.normalise(serverName))
                : table.byListener(entry.listener());
        boolean fits = route != null && entry.isTls() == (route.protocol() == ServiceProtocol.TLS);
        return fits ? route : null;
    }

    private static String named(@Nullable ServiceRoute route, @Nullable String serverName) {
        return serverName != null
                ? serverName
                : route == null ? "" : route.name().value();
    }

    private String unmatched(@Nullable String serverName) {
        String listener = "the listener '" + entry.listener() + "'";
        if (!entry.isTls()) {
            return "no service has " + listener;
        }
        return serverName == null
                ? "no service takes connections without a server name at " + listener
                : "no service has the server name '" + serverName + "' or takes what is left at " + listener;
    }

    /** CONNECT names a host and a port (RFC 9110, section 9.3.6): the service, and the port that its endpoints have. */
    private static String authority(ServiceRoute route) {
        for (List<Endpoint> endpoints : route.endpoints().values()) {
            if (!endpoints.isEmpty()) {
                return route.name() + ":" + endpoints.getFirst().address().port();
            }
        }
        return route.name().value();
    }

    private StreamEvents refuse(Stream connection, ExchangeRecord record, Refusal refusal, String detail) {
        record.refused(refusal, detail);
        record.durationNanos = context.now() - record.startNanos;
        farewell.refused(refusal.status());
        context.observer().ended(record);
        return new Discarded(connection);
    }

    /** A raw connection as the stream of a CONNECT request: a good answer is silent, any other closes it. */
    private record RawClient(Stream connection, Farewell farewell) implements ServerStream {
        @Override
        public void sendInformational(ResponseHead head) {
            // there is no head to send
        }

        @Override
        public void sendResponse(ResponseHead head, boolean end) {
            if (head.status() / 100 != 2) {
                farewell.refused(head.status());
            }
        }

        @Override
        public void sendData(Chunk chunk, boolean end) {
            connection.sendData(chunk, end);
        }

        @Override
        public void sendTrailers(HeaderFields trailers) {
            connection.sendData(Chunk.empty(), true);
        }

        @Override
        public boolean writable() {
            return connection.writable();
        }

        @Override
        public void consumed(int bytes) {
            connection.consumed(bytes);
        }

        @Override
        public void reset(StreamReset reset) {
            connection.reset(reset);
        }
    }
}
