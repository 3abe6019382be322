package io.bridgehead.proxy;

import io.bridgehead.match.Hosts;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.RequestMark;
import io.bridgehead.model.ServiceName;
import io.bridgehead.policy.Verdict;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.wire.RequestHandler;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Takes the requests of one connection: admits each, or refuses it, and lets an {@link Exchange} do the rest. Through tunnels come
 * requests and, as CONNECT, streams of bytes of other sites; both go to endpoints of this site only.
 *
 * <p>The routing table is read once for each request, which keeps what it got to its end.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class HttpProxy implements RequestHandler {
    private final ProxyContext context;
    private final EntryPoint entry;
    private final Ingress ingress;
    private final String callerText;
    private final @Nullable ServedNames names;
    private @Nullable String served;
    private @Nullable HeaderFields hopFields;
    private @Nullable ServiceRoute hopRoute;
    private @Nullable RoutingTable hopTable;
    private @Nullable Caller hopCaller;
    private byte[] lastService = {};
    private @Nullable RoutingTable lastTable;
    private @Nullable ServiceRoute lastRoute;

    /** @param entry the connection whose requests come here */
    public HttpProxy(ProxyContext context, EntryPoint entry) {
        this.context = context;
        this.entry = entry;
        this.ingress = new Ingress(context, entry);
        this.callerText = entry.peer().toString();
        this.names = entry.edge().names();
    }

    @Override
    public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
        RoutingTable table = context.table();
        ExchangeRecord record = new ExchangeRecord(entry, context.now());
        record.revision = table.revision();
        int service = entry.isTunnel() ? head.fields().indexOf(HeaderName.BRIDGEHEAD_SERVICE, 0) : -1;
        ServiceRoute told = service < 0 ? null : told(table, head.fields(), service);
        int attemptsMax = entry.isTunnel() ? HopFields.attempts(head.fields()) : HopFields.ATTEMPTS_MAX;
        long deadlineMillis = entry.isTunnel() ? HopFields.deadlineMillis(head.fields()) : -1;
        if (head.isConnect() && entry.isTunnel()) {
            record.approach = Approach.of(head.fields());
        }
        String problem = ingress.admit(head, record);
        ServiceRoute route = service < 0 ? match(table, head) : told;
        record.route = route;
        Refusals.Why refused =
                problem != null ? Refusals.Why.atOnce(Refusal.NOT_AUTHORIZED, problem) : judge(head, route, record);
        if (refused != null || route == null) {
            return refuse(stream, head, record, refused);
        }
        ingress.sign(head.fields());
        Terms terms = new Terms(
                table,
                route,
                head.isConnect(),
                entry.isLocalOnly(),
                attemptsMax,
                deadlineMillis,
                GrpcCall.of(route, head.fields(), record.startNanos),
                hopFields(table, route, record.caller));
        Exchange exchange = new Exchange(context, stream, head, terms, record);
        exchange.start(end);
        return exchange;
    }

    /** What a far node is told: the same for all requests of a connection for one service, so that the last one mostly serves. */
    @SuppressWarnings("ReferenceEquality") // all three are replaced, never changed
    private HeaderFields hopFields(RoutingTable table, ServiceRoute route, Caller caller) {
        HeaderFields known = hopFields;
        if (known == null || route != hopRoute || table != hopTable || caller != hopCaller) {
            known = entry.isLocalOnly()
                    ? new HeaderFields()
                    : HopFields.constant(route, table.revision(), caller, callerText);
            hopFields = known;
            hopRoute = route;
            hopTable = table;
            hopCaller = caller;
        }
        return known;
    }

    /** The first node has decided on the service, so a far node takes its word. */
    @SuppressWarnings("ReferenceEquality") // a table is replaced, never changed
    private @Nullable ServiceRoute told(RoutingTable table, HeaderFields fields, int at) {
        if (table != lastTable || !fields.valueIs(at, lastService)) {
            String name = fields.value(at);
            lastService = name.getBytes(StandardCharsets.ISO_8859_1);
            lastTable = table;
            lastRoute = ServiceName.isValid(name) ? table.byName(new ServiceName(name)) : null;
        }
        return lastRoute;
    }

    /** The host leads to the service where nobody has decided yet. */
    private static @Nullable ServiceRoute match(RoutingTable table, RequestHead head) {
        String host = Hosts.normalise(head.authority());
        if (head.isConnect()) {
            return ServiceName.isValid(host) ? table.byName(new ServiceName(host)) : null;
        }
        return table.byHost(host);
    }

    private Refusals.@Nullable Why judge(RequestHead head, @Nullable ServiceRoute route, ExchangeRecord record) {
        if (context.refuses()) {
            return Refusals.Why.atOnce(Refusal.OVERLOADED, "the node is overloaded");
        }
        if (names != null && !isServed(names, head.authority())) {
            return Refusals.Why.atOnce(
                    Refusal.MISDIRECTED,
                    "'" + head.authority() + "' is not covered by the certificate of this connection");
        }
        if (head.isConnect() && !entry.isTunnel()) {
            return Refusals.Why.atOnce(Refusal.CONNECT_NOT_ALLOWED, "CONNECT is for tunnels between gateways");
        }
        if (RequestFields.goesInCircles(head.fields(), context.pseudonym(), context.pseudonymText())) {
            return Refusals.Why.atOnce(Refusal.LOOP_DETECTED, "via names this node again and again");
        }
        if (route == null) {
            return Refusals.Why.atOnce(Refusal.NO_ROUTE, "no service has the host '" + head.authority() + "'");
        }
        if (head.isConnect() != route.protocol().isBytes()) {
            return Refusals.Why.atOnce(
                    Refusal.NO_ROUTE,
                    "service " + route.name() + " speaks " + route.protocol() + ", not " + head.method());
        }
        if (head.is(RequestMark.ENCODED_SLASH)) {
            return Refusals.Why.atOnce(Refusal.BAD_REQUEST, "encoded slash in the path: no route allows it");
        }
        if (head.is(RequestMark.UPGRADE) && !mayUpgrade(head, route)) {
            return Refusals.Why.atOnce(
                    Refusal.UPGRADE_NOT_ALLOWED, "service " + route.name() + " does not allow a change of protocol");
        }
        Verdict verdict = route.allow().authorize(record.caller, head.isConnect() ? null : head.method());
        return verdict.allowed()
                ? null
                : Refusals.Why.atOnce(Refusal.NOT_AUTHORIZED, record.caller.identity() + ": " + verdict.reason());
    }

    /** Any other upgrade, such as h2c, is ignored and the request served as it is (RFC 9110, section 7.8). */
    private static boolean mayUpgrade(RequestHead head, ServiceRoute route) {
        return head.isWebSocket()
                ? route.upgrades().webSocket()
                : !head.fields().contains(HeaderName.SEC_WEBSOCKET_KEY);
    }

    /** Whether the host may be asked for on this connection (RFC 9110, section 7.4); most connections ask for one host only. */
    private boolean isServed(ServedNames covered, String authority) {
        if (authority.equals(served) || authority.isEmpty()) {
            return true;
        }
        if (!covered.covers(Hosts.normalise(authority))) {
            return false;
        }
        served = authority;
        return true;
    }

    private StreamEvents refuse(
            ServerStream stream, RequestHead head, ExchangeRecord record, Refusals.@Nullable Why why) {
        Refusals.Why reason = why != null ? why : Refusals.Why.atOnce(Refusal.NO_ROUTE, "no service");
        Refusals.send(stream, head, record, reason);
        record.durationNanos = context.now() - record.startNanos;
        context.observer().ended(record);
        return new Discarded(stream);
    }

    @Override
    public void onRefused(Refusal refusal, String detail) {
        ExchangeRecord record = new ExchangeRecord(entry, context.now());
        record.refused(refusal, detail);
        record.status = refusal.status();
        context.observer().ended(record);
    }
}
