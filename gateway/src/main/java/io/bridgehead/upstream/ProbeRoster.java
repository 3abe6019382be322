package io.bridgehead.upstream;

import io.bridgehead.health.HealthCheck;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.routing.ProxyHeader;
import io.bridgehead.upstream.endpoint.Dialer;
import io.bridgehead.upstream.endpoint.EndpointLink;
import io.bridgehead.upstream.endpoint.PoolEvents;
import io.bridgehead.upstream.endpoint.Prober;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The probes of this node: one prober for each endpoint of its own site and service, dealt out to the loops in turn.
 */
@OwnedBy(Owner.FAILOVER)
final class ProbeRoster {
    /** Failures of probes are reported as results; traffic is not concerned. */
    private static final PoolEvents UNHEARD = new PoolEvents() {
        @Override
        public void onConnectFailed(Dialer.Failure failure) {
            // Only pools report by this.
        }

        @Override
        public void onPoolFull() {
            // Only pools report by this.
        }
    };

    private final List<LoopParts> loops;
    private final Results results;
    private final Map<EndpointState, Running> probers = new HashMap<>();
    private int turn;

    ProbeRoster(List<LoopParts> loops, Results results) {
        this.loops = loops;
        this.results = results;
    }

    /** Who is told what probes find; called on event loops. */
    interface Results {
        void onProbed(
                ServiceState service,
                EndpointState endpoint,
                HealthCheck check,
                boolean success,
                long startedNanos,
                String detail);
    }

    private record Running(ServiceState service, Probing probing, Prober prober) {}

    /** What makes two probers alike. */
    private record Probing(HealthCheck check, EndpointWay way, ProxyHeader header) {}

    /** Probes what these services name; others no more. A changed check starts anew, keeping what is known. */
    void reconcile(Collection<ServiceState> services) {
        Map<EndpointState, Running> before = new HashMap<>(probers);
        probers.clear();
        for (ServiceState service : services) {
            HealthCheck check = service.definition().route().resilience().health();
            EndpointWay way = EndpointWay.of(
                            service.definition().route(), loops.getFirst().security())
                    .within((int) check.timeout().toMillis());
            Probing probing =
                    new Probing(check, way, service.definition().route().proxyHeader());
            for (EndpointState endpoint : service.definition().endpoints()) {
                Running running = before.get(endpoint);
                if (running != null && running.probing.equals(probing)) {
                    before.remove(endpoint);
                    probers.put(endpoint, running);
                } else {
                    probers.put(endpoint, begin(service, endpoint, probing));
                }
            }
        }
        before.values().forEach(running -> running.prober.stop());
    }

    private Running begin(ServiceState service, EndpointState endpoint, Probing probing) {
        HealthCheck check = probing.check;
        LoopParts loop = loops.get(turn++ % loops.size());
        EndpointLink link = loop.link(endpoint.endpoint(), probing.way, UNHEARD);
        RandomGenerator random = loop.random();
        Prober prober = new Prober(
                link,
                check,
                probing.header,
                random,
                (success, started, detail) -> results.onProbed(service, endpoint, check, success, started, detail));
        prober.start();
        return new Running(service, probing, prober);
    }

    /** Something happened to the endpoint. */
    void soon(EndpointState endpoint) {
        Running running = probers.get(endpoint);
        if (running != null) {
            running.prober.soon();
        }
    }

    void stop() {
        reconcile(List.of());
    }
}
