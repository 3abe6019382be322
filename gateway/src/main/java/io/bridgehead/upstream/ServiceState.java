package io.bridgehead.upstream;

import io.bridgehead.balance.BalancePolicy;
import io.bridgehead.balance.Candidates;
import io.bridgehead.balance.HashTable;
import io.bridgehead.balance.Picker;
import io.bridgehead.failover.SiteShare;
import io.bridgehead.failover.Why;
import io.bridgehead.health.ServiceHealth;
import io.bridgehead.limit.CircuitLimits;
import io.bridgehead.limit.ServiceRates;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.endpoint.EndpointAddresses;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The node's runtime state of one service; it outlives the routing tables that name the service.
 *
 * <p><b>Threads</b>: any may read; the two volatile fields hold immutable values that only the failover context
 * replaces.
 */
@OwnedBy(Owner.ANY_THREAD)
final class ServiceState {
    private final LongAdder inFlight = new LongAdder();
    private final Circuit circuit = new Circuit();
    private final ServiceRates rates = new ServiceRates();
    private volatile Definition definition;
    private volatile ServiceView view = ServiceView.NONE;

    ServiceState(Definition definition) {
        this.definition = definition;
        definition.endpoints().forEach(EndpointState::began);
    }

    /**
     * What the service is, by the table last reconciled.
     *
     * @param endpoints those of this node's own site, in the document's order; each address of a name, in the order of addresses
     * @param hashes which of them a hash belongs to; null unless the service hashes
     */
    record Definition(
            ServiceRoute route,
            List<EndpointState> endpoints,
            @Nullable HashTable hashes) {
        /** The definition of a route that keeps the endpoints that both have. */
        static Definition of(ServiceRoute route, SiteName site, EndpointAddresses addresses, List<EndpointState> kept) {
            Map<Place, EndpointState> known = new HashMap<>();
            kept.forEach(state -> known.put(new Place(state.listed(), state.at()), state));
            Map<Endpoint, EndpointState> endpoints = new LinkedHashMap<>();
            for (Endpoint listed : route.endpointsIn(site)) {
                boolean awaited = known.containsKey(new Place(listed, null));
                for (Place place : places(listed, addresses)) {
                    EndpointState before = known.get(place);
                    EndpointState state = before == null ? new EndpointState(place.listed, place.at) : before;
                    if (awaited) {
                        state.began();
                    }
                    // a name may lead to what is listed beside it
                    endpoints.putIfAbsent(state.endpoint(), state);
                }
            }
            List<EndpointState> all = List.copyOf(endpoints.values());
            return new Definition(route, all, hashes(route.resilience().balance(), site, all));
        }

        private record Place(Endpoint listed, @Nullable InetSocketAddress at) {}

        private static List<Place> places(Endpoint listed, EndpointAddresses addresses) {
            if (!EndpointAddresses.isName(listed.address())) {
                return List.of(new Place(listed, null));
            }
            List<InetSocketAddress> found = addresses.of(listed.address()).addresses();
            return found.isEmpty()
                    ? List.of(new Place(listed, null))
                    : found.stream().map(at -> new Place(listed, at)).toList();
        }

        private static @Nullable HashTable hashes(BalancePolicy policy, SiteName site, List<EndpointState> endpoints) {
            if (!policy.kind().hashes() || endpoints.isEmpty()) {
                return null;
            }
            String[] names =
                    endpoints.stream().map(state -> state.endpoint().toString()).toArray(String[]::new);
            int[] weights = endpoints.stream()
                    .mapToInt(state -> policy.traits(site, state.listed()).weight())
                    .toArray();
            return HashTable.of(policy.kind(), names, weights);
        }

        /** The fit endpoint that a hash leads to; null for no hash, or when none is fit. */
        @Nullable
        Endpoint owner(long hash) {
            HashTable table = hashes;
            if (table == null || hash == 0) {
                return null;
            }
            int index = table.pick(hash, new Fit(endpoints));
            return index == Picker.NONE ? null : endpoints.get(index).endpoint();
        }

        /** The endpoints as candidates whose load nobody asks for. */
        private record Fit(List<EndpointState> endpoints) implements Candidates {
            @Override
            public int size() {
                return endpoints.size();
            }

            @Override
            public boolean isFit(int index) {
                return endpoints.get(index).isFit();
            }

            @Override
            public int load(int index) {
                return 0;
            }
        }

        /** Whether it was made of this route: mostly the very same, so that there is nothing to compare. */
        boolean isOf(ServiceRoute other) {
            return route.equals(other);
        }
    }

    Definition definition() {
        return definition;
    }

    /** How many requests may come in a time, and have. */
    ServiceRates rates() {
        return rates;
    }

    void define(Definition next) {
        definition = next;
    }

    ServiceView view() {
        return view;
    }

    void publish(ServiceView next) {
        view = next;
    }

    /** What loops have with endpoints of the own site beside requests. */
    Circuit circuit() {
        return circuit;
    }

    /** What they may have at once. */
    CircuitLimits limits() {
        return definition.route().resilience().limits();
    }

    /** Whether an attempt may not be made at endpoints of the own site now, because there are as many as may be. */
    boolean isFull(boolean retry) {
        CircuitLimits limits = limits();
        return (limits.requests() > 0 && inFlight.sum() >= limits.requests()) || (retry && !circuit.mayRetry(limits));
    }

    /** Requests in flight to endpoints of the own site. */
    LongAdder inFlight() {
        return inFlight;
    }

    /** Whether an endpoint in the own site has a name for an address. */
    boolean hasNames() {
        for (EndpointState endpoint : definition.endpoints()) {
            if (endpoint.isNamed()) {
                return true;
            }
        }
        return false;
    }

    /** Whether the share of a site is as it is for this reason. */
    boolean hasShare(Why why) {
        for (SiteShare share : view.weights().shares()) {
            if (share.why() == why) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is said of the standing of an endpoint in the own site. */
    boolean saysOfAnEndpoint(String detail) {
        for (EndpointState endpoint : definition.endpoints()) {
            if (endpoint.standing().detail().contains(detail)) {
                return true;
            }
        }
        return false;
    }

    /** What this node sees of the service in its own site. */
    ServiceHealth health() {
        List<EndpointState> endpoints = definition.endpoints();
        int fit = 0;
        int unknown = 0;
        for (EndpointState endpoint : endpoints) {
            EndpointState.Standing standing = endpoint.standing();
            if (standing.isUnknown()) {
                unknown++;
            } else if (standing.isFit()) {
                fit++;
            }
        }
        int load = Math.clamp(inFlight.sum(), 0, Integer.MAX_VALUE);
        if (endpoints.isEmpty() && load == 0) {
            return ServiceHealth.NONE;
        }
        return new ServiceHealth(fit, unknown, endpoints.size(), load);
    }

    /** Whether the loops together have more endpoints ejected than the service allows. */
    boolean hasTooManyEjected() {
        Definition now = definition;
        int ejected = 0;
        for (EndpointState endpoint : now.endpoints()) {
            ejected += endpoint.standing().ejectedBy() == 0 ? 0 : 1;
        }
        return ejected
                > now.route()
                        .resilience()
                        .outlier()
                        .ejection()
                        .countMax(now.endpoints().size());
    }
}
