package io.bridgehead.upstream;

import io.bridgehead.health.HealthCheck;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.routing.ProxyHeader;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.endpoint.Dialer;
import io.bridgehead.upstream.endpoint.EndpointLink;
import io.bridgehead.upstream.endpoint.PoolEvents;
import io.bridgehead.upstream.endpoint.ProbeTurns;
import io.bridgehead.upstream.endpoint.Prober;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The probes of this node: one prober for each address that endpoints of its own site have and each way of checking it, however many services
 * share them. They are dealt out to the loops in turn.
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

    /** How much longer the first probes of new endpoints are spread, for each that a loop gets; at most over the check's interval. */
    private static final long SPREAD_MILLIS = 2;

    private final List<LoopParts> loops;
    private final List<ProbeTurns> turns;
    private final Results results;
    private final Map<Target, Running> probers = new HashMap<>();
    private final Map<EndpointState, Running> ofEndpoint = new HashMap<>();
    /** What is probed for each service that has endpoints here. */
    private final Map<ServiceState, List<Target>> targets = new HashMap<>();

    private int turn;

    ProbeRoster(List<LoopParts> loops, Results results) {
        this.loops = loops;
        this.turns = loops.stream().map(parts -> new ProbeTurns(parts.loop())).toList();
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

    /** What is probed and how: for whom does not matter. */
    private record Target(
            HostPort address, @Nullable InetSocketAddress at, HealthCheck check, EndpointWay way, ProxyHeader header) {
        /** Of the addresses alone: they tell most targets apart, and the rest has many parts to go through for every service. */
        @Override
        public int hashCode() {
            return 31 * address.hashCode() + (at == null ? 0 : at.hashCode());
        }
    }

    /** Somebody whom the results concern. */
    private record Follower(ServiceState service, EndpointState endpoint) {}

    /** One prober and those whom it serves; the volatile list is replaced on the context and read by the prober's loop. */
    @OwnedBy(Owner.ANY_THREAD)
    private final class Running {
        private final Prober prober;
        private final HealthCheck check;
        private volatile List<Follower> followers = List.of();

        Running(Target target, int loop) {
            check = target.check;
            LoopParts parts = loops.get(loop);
            EndpointLink link = parts.link(target.address, target.at, target.way, UNHEARD);
            prober = new Prober(link, check, target.header, parts.random(), turns.get(loop), this::probed);
        }

        private void probed(boolean success, long startedNanos, String detail) {
            for (Follower follower : followers) {
                results.onProbed(follower.service, follower.endpoint, check, success, startedNanos, detail);
            }
        }

        /** @return whether there is one that was not served before */
        boolean serve(List<Follower> now) {
            List<Follower> before = followers;
            followers = List.copyOf(now);
            return !before.equals(now) && !new HashSet<>(before).containsAll(now);
        }
    }

    /** Probes what these services name; others no more. A changed check starts anew, keeping what is known. */
    void reconcile(Collection<ServiceState> services) {
        targets.clear();
        Map<Target, List<Follower>> wanted = new HashMap<>();
        services.forEach(service -> want(service, wanted, Set.of()));
        probers.entrySet().removeIf(entry -> {
            boolean gone = !wanted.containsKey(entry.getKey());
            if (gone) {
                entry.getValue().prober.stop();
            }
            return gone;
        });
        ofEndpoint.clear();
        serve(wanted);
    }

    /** These of the services are defined otherwise than before; all others stay as they are. */
    void redefine(Collection<ServiceState> services) {
        Set<ServiceState> concerned = new HashSet<>(services);
        Map<Target, List<Follower>> wanted = new HashMap<>();
        for (ServiceState service : concerned) {
            for (Target target : targets.getOrDefault(service, List.of())) {
                wanted.computeIfAbsent(target, left -> others(left, concerned));
            }
            targets.remove(service);
        }
        concerned.forEach(service -> want(service, wanted, concerned));
        wanted.entrySet().removeIf(entry -> entry.getValue().isEmpty() && stopped(entry.getKey()));
        serve(wanted);
    }

    /** The followers of a target that stay what they are; the others are forgotten. */
    private List<Follower> others(Target target, Set<ServiceState> concerned) {
        List<Follower> others = new ArrayList<>(1);
        Running running = probers.get(target);
        for (Follower follower : running == null ? List.<Follower>of() : running.followers) {
            if (concerned.contains(follower.service)) {
                ofEndpoint.remove(follower.endpoint);
            } else {
                others.add(follower);
            }
        }
        return others;
    }

    private boolean stopped(Target target) {
        Running running = probers.remove(target);
        if (running != null) {
            running.prober.stop();
        }
        return true;
    }

    private void serve(Map<Target, List<Follower>> wanted) {
        List<Running> fresh = new ArrayList<>();
        wanted.forEach((target, followers) -> {
            Running running = probers.get(target);
            if (running == null) {
                running = new Running(target, turn++ % loops.size());
                probers.put(target, running);
                running.serve(followers);
                fresh.add(running);
            } else if (running.serve(followers)) {
                running.prober.soon();
            }
            for (Follower follower : followers) {
                ofEndpoint.put(follower.endpoint, running);
            }
        });
        long spread = SPREAD_MILLIS * fresh.size() / loops.size();
        fresh.forEach(running ->
                running.prober.start(Math.min(spread, running.check.interval().toMillis())));
    }

    /** Adds what is to be probed for a service, beside what is probed there for others than those concerned. */
    private void want(ServiceState service, Map<Target, List<Follower>> wanted, Set<ServiceState> concerned) {
        ServiceRoute route = service.definition().route();
        if (route.protocol().isDatagrams()) {
            return;
        }
        HealthCheck check = route.resilience().health();
        EndpointWay way = EndpointWay.of(route, loops.getFirst().security())
                .within((int) check.timeout().toMillis());
        List<Target> named = new ArrayList<>(1);
        for (EndpointState endpoint : service.definition().endpoints()) {
            Target target = new Target(endpoint.listed().address(), endpoint.at(), check, way, route.proxyHeader());
            wanted.computeIfAbsent(target, one -> concerned.isEmpty() ? new ArrayList<>(1) : others(one, concerned))
                    .add(new Follower(service, endpoint));
            named.add(target);
        }
        if (!named.isEmpty()) {
            targets.put(service, List.copyOf(named));
        }
    }

    /** Something happened to the endpoint. */
    void soon(EndpointState endpoint) {
        Running running = ofEndpoint.get(endpoint);
        if (running != null) {
            running.prober.soon();
        }
    }

    void stop() {
        reconcile(List.of());
    }
}
