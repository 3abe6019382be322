package io.bridgehead.proxy;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ServiceName;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads which endpoint a request's session belongs to (GEP-1619), on one event loop. Keeps the keys of services that were asked for as long as the
 * table stays.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Sessions {
    private final LocalNode local;
    private final LoopParts loop;
    private final Map<ServiceName, SessionKeys> keys = new HashMap<>();
    private @Nullable RoutingTable keysOf;

    Sessions(LocalNode local, LoopParts loop) {
        this.local = local;
        this.loop = loop;
    }

    /** The session of a request that this rule takes; a new one when it belongs to none, or to none that is valid. */
    Session of(RouteRule rule, RouteRule.Persistence how, RequestHead head, RoutingTable table) {
        refresh(table);
        long now = loop.clock().epochSeconds();
        boolean secure = head.scheme().equals("https");
        SessionToken token = SessionToken.in(head.fields(), how, now);
        List<Backend> places = rule.backends().all();
        for (int i = 0; token != null && i < places.size(); i++) {
            ServiceRoute service = places.get(i).service();
            SessionKeys.Place place = service == null ? null : keys(service).place(token.key());
            if (place != null) {
                return new Session(new Session.Told(how, secure, now, token), places.get(i), place);
            }
        }
        return new Session(new Session.Told(how, secure, now, null), null, null);
    }

    /** The session of a request that another site's node has read already, by what it says: a key, or nothing for a new one. */
    Session told(ServiceRoute service, String key, RoutingTable table) {
        refresh(table);
        Session session = new Session(null, null, keys(service).place(key));
        session.isFor(keys(service));
        return session;
    }

    private void refresh(RoutingTable table) {
        if (keysOf != table) {
            keysOf = table;
            keys.clear();
        }
    }

    /** The keys of a service of the table last asked for. */
    SessionKeys keys(ServiceRoute service) {
        SessionKeys known = keys.get(service.name());
        if (known == null) {
            known = new SessionKeys(
                    service,
                    local.secret(),
                    local.site(),
                    () -> loop.upstreams().endpoints(service));
            keys.put(service.name(), known);
        }
        return known;
    }
}
