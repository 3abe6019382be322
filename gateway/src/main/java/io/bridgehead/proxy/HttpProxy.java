package io.bridgehead.proxy;

import io.bridgehead.authn.JwtFound;
import io.bridgehead.authn.JwtVerdict;
import io.bridgehead.authn.OriginIntake;
import io.bridgehead.match.Hosts;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.model.ServiceName;
import io.bridgehead.policy.Cors;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.PortRoutes;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.wire.RequestHandler;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Takes the requests of one connection: admits each, or refuses it, and lets an {@link Exchange} do the rest. At a port that Gateways describe,
 * the rule that takes a request says where it goes, or answers it by itself. Through tunnels come requests and, as CONNECT, streams of bytes of
 * other sites; both go to endpoints of this site only.
 *
 * <p>The routing table is read once for each request, which keeps what it got to its end.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class HttpProxy implements RequestHandler {
    private final ProxyContext context;
    private final EntryPoint entry;
    private final Ingress ingress;
    private final Admission admission;
    private final PortRules rules;
    private final @Nullable TokenGate tokens;
    private @Nullable HopWord hopWord;
    private @Nullable ServiceRoute hopRoute;
    private @Nullable RoutingTable hopTable;
    private @Nullable Caller hopCaller;
    private byte[] lastService = {};
    private @Nullable RoutingTable lastTable;
    private @Nullable ServiceRoute lastRoute;

    /** @param entry the connection of a client whose requests come here */
    public HttpProxy(ProxyContext context, EntryPoint entry) {
        this(context, entry, null);
    }

    private HttpProxy(ProxyContext context, EntryPoint entry, OriginIntake.@Nullable Peer peer) {
        this.context = context;
        this.entry = entry;
        this.ingress = new Ingress(context, entry, peer);
        this.admission = new Admission(context, entry);
        this.rules = new PortRules(entry);
        this.tokens = entry.tokens() == null ? null : new TokenGate(context, entry.tokens());
    }

    /**
     * For a tunnel's connection.
     *
     * @param gateway the other end
     * @param peer what it says of callers
     */
    public static HttpProxy tunnel(ProxyContext context, Caller gateway, OriginIntake.Peer peer) {
        return new HttpProxy(context, EntryPoint.tunnel(gateway), peer);
    }

    @Override
    public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
        RoutingTable table = context.table();
        ExchangeRecord record = new ExchangeRecord(entry, context.now());
        record.revision = table.revision();
        if (entry.isTunnel()) {
            return fromTunnel(stream, head, end, table, record);
        }
        ingress.admit(head, record, null);
        return tokens == null
                ? fromClient(stream, head, end, table, record)
                : byToken(tokens, stream, head, end, table, record);
    }

    private StreamEvents fromClient(
            ServerStream stream, RequestHead head, boolean end, RoutingTable table, ExchangeRecord record) {
        PortRoutes port = rules.in(table);
        if (port != null) {
            return atPort(stream, head, end, table, record, port);
        }
        record.route = match(table, head);
        return toService(stream, head, end, table, record);
    }

    /** The token says who calls; one that was not seen before is judged elsewhere, and the request waits. */
    private StreamEvents byToken(
            TokenGate gate,
            ServerStream stream,
            RequestHead head,
            boolean end,
            RoutingTable table,
            ExchangeRecord record) {
        JwtFound found = gate.find(head, record);
        Refusals.Why refused = gate.refusal(found);
        if (refused != null) {
            return refuse(stream, head, record, refused);
        }
        if (found.place() == null) {
            return fromClient(stream, head, end, table, record);
        }
        if (context.refuses()) {
            // asked once: a moment later the node may be well, and the token still not judged
            return refuse(stream, head, record, Admission.OVERLOADED);
        }
        JwtVerdict known = gate.known(found);
        if (known == null) {
            HeldRequest held = new HeldRequest(context, record);
            known = gate.judge(
                    found,
                    verdict ->
                            held.goOn(() -> judged(gate, found, verdict, stream, head, end, context.table(), record)));
            if (known == null) {
                return held;
            }
        }
        return judged(gate, found, known, stream, head, end, table, record);
    }

    private StreamEvents judged(
            TokenGate gate,
            JwtFound found,
            JwtVerdict verdict,
            ServerStream stream,
            RequestHead head,
            boolean end,
            RoutingTable table,
            ExchangeRecord record) {
        record.revision = table.revision();
        return switch (verdict) {
            case JwtVerdict.Refused refused -> refuse(stream, head, record, gate.why(refused));
            case JwtVerdict.Accepted accepted ->
                fromClient(stream, gate.accepted(found, accepted, head, record), end, table, record);
        };
    }

    private StreamEvents fromTunnel(
            ServerStream stream, RequestHead head, boolean end, RoutingTable table, ExchangeRecord record) {
        HeaderFields fields = head.fields();
        int service = fields.indexOf(HeaderName.BRIDGEHEAD_SERVICE, 0);
        ServiceRoute named = service < 0 ? null : told(table, fields, service);
        int attemptsMax = HopFields.attempts(fields);
        long deadlineMillis = HopFields.deadlineMillis(fields);
        long attemptMillis = HopFields.attemptMillis(fields);
        String session = fields.first(HeaderName.BRIDGEHEAD_SESSION);
        if (head.isConnect()) {
            record.approach = Approach.of(fields);
        }
        ServiceRoute route = service < 0 ? match(table, head) : named;
        Refusals.Why refused = ingress.admit(head, record, route);
        record.route = route;
        if (refused == null) {
            refused = admission.judge(head, route, record);
        }
        if (refused != null || route == null) {
            return refuse(stream, head, record, refused);
        }
        ingress.sign(fields);
        Session told = session == null ? null : context.sessions().told(route, session, table);
        Ruling ruling = Ruling.told(attemptMillis, told);
        return begin(stream, head, end, record, terms(table, route, head, record, attemptsMax, deadlineMillis, ruling));
    }

    /** The host alone has said where it goes. */
    private StreamEvents toService(
            ServerStream stream, RequestHead head, boolean end, RoutingTable table, ExchangeRecord record) {
        ServiceRoute route = record.route;
        Refusals.Why refused = admission.judge(head, route, record);
        if (refused == null && route != null) {
            refused = RateGate.judge(context, route, head, record);
        }
        if (refused != null || route == null) {
            return refuse(stream, head, record, refused);
        }
        ingress.sign(head.fields());
        Terms terms = terms(table, route, head, record, HopFields.ATTEMPTS_MAX, -1, null);
        return begin(stream, head, end, record, terms);
    }

    /** At a port that Gateways describe: the rule that takes the request, or a service whose document names a host that no route has. */
    private StreamEvents atPort(
            ServerStream stream,
            RequestHead head,
            boolean end,
            RoutingTable table,
            ExchangeRecord record,
            PortRoutes port) {
        Refusals.Why refused = admission.judge(head);
        if (refused != null) {
            return refuse(stream, head, record, refused);
        }
        rules.turnTo(port, head);
        if (rules.isMisdirected()) {
            return refuse(stream, head, record, Refusals.Why.atOnce(Refusal.MISDIRECTED, PortRules.misdirected(head)));
        }
        RouteRule rule = rules.rule(head);
        if (rule != null) {
            record.rule = rule;
            record.origin = rule.cors() == null ? null : Cors.origin(head);
            return byRule(stream, head, end, table, record, rule);
        }
        record.route = rules.unclaimed(table);
        return record.route == null
                ? refuse(stream, head, record, Refusals.Why.atOnce(Refusal.NO_ROUTE, rules.unmatched(head)))
                : toService(stream, head, end, table, record);
    }

    private StreamEvents byRule(
            ServerStream stream,
            RequestHead head,
            boolean end,
            RoutingTable table,
            ExchangeRecord record,
            RouteRule rule) {
        ResponseHead atOnce = RuleAnswers.atOnce(rule, head, rules.portNumber());
        if (atOnce != null) {
            return answer(stream, record, atOnce);
        }
        RouteRule.Persistence persistence = rule.persistence();
        Session session = persistence == null ? null : context.sessions().of(rule, persistence, head, table);
        Backend backend = place(rule, session);
        if (backend != null && backend.edits().redirect() != null) {
            return answer(
                    stream, record, RuleAnswers.redirected(rule, backend.edits().redirect(), head, rules.portNumber()));
        }
        ServiceRoute route = backend == null ? null : backend.service();
        record.route = route;
        if (backend == null || route == null) {
            return refuse(stream, head, record, RuleAnswers.leadsNowhere(rule, backend));
        }
        Refusals.Why refused = Admission.judgeFor(route, head, record);
        if (refused != null) {
            return refuse(stream, head, record, refused);
        }
        ingress.sign(head.fields());
        if (session != null) {
            session.isFor(context.sessions().keys(route));
        }
        Ruling ruling = Ruling.of(rule, backend, head, session);
        RequestHead changed = Ruling.changed(head, rule, backend);
        refused = Admission.judgeChanged(route, changed, record);
        if (refused == null) {
            refused = RateGate.judge(context, route, changed, record);
        }
        if (refused != null) {
            return refuse(stream, head, record, refused);
        }
        Terms terms = terms(table, route, changed, record, HopFields.ATTEMPTS_MAX, -1, ruling);
        return begin(stream, changed, end, record, terms);
    }

    /** The place of the session while its endpoint can serve, whatever its weight; else one by weight. */
    private @Nullable Backend place(RouteRule rule, @Nullable Session session) {
        if (rule.refusal() != null) {
            return null;
        }
        Backend wanted = session == null ? null : session.backend(context.upstreams());
        return wanted != null
                ? wanted
                : rule.backends().pick(context.loop().random().nextDouble());
    }

    private Terms terms(
            RoutingTable table,
            ServiceRoute route,
            RequestHead head,
            ExchangeRecord record,
            int attemptsMax,
            long deadlineMillis,
            @Nullable Ruling ruling) {
        return new Terms(
                table,
                route,
                head.isConnect(),
                entry.isLocalOnly(),
                attemptsMax,
                deadlineMillis,
                GrpcCall.of(route, head.fields(), record.startNanos),
                hopWord(table, route, record.caller),
                ruling);
    }

    private StreamEvents begin(ServerStream stream, RequestHead head, boolean end, ExchangeRecord record, Terms terms) {
        CheckRecord check = record.check();
        return check == null
                ? exchange(stream, head, end, record, terms)
                : new CheckedRequest(context, stream, head, record, check)
                        .ask(terms, () -> exchange(stream, head, end, record, terms));
    }

    private StreamEvents exchange(
            ServerStream stream, RequestHead head, boolean end, ExchangeRecord record, Terms terms) {
        Ruling ruling = terms.ruling();
        if (ruling != null) {
            ruling.mirror(context, head, end, record);
        }
        Exchange exchange = new Exchange(context, stream, head, terms, record);
        exchange.start(end);
        return exchange;
    }

    /** What a far node is told: the same for all requests of a connection for one service, so that the last one mostly serves. */
    @SuppressWarnings("ReferenceEquality") // all three are replaced, never changed
    private @Nullable HopWord hopWord(RoutingTable table, ServiceRoute route, Caller caller) {
        if (entry.isLocalOnly()) {
            return null;
        }
        HopWord known = hopWord;
        if (known == null || route != hopRoute || table != hopTable || caller != hopCaller) {
            known = new HopWord(context, route, table.revision(), caller);
            hopWord = known;
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

    /** The answer is made here, and nobody else is asked. */
    private StreamEvents answer(ServerStream stream, ExchangeRecord record, ResponseHead answer) {
        record.status = answer.status();
        stream.sendResponse(answer, true);
        record.durationNanos = context.now() - record.startNanos;
        record.firstByteNanos = record.durationNanos;
        context.observer().ended(record);
        return new Discarded(stream);
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
        record.requestId(context.mintRequestIdText());
        record.trace = context.mintTrace();
        record.refused(refusal, detail);
        record.status = refusal.status();
        context.observer().ended(record);
    }
}
