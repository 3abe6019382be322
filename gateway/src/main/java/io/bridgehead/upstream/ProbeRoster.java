package io.bridgehead.upstream;

import io.bridgehead.health.HealthCheck;
import io.bridgehead.loop.Loop;
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
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
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

    /** After so many that are told there is a look at the clock. */
    private static final int LOOK = 8;

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
    private @Nullable Change unfinished;
    private boolean stopped;

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

    /** What a probe has found. */
    private record Result(boolean success, long startedNanos, String detail) {}

    /** Somebody whom the results concern. */
    private record Follower(ServiceState service, EndpointState endpoint) {}

    /** One prober and those whom it serves; the volatile list is replaced on the context and read by the prober's loop. */
    @OwnedBy(Owner.ANY_THREAD)
    private final class Running {
        private final Prober prober;
        private final HealthCheck check;
        private volatile List<Follower> followers = List.of();
        /** The loop's own: whether a result is being told, and the last one that came meanwhile. */
        private boolean telling;

        private @Nullable Result untold;

        Running(Target target, int loop) {
            check = target.check;
            LoopParts parts = loops.get(loop);
            EndpointLink link = parts.link(target.address, target.at, target.way, UNHEARD);
            prober = new Prober(link, check, target.header, parts.random(), turns.get(loop), this::probed);
        }

        private void probed(boolean success, long startedNanos, String detail) {
            Result result = new Result(success, startedNanos, detail);
            if (telling) {
                untold = result;
            } else {
                tellAll(result);
            }
        }

        private void tellAll(Result result) {
            List<Follower> all = followers;
            tell(result, all, all, 0);
        }

        /**
         * Thousands of services may share an endpoint: they are told in parts, so that requests of the loop hardly wait for it.
         *
         * @param of the followers that {@code left} was made of: another list is another set of them, or the same, which is as well
         */
        @SuppressWarnings("ReferenceEquality")
        private void tell(Result result, List<Follower> of, List<Follower> left, int from) {
            List<Follower> now = followers;
            if (now != of) {
                tell(result, now, left(left.subList(from, left.size()), now), 0);
                return;
            }
            telling = false;
            Loop loop = prober.loop();
            long end = loop.nanoTime() + FailoverContext.PART_NANOS;
            int next = from;
            // the clock of a loop stands still while it reads, as at the first part
            int most = from == 0 ? LOOK : left.size();
            while (next < left.size()
                    && next < most
                    && (next % LOOK != 0 || next == from || loop.nanoTime() - end < 0)) {
                Follower follower = left.get(next++);
                results.onProbed(
                        follower.service, follower.endpoint, check, result.success, result.startedNanos, result.detail);
            }
            Result later = untold;
            if (next < left.size()) {
                int rest = next;
                telling = true;
                loop.after(0, () -> tell(result, of, left, rest));
            } else if (later != null) {
                untold = null;
                tellAll(later);
            }
        }

        private static List<Follower> left(List<Follower> of, List<Follower> now) {
            Set<Follower> stay = new HashSet<>(now);
            return of.stream().filter(stay::contains).toList();
        }

        /** Nobody is served any more. */
        void stop() {
            prober.stop();
            followers = List.of();
        }

        /** @return whether there is one that was not served before */
        boolean serve(List<Follower> now) {
            List<Follower> before = followers;
            followers = List.copyOf(now);
            return !before.equals(now) && !new HashSet<>(before).containsAll(now);
        }
    }

    /**
     * These of the services are new, defined otherwise than before, or gone; all others stay as they are. A changed check starts anew, keeping what is
     * known.
     *
     * @return what is done in parts; at the latest when the next change begins
     */
    Change change(Collection<ServiceState> defined, Collection<ServiceState> gone) {
        if (unfinished != null) {
            unfinished.finish();
        }
        Change change = new Change(defined, gone);
        unfinished = change;
        return change;
    }

    /** As {@link #change}, at once. */
    void redefine(Collection<ServiceState> services) {
        change(services, List.of()).finish();
    }

    /** A change that is being made. */
    @OwnedBy(Owner.FAILOVER)
    final class Change {
        private final Set<ServiceState> concerned = new HashSet<>();
        private final Map<Target, List<Follower>> wanted = new HashMap<>();
        private final Iterator<ServiceState> toConcern;
        private final Iterator<ServiceState> toLeave;
        private final Iterator<ServiceState> toWant;
        private int fresh;
        private @Nullable Iterator<Map.Entry<Target, List<Follower>>> toServe;

        private Change(Collection<ServiceState> defined, Collection<ServiceState> gone) {
            this.toConcern = new Both(defined.iterator(), gone.iterator());
            this.toLeave = new Both(defined.iterator(), gone.iterator());
            this.toWant = defined.iterator();
        }

        /**
         * Does a part.
         *
         * @param enough whether it has taken long enough
         * @return whether there are more
         */
        boolean goOn(BooleanSupplier enough) {
            boolean more = !stopped && some(enough);
            if (!more && unfinished == this) {
                unfinished = null;
            }
            return more;
        }

        private boolean some(BooleanSupplier enough) {
            while (toConcern.hasNext()) {
                concerned.add(toConcern.next());
                if (enough.getAsBoolean()) {
                    return true;
                }
            }
            while (toLeave.hasNext()) {
                leave(toLeave.next());
                if (enough.getAsBoolean()) {
                    return true;
                }
            }
            while (toWant.hasNext()) {
                want(toWant.next());
                if (enough.getAsBoolean()) {
                    return true;
                }
            }
            if (toServe == null) {
                toServe = wanted.entrySet().iterator();
            }
            while (toServe.hasNext()) {
                Map.Entry<Target, List<Follower>> entry = toServe.next();
                serve(entry.getKey(), entry.getValue());
                if (enough.getAsBoolean()) {
                    return true;
                }
            }
            return false;
        }

        private void finish() {
            boolean more = true;
            while (more) {
                more = goOn(() -> false);
            }
        }

        private void leave(ServiceState service) {
            for (Target target : targets.getOrDefault(service, List.of())) {
                wanted.computeIfAbsent(target, this::others);
            }
            targets.remove(service);
        }

        /** The followers of a target that stay what they are. */
        private List<Follower> others(Target target) {
            List<Follower> others = new ArrayList<>(1);
            Running running = probers.get(target);
            fresh += running == null ? 1 : 0;
            for (Follower follower : running == null ? List.<Follower>of() : running.followers) {
                if (!concerned.contains(follower.service)) {
                    others.add(follower);
                }
            }
            return others;
        }

        /** Adds what is to be probed for a service, beside what is probed there for others than those concerned. */
        private void want(ServiceState service) {
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
                wanted.computeIfAbsent(target, this::others).add(new Follower(service, endpoint));
                named.add(target);
            }
            if (!named.isEmpty()) {
                targets.put(service, List.copyOf(named));
            }
        }

        private void serve(Target target, List<Follower> followers) {
            Running running = probers.get(target);
            if (running != null) {
                leave(running, followers);
            }
            if (followers.isEmpty()) {
                if (running != null) {
                    probers.remove(target);
                    running.stop();
                }
                return;
            }
            if (running == null) {
                running = new Running(target, turn++ % loops.size());
                probers.put(target, running);
                boolean _ = running.serve(followers);
                running.prober.start(Math.min(
                        SPREAD_MILLIS * fresh / loops.size(),
                        running.check.interval().toMillis()));
            } else if (running.serve(followers)) {
                running.prober.soon();
            }
            for (Follower follower : followers) {
                ofEndpoint.put(follower.endpoint, running);
            }
        }

        /** Endpoints that another one serves by now, or will, are left to that. */
        private void leave(Running running, List<Follower> next) {
            Set<Follower> stay = new HashSet<>(next);
            for (Follower follower : running.followers) {
                if (!stay.contains(follower)) {
                    ofEndpoint.remove(follower.endpoint, running);
                }
            }
        }
    }

    /** One after the other. */
    private record Both(Iterator<ServiceState> first, Iterator<ServiceState> second) implements Iterator<ServiceState> {
        @Override
        public boolean hasNext() {
            return first.hasNext() || second.hasNext();
        }

        @Override
        public ServiceState next() {
            return first.hasNext() ? first.next() : second.next();
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
        stopped = true;
        probers.values().forEach(Running::stop);
        probers.clear();
        ofEndpoint.clear();
        targets.clear();
    }
}
