package io.bridgehead.proxy;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.policy.Verdict;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.Stream;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import java.util.List;

/**
 * Takes one accepted raw connection: the port it came in at says which service it is for. From there on it is an exchange like
 * any other, as if it had begun with CONNECT, whose refusals are told by closing the connection.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class TcpProxy {
    private static final String SCHEME = "tcp";

    private final ProxyContext context;
    private final EntryPoint entry;

    /** @param entry the connection */
    public TcpProxy(ProxyContext context, EntryPoint entry) {
        this.context = context;
        this.entry = entry;
    }

    /** @return who gets the connection's bytes */
    public StreamEvents onConnection(Stream connection) {
        RoutingTable table = context.table();
        ExchangeRecord record = new ExchangeRecord(entry, context.now());
        ServiceRoute route = table.byListener(entry.listener());
        record.revision = table.revision();
        record.route = route;
        record.method = RequestHead.CONNECT;
        record.scheme = SCHEME;
        record.authority = route == null ? "" : route.name().value();
        record.requestId = context.mintRequestId();
        record.trace = context.mintTrace();
        if (route == null) {
            return refuse(
                    connection, record, Refusal.NO_ROUTE, "no service has the listener '" + entry.listener() + "'");
        }
        Verdict verdict = route.allow().authorize(entry.caller(), null);
        if (!verdict.allowed()) {
            String detail = entry.caller().identity() + ": " + verdict.reason();
            return refuse(connection, record, Refusal.NOT_AUTHORIZED, detail);
        }
        RequestHead head = new RequestHead(RequestHead.CONNECT, SCHEME, authority(route), "", new HeaderFields());
        Terms terms = new Terms(
                table,
                route,
                true,
                false,
                HopFields.ATTEMPTS_MAX,
                -1,
                entry.peer().toString());
        Exchange exchange = new Exchange(context, new RawClient(connection), head, terms, record);
        exchange.start(false);
        return exchange;
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
        connection.reset(StreamReset.REFUSED);
        context.observer().ended(record);
        return new Discarded(connection);
    }

    /** A raw connection as the stream of a CONNECT request: a good answer is silent, any other closes it. */
    private record RawClient(Stream connection) implements ServerStream {
        @Override
        public void sendInformational(ResponseHead head) {
            // there is no head to send
        }

        @Override
        public void sendResponse(ResponseHead head, boolean end) {
            if (head.status() / 100 != 2) {
                connection.reset(StreamReset.REFUSED);
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
