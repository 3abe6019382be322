package io.bridgehead.proxy;

import io.bridgehead.match.Hosts;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.RequestMark;
import io.bridgehead.policy.Verdict;
import io.bridgehead.routing.ServiceRoute;
import org.jspecify.annotations.Nullable;

/** Says whether requests of one connection are let in: first whatever they are for, then to a service. */
@OwnedBy(Owner.EVENT_LOOP)
final class Admission {
    private final ProxyContext context;
    private final boolean tunnel;
    private final @Nullable ServedNames names;
    private @Nullable String served;

    /** What everybody is told while the node has too little of something left. */
    static final Refusals.Why OVERLOADED = Refusals.Why.atOnce(Refusal.OVERLOADED, "the node is overloaded");

    Admission(ProxyContext context, EntryPoint entry) {
        this.context = context;
        this.tunnel = entry.isTunnel();
        this.names = entry.edge().names();
    }

    /** Why this request is refused, wherever it goes; null when it is not. */
    Refusals.@Nullable Why judge(RequestHead head) {
        if (context.refuses()) {
            return OVERLOADED;
        }
        if (names != null && !isServed(names, head.authority())) {
            return Refusals.Why.atOnce(
                    Refusal.MISDIRECTED,
                    "'" + head.authority() + "' is not covered by the certificate of this connection");
        }
        if (head.isConnect() && !tunnel) {
            return Refusals.Why.atOnce(Refusal.CONNECT_NOT_ALLOWED, "CONNECT is for tunnels between gateways");
        }
        if (RequestFields.goesInCircles(head.fields(), context.pseudonym(), context.pseudonymText())) {
            return Refusals.Why.atOnce(Refusal.LOOP_DETECTED, "via names this node again and again");
        }
        return null;
    }

    /** Why this request is refused where its host alone leads to a service, or to none; null when it is not. */
    Refusals.@Nullable Why judge(RequestHead head, @Nullable ServiceRoute route, ExchangeRecord record) {
        Refusals.Why refused = judge(head);
        if (refused != null) {
            return refused;
        }
        if (route == null) {
            return Refusals.Why.atOnce(Refusal.NO_ROUTE, "no service has the host '" + head.authority() + "'");
        }
        return judgeFor(route, head, record);
    }

    /** Why this request is not for this service; null when it is. */
    static Refusals.@Nullable Why judgeFor(ServiceRoute route, RequestHead head, ExchangeRecord record) {
        record.guard(route, head.fields());
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
        return why(record, record.authorize(route, head.isConnect() ? null : head));
    }

    /** Why what a rule has made of a request is not for this service; null when it is. Policies judge what is asked for and what is sent. */
    static Refusals.@Nullable Why judgeChanged(ServiceRoute route, RequestHead changed, ExchangeRecord record) {
        return route.allow().hasPolicies() ? why(record, record.authorize(route, changed)) : null;
    }

    private static Refusals.@Nullable Why why(ExchangeRecord record, Verdict verdict) {
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
}
