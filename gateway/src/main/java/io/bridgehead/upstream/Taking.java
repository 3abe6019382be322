package io.bridgehead.upstream;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A table whose services are being taken into use, in parts, between which the context does whatever else there is:
 *
 * <pre>
 * services --all taken--> probes --all begun--> what is gone lingers --> shares of what is gone end --> swap --> probes of what is gone end --> told
 * </pre>
 */
@OwnedBy(Owner.FAILOVER)
final class Taking {
    private final ServiceRegistry registry;
    private final RoutingTable table;
    private final Before before;
    private final Departed departed;
    private final AllShares shares;
    private final ProbeRoster probes;
    /** Whether the table has the services that are there, by name; then no map of them is made anew. */
    private final boolean alike;

    private final Map<ServiceName, ServiceState> next;
    private final Iterator<ServiceRoute> routes;
    private final List<ServiceState> taken = new ArrayList<>();
    private final List<ServiceState> named = new ArrayList<>();
    private Collection<ServiceState> gone = List.of();
    private ProbeRoster.@Nullable Change probing;
    private Phase phase = Phase.SERVICES;
    private boolean news;
    private boolean inParts;
    private boolean leftAddresses;

    private enum Phase {
        SERVICES,
        PROBES,
        DEPARTURE,
        SHARES,
        SWAP,
        GONE
    }

    /**
     * What there was when it began.
     *
     * @param ordered how often there had been other orders
     */
    record Before(RoutingTable table, Map<ServiceName, ServiceState> states, int ordered) {}

    Taking(
            ServiceRegistry registry,
            RoutingTable table,
            Before before,
            Departed departed,
            AllShares shares,
            ProbeRoster probes) {
        departed.changing();
        this.registry = registry;
        this.table = table;
        this.before = before;
        this.departed = departed;
        this.shares = shares;
        this.probes = probes;
        this.alike = table.isOfOneMake(before.table) && table.services().size() == before.states.size();
        this.next = alike ? before.states : HashMap.newHashMap(table.services().size());
        this.routes = (alike ? table.replacedIn(before.table) : table.services()).iterator();
    }

    /**
     * Does a part.
     *
     * @param enough whether it has taken long enough
     * @return whether there are more
     */
    boolean goOn(BooleanSupplier enough) {
        boolean more = true;
        do {
            more = step(enough);
        } while (more && !enough.getAsBoolean());
        inParts |= more;
        return more;
    }

    private boolean step(BooleanSupplier enough) {
        switch (phase) {
            case SERVICES -> services(enough);
            case PROBES -> {
                if (!goesOn(enough)) {
                    phase = Phase.DEPARTURE;
                }
            }
            case DEPARTURE -> depart();
            case SHARES -> {
                news |= !alike && shares.retain(next.keySet());
                phase = Phase.SWAP;
            }
            case SWAP -> {
                registry.serve(table, alike ? next : Map.copyOf(next), inParts ? named : List.of(), before.ordered);
                probing = gone.isEmpty() ? null : probes.change(List.of(), gone);
                phase = Phase.GONE;
            }
            case GONE -> {
                if (!goesOn(enough)) {
                    if (news) {
                        registry.tell();
                    }
                    return false;
                }
            }
        }
        return true;
    }

    private boolean goesOn(BooleanSupplier enough) {
        return probing != null && probing.goOn(enough);
    }

    private void services(BooleanSupplier enough) {
        while (routes.hasNext()) {
            ServiceRoute route = routes.next();
            ServiceState was = before.states.get(route.name());
            if (!alike && was != null && was.definition().isOf(route)) {
                next.put(route.name(), was);
            } else {
                take(route, was);
            }
            if (enough.getAsBoolean()) {
                return;
            }
        }
        probing = taken.isEmpty() ? null : probes.change(taken, List.of());
        phase = Phase.PROBES;
    }

    private void take(ServiceRoute route, @Nullable ServiceState was) {
        leftAddresses |= was != null && registry.leavesEndpoints(was, route);
        ServiceState service = registry.take(route, was);
        taken.add(service);
        if (service.hasNames()) {
            named.add(service);
        }
        news |= shares.take(List.of(service));
        if (!alike) {
            next.put(route.name(), service);
        }
    }

    private void depart() {
        if (alike) {
            departed.stayed(leftAddresses);
        } else {
            gone = departed.replaced(before.states, next);
        }
        phase = Phase.SHARES;
    }
}
