package io.bridgehead.upstream;

import io.bridgehead.balance.BalancePolicy;
import io.bridgehead.failover.Places;
import io.bridgehead.failover.StandingOrders;
import io.bridgehead.failover.Why;
import io.bridgehead.health.HealthCheck;
import io.bridgehead.health.ServiceHealth;
import io.bridgehead.health.SiteReport;
import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.Caller;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.ServiceState.Definition;
import io.bridgehead.upstream.endpoint.Dialer;
import io.bridgehead.upstream.endpoint.EndpointAddresses;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The node's runtime state of all services: reconciled with each routing table, fed by probes, traffic, tunnels and
 * other nodes' reports, read by every loop.
 *
 * <p><b>Threads</b>: methods are called on the {@link FailoverContext}, but for {@link #on}, {@link #places}, {@link #report} and {@link #statuses},
 * which any thread may call: they read one volatile map of immutable membership.
 *
 * <p><b>Life cycle</b>: {@link #start}; {@link #reconcile} before each swap of the table, so that a request that
 * reads the new table finds its services here; {@link #close} ends probes and connections.
 */
@OwnedBy(Owner.FAILOVER)
public final class ServiceRegistry {
    private static final long RECOMPUTE_MILLIS = 1000;
    private static final long LOOKUP_MILLIS = 250;

    private final UpstreamParts parts;
    private final Runnable onHealthChanged;
    private final EndpointAddresses addresses;
    private final List<LoopUpstreams> loops = new ArrayList<>();
    private final Departed departed;
    private final ChangedServices changed;
    private final ProbeRoster probes;
    private final FirstLook firstLook = new FirstLook();
    private final AllShares shares;
    private final RateBook rates;
    private final List<Timer> timers = new ArrayList<>();
    private final Set<HostPort> otherAddresses = new HashSet<>();
    private volatile Map<ServiceName, ServiceState> states = Map.of();
    private RoutingTable taken = RoutingTable.EMPTY;
    private final EndpointOrders orders = new EndpointOrders();
    /** How often there were other orders. */
    private int ordered;

    private boolean closed;
    private final AtomicLong sequence = new AtomicLong();

    /**
     * @param onHealthChanged is called on the context when {@link #report} says something new; calls come as often as
     *     health changes
     */
    public ServiceRegistry(UpstreamParts parts, Runnable onHealthChanged) {
        this.parts = parts;
        this.shares = new AllShares(
                new Places(parts.site(), Map.of(parts.site(), parts.place())),
                parts.context(),
                parts.tunnels(),
                parts.observer());
        this.onHealthChanged = onHealthChanged;
        this.rates = new RateBook(() -> states, parts.context()::nanoTime);
        this.addresses = new EndpointAddresses(
                parts.lookup(),
                parts.trust(),
                parts.context()::nanoTime,
                changed -> parts.context().execute(() -> addressChanged(changed)));
        this.changed = new ChangedServices(parts.context(), this::healthChanged);
        this.departed = new Departed(parts.site(), parts.context(), addresses);
        List<LoopParts> loopParts = new ArrayList<>();
        Findings findings = new TrafficFindings(this, parts.observer());
        for (Loop loop : parts.loops()) {
            LoopParts made = loopParts(loop, findings);
            loopParts.add(made);
            loops.add(new LoopUpstreams(made, () -> states, departed::states));
        }
        this.probes = new ProbeRoster(loopParts, this::probed);
    }

    private LoopParts loopParts(Loop loop, Findings findings) {
        return new LoopParts(
                parts.site(),
                parts.zone(),
                loop,
                new Dialer(loop, addresses),
                parts.security(),
                parts.bounds(),
                parts.tunnels(),
                parts.openers().apply(loop),
                parts.random().get(),
                findings,
                firstLook);
    }

    /** Begins with what runs by the clock. */
    public void start() {
        assert parts.context().isCurrent();
        timers.add(parts.context().every(RECOMPUTE_MILLIS / AllShares.TURNS, shares::some));
        timers.add(parts.context().every(RECOMPUTE_MILLIS, rates::tidy));
        timers.add(parts.context().every(LOOKUP_MILLIS, addresses::refresh));
    }

    /** The node is about to take requests and has not dialed its peers: what only they can serve waits until {@link #dialing}, and some time more. */
    public void lookAround() {
        firstLook.begin();
    }

    /** The node dials its peers from now on, or again after it stood still; any thread. */
    public void dialing() {
        firstLook.dialing(parts.context().nanoTime());
    }

    /** How many requests may come in a time, and have; any thread. */
    public RateBook rates() {
        return rates;
    }

    /** Where attempts of a loop can go. */
    public LoopUpstreams on(Loop loop) {
        return loops.get(loop.index());
    }

    /** What a service is defined as now. */
    ServiceState.Definition definition(ServiceName name) {
        ServiceState state = states.get(name);
        if (state == null) {
            throw new IllegalArgumentException("service " + name + ": expected one of the table");
        }
        return state.definition();
    }

    /**
     * The endpoint of the own site that a request's hash belongs to and that is fit, or the one that serves in its place, for people; null unless
     * the service hashes, and the request has what is hashed. From any thread.
     */
    public @Nullable Endpoint owner(ServiceRoute route, HeaderFields fields, Caller caller) {
        ServiceState state = states.get(route.name());
        BalancePolicy.HashOn what = route.resilience().balance().hashOn();
        return state == null || what == null ? null : state.definition().owner(RequestKey.of(what, fields, caller));
    }

    /** What is known of every service, in no order. */
    public List<ServiceStatus> statuses() {
        return statuses(Integer.MAX_VALUE);
    }

    /** What is known of so many services at most. */
    public List<ServiceStatus> statuses(int max) {
        return statuses(states.values().stream().limit(max));
    }

    /** The services with a site whose share is as it is for this reason. */
    public List<ServiceStatus> statuses(Why why) {
        return statuses(states.values().stream().filter(state -> state.hasShare(why)));
    }

    /** The services with an endpoint in this node's site whose standing is said to be so. */
    public List<ServiceStatus> statuses(String detail) {
        return statuses(states.values().stream().filter(state -> state.saysOfAnEndpoint(detail)));
    }

    /** The services with an endpoint in this node's site whose address is a name. */
    public List<ServiceStatus> statusesOfNames() {
        return statuses(states.values().stream().filter(ServiceState::hasNames));
    }

    private List<ServiceStatus> statuses(Stream<ServiceState> of) {
        return of.map(state -> ServiceStatus.of(state, addresses)).toList();
    }

    /** What is known of one service, or null when there is none of that name; any thread. */
    public @Nullable ServiceStatus status(ServiceName name) {
        ServiceState state = states.get(name);
        return state == null ? null : ServiceStatus.of(state, addresses);
    }

    /**
     * Takes a table's services into use: what stays keeps its connections, health and shares; what is gone
     * lingers in {@link Departed} and is drained then. Services whose routes are the same objects as before cost next to nothing.
     */
    public void reconcile(RoutingTable table) {
        assert parts.context().isCurrent();
        Taking taking = begin(table);
        boolean more = true;
        while (more) {
            more = taking.goOn(() -> false);
        }
    }

    /**
     * The same for a node that serves: in parts of a millisecond, with whatever else the context has to do in between. The next table has to wait for
     * the end of this.
     *
     * @param then is run at the end, on the context
     */
    public void reconcile(RoutingTable table, Runnable then) {
        assert parts.context().isCurrent();
        goOn(begin(table), then);
    }

    private void goOn(Taking taking, Runnable then) {
        if (closed) {
            return;
        }
        long end = parts.context().partEnd();
        if (taking.goOn(() -> parts.context().nanoTime() - end >= 0)) {
            parts.context().goOn(() -> goOn(taking, then));
        } else {
            then.run();
        }
    }

    private Taking begin(RoutingTable table) {
        return new Taking(this, table, new Taking.Before(taken, states, ordered), departed, shares, probes);
    }

    /** Takes one service into use, or takes it as it is defined now; nobody finds it before {@link #serve}. */
    ServiceState take(ServiceRoute route, @Nullable ServiceState before) {
        route.endpointsIn(parts.site()).forEach(endpoint -> addresses.useAlso(endpoint.address()));
        ServiceState service = defined(route, before);
        rates.define(service);
        takeAddresses(service);
        drainEndpoints(service);
        return service;
    }

    /** Whether a service had endpoints in this site that it has no more, or others. */
    boolean leavesEndpoints(ServiceState before, ServiceRoute route) {
        return !before.definition().route().hasSameEndpoints(route, parts.site());
    }

    /** What was learnt since the first of them was taken concerned only those that were there before. */
    private void catchUp(Map<ServiceName, ServiceState> next, List<ServiceState> named, int orderedThen) {
        List<ServiceState> concerned = new ArrayList<>();
        for (ServiceState service : named) {
            List<EndpointState> before = service.definition().endpoints();
            redefine(service, service.definition().route());
            takeAddresses(service);
            drainEndpoints(service);
            if (!service.definition().endpoints().equals(before)) {
                concerned.add(service);
            }
        }
        haveOtherEndpoints(concerned);
        if (ordered != orderedThen) {
            next.values().forEach(this::drainEndpoints);
        }
    }

    /** These services have other endpoints than before. */
    private void haveOtherEndpoints(List<ServiceState> concerned) {
        if (!concerned.isEmpty()) {
            probes.redefine(concerned);
            concerned.forEach(
                    service -> changed.add(service.definition().route().name()));
        }
    }

    /**
     * These services serve from now on, all of which were taken.
     *
     * @param named those with names for addresses that were taken in an earlier part
     * @param orderedThen how often there had been other orders when the first was taken
     */
    void serve(RoutingTable table, Map<ServiceName, ServiceState> next, List<ServiceState> named, int orderedThen) {
        catchUp(next, named, orderedThen);
        states = next;
        rates.replaced();
        taken = table;
        refreshLoops();
    }

    /** Other nodes are to hear of what was taken. */
    void tell() {
        onHealthChanged.run();
    }

    private void refreshLoops() {
        for (int i = 0; i < loops.size(); i++) {
            parts.loops().get(i).execute(loops.get(i)::refresh);
        }
    }

    private ServiceState defined(ServiceRoute route, @Nullable ServiceState before) {
        if (before == null) {
            return new ServiceState(Definition.of(route, parts.site(), addresses, List.of()));
        }
        redefine(before, route);
        return before;
    }

    private void redefine(ServiceState service, ServiceRoute route) {
        List<EndpointState> kept = service.definition().endpoints();
        service.define(Definition.of(route, parts.site(), addresses, kept));
        long now = parts.context().nanoTime();
        service.definition().endpoints().forEach(endpoint -> endpoint.joined(now));
    }

    /** What operators have ordered, in full. */
    public void order(StandingOrders inForce) {
        assert parts.context().isCurrent();
        if (orders.take(inForce, parts.context().nanoTime())) {
            ordered++;
            states.values().forEach(this::drainEndpoints);
        }
        shares.order(inForce);
    }

    private void drainEndpoints(ServiceState service) {
        orders.apply(service, (endpoint, change) -> changed(service, endpoint, change));
    }

    /** Another node's report came. @return whether it is newer than what was known */
    public boolean accept(SiteReport report) {
        assert parts.context().isCurrent();
        return !report.node().equals(parts.node()) && shares.accept(report);
    }

    /** A node was quarantined: its word counts no more. */
    public void forget(NodeName node) {
        assert parts.context().isCurrent();
        shares.forget(node);
    }

    /** The picture of peers has changed. Loops see that by themselves; shares follow by this. */
    public void tunnelsChanged() {
        assert parts.context().isCurrent();
        shares.all();
    }

    /** What this node has to say of the services in its site; each call makes a newer report. Any thread, one at a time: of many it takes long. */
    public SiteReport report() {
        Map<ServiceName, ServiceHealth> services = new HashMap<>();
        states.forEach((name, state) -> {
            if (!state.definition().endpoints().isEmpty()
                    && !state.definition().route().ofEachSite()) {
                services.put(name, state.health());
            }
        });
        return new SiteReport(
                parts.site(), parts.node(), parts.incarnation(), sequence.incrementAndGet(), parts.place(), services);
    }

    /** Where sites are, as known by now; any thread. */
    public Places places() {
        return shares.places();
    }

    /** The reports of other nodes that are in force, for people. */
    public Collection<SiteReport> reports() {
        assert parts.context().isCurrent();
        return shares.reports();
    }

    /** Ends probes, timers and connections to endpoints. */
    public void close() {
        assert parts.context().isCurrent();
        closed = true;
        timers.forEach(Timer::cancel);
        timers.clear();
        probes.stop();
        for (int i = 0; i < loops.size(); i++) {
            parts.loops().get(i).execute(loops.get(i)::close);
        }
    }

    /** Several may come at once: what they change is done once. */
    private void addressChanged(HostPort address) {
        if (otherAddresses.isEmpty()) {
            parts.context().execute(this::takeOtherAddresses);
        }
        otherAddresses.add(address);
    }

    private void takeOtherAddresses() {
        List<ServiceState> concerned = new ArrayList<>();
        for (ServiceState service : states.values()) {
            Definition before = service.definition();
            List<Endpoint> listed = before.route().endpointsIn(parts.site());
            if (listed.stream().noneMatch(endpoint -> otherAddresses.contains(endpoint.address()))) {
                continue;
            }
            redefine(service, before.route());
            takeAddresses(service);
            drainEndpoints(service);
            if (!service.definition().endpoints().equals(before.endpoints())) {
                concerned.add(service);
            }
        }
        otherAddresses.clear();
        if (!concerned.isEmpty()) {
            probes.redefine(concerned);
            refreshLoops();
            concerned.forEach(
                    service -> healthChanged(service.definition().route().name()));
        }
    }

    private void takeAddresses(ServiceState service) {
        for (EndpointState endpoint : service.definition().endpoints()) {
            EndpointAddresses.Resolved resolved = addresses.of(endpoint.listed().address());
            boolean found = endpoint.at() != null;
            // of a name that has addresses, what is wrong with lookups is not wrong with these
            changed(service, endpoint, endpoint.addressed(resolved.usable(), found ? "" : resolved.problem()));
        }
    }

    private void probed(
            ServiceState service,
            EndpointState endpoint,
            HealthCheck check,
            boolean success,
            long startedNanos,
            String detail) {
        EndpointState.Change change = endpoint.probed(success, startedNanos, check, detail);
        parts.observer().probed(service.definition().route().name(), endpoint.endpoint(), success);
        changed(service, endpoint, change);
        if (success && change.after().ejectedBy() != 0) {
            for (int i = 0; i < loops.size(); i++) {
                LoopUpstreams upstreams = loops.get(i);
                parts.loops().get(i).execute(() -> upstreams.onProbed(service, endpoint));
            }
        }
    }

    /** Something was learnt of an endpoint; on any thread. Loops see it at once, shares and reports follow. */
    void changed(ServiceState service, EndpointState endpoint, EndpointState.Change change) {
        ServiceName name = service.definition().route().name();
        if (change.changedFitness()) {
            if (change.after().isFit()) {
                endpoint.cameBack(parts.context().nanoTime());
                parts.observer().endpointBecameFit(name, endpoint.endpoint());
            } else {
                parts.observer()
                        .endpointBecameUnfit(
                                name, endpoint.endpoint(), change.after().detail());
            }
        }
        if (change.changedAnything()) {
            changed.add(name);
        }
    }

    private void healthChanged(ServiceName name) {
        if (shares.healthChanged(name)) {
            onHealthChanged.run();
        }
    }

    /** Probes an endpoint before its time; from any thread. */
    void probeSoon(EndpointState endpoint) {
        parts.context().execute(() -> probes.soon(endpoint));
    }
}
