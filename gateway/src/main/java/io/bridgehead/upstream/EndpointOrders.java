package io.bridgehead.upstream;

import io.bridgehead.failover.Returns;
import io.bridgehead.failover.StandingOrders;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import java.util.Set;
import java.util.function.BiConsumer;

/** What operators have ordered for endpoints of the own site. */
@OwnedBy(Owner.FAILOVER)
final class EndpointOrders {
    private StandingOrders inForce = StandingOrders.NONE;
    private long returnsSinceNanos;

    /** All that operators have ordered. */
    StandingOrders inForce() {
        return inForce;
    }

    /** Other orders are in force, in full. @return whether they say otherwise of endpoints */
    boolean take(StandingOrders orders, long nowNanos) {
        StandingOrders.Finer now = orders.finer();
        StandingOrders.Finer before = inForce.finer();
        boolean otherReturns =
                !now.returns().endpoints().equals(before.returns().endpoints());
        returnsSinceNanos = otherReturns ? nowNanos : returnsSinceNanos;
        inForce = orders;
        return otherReturns
                || !now.endpoints().equals(before.endpoints())
                || !now.drilled().equals(before.drilled());
    }

    /** Has the endpoints of a service go by them. */
    void apply(ServiceState service, BiConsumer<EndpointState, EndpointState.Change> changed) {
        ServiceName name = service.definition().route().name();
        Set<Endpoint> drained = inForce.finer().endpoints().getOrDefault(name, Set.of());
        boolean drill = inForce.finer().drilled().contains(name);
        for (EndpointState endpoint : service.definition().endpoints()) {
            boolean meant = drill || drained.stream().anyMatch(endpoint::is);
            changed.accept(endpoint, endpoint.drained(meant, drill));
            Returns.Ramp ramp = inForce.finer().returns().ofEndpoint(name, endpoint::is);
            endpoint.comesBack(ramp == null ? null : new EndpointState.Back(returnsSinceNanos, ramp));
        }
    }
}
