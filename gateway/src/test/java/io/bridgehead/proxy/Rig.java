package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.authn.OriginFault;
import io.bridgehead.authn.OriginObserver;
import io.bridgehead.authn.OriginStatement;
import io.bridgehead.authn.Origins;
import io.bridgehead.authn.SpeaksFor;
import io.bridgehead.authn.TestOrigins;
import io.bridgehead.limit.Overload;
import io.bridgehead.limit.ServiceRates;
import io.bridgehead.match.HostPattern;
import io.bridgehead.model.Caller;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.policy.AllowRule;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.policy.SourcePattern;
import io.bridgehead.routing.LiveTable;
import io.bridgehead.routing.ProxyHeader;
import io.bridgehead.routing.Resilience;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceProtocol;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.routing.Timeouts;
import io.bridgehead.routing.Upgrades;
import io.bridgehead.upstream.AttemptHistory;
import io.bridgehead.upstream.Selection;
import io.bridgehead.upstream.Upstreams;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A proxy of site {@code here}, node {@code a}, whose clients, destinations and clock are played by the test. */
final class Rig implements Upstreams, ExchangeObserver {
    static final TrustDomain DOMAIN = new TrustDomain("corp.example");
    static final SiteName HERE = new SiteName("here");
    static final SiteName THERE = new SiteName("there");
    static final SpiffeId PEER = SpiffeId.gateway(DOMAIN, THERE, new NodeName("b"));
    static final String CALLER_THERE = "spiffe://corp.example/site/there/unauthenticated";

    final Overload overload = new Overload();
    final ManualClock clock = new ManualClock();
    final Set<NodeName> suspects = new HashSet<>();
    final List<ExchangeRecord> ended = new ArrayList<>();
    final List<AttemptRecord> attempts = new ArrayList<>();
    final List<OriginFault> originFaults = new ArrayList<>();
    final LiveTable table;
    final ProxyContext context;
    final List<MirrorOutcome> mirrored = new ArrayList<>();
    private final Deque<FakeDestination> next = new ArrayDeque<>();
    final List<Boolean> localOnly = new ArrayList<>();
    final List<@Nullable Endpoint> preferred = new ArrayList<>();
    final Set<Endpoint> unfit = new HashSet<>();
    private final Map<ServiceName, ServiceRates> rates = new HashMap<>();
    private int notYet;

    /** A client's exchange: what it sends goes to {@code events}, what it gets is in {@code stream}. */
    record Call(FakeStream stream, StreamEvents events) {
        Call sends(String body, boolean end) {
            events.onData(Chunk.of(body.getBytes(StandardCharsets.UTF_8)), end);
            return this;
        }
    }

    Rig(ServiceRoute... routes) {
        this(RoutingTable.of("7", List.of(routes)));
    }

    Rig(RoutingTable first) {
        this(first, ProxyLimits.DEFAULT);
    }

    Rig(RoutingTable first, ProxyLimits limits) {
        table = new LiveTable(first);
        SpiffeId identity = SpiffeId.gateway(DOMAIN, HERE, new NodeName("a"));
        context = new ProxyContext(
                new LocalNode(HERE, new NodeName("a"), identity),
                table,
                limits,
                this,
                new LoopParts(this, suspects::contains, origins(), clock, new Random(42)),
                overload);
    }

    private Origins origins() {
        SpiffeId self = SpiffeId.gateway(DOMAIN, HERE, new NodeName("a"));
        return TestOrigins.of(self, HERE, SpeaksFor.OWN_AND_SITELESS, clock, new OriginObserver() {
            @Override
            public void originRefused(SpiffeId peer, OriginFault fault, String detail) {
                assertThat(peer).isEqualTo(PEER);
                originFaults.add(fault);
            }
        });
    }

    static ServiceRoute orders() {
        return ServiceRoute.http("orders", List.of("orders.test"), endpoints(), Authorizer.everySite(DOMAIN));
    }

    static ServiceRoute ordersFor(String from, String... methods) {
        AllowRule rule = new AllowRule(List.of(SourcePattern.parse(from)), Set.of(methods));
        return ServiceRoute.http("orders", List.of("orders.test"), endpoints(), Authorizer.of(DOMAIN, List.of(rule)));
    }

    static ServiceRoute database() {
        return ServiceRoute.tcp("db", List.of("pg"), endpoints(), Authorizer.everySite(DOMAIN));
    }

    static ServiceRoute grpc() {
        Resilience patient = Resilience.HTTP_DEFAULT.withTimeouts(
                new Timeouts(Duration.ofSeconds(1), Duration.ofHours(1), Duration.ZERO, Duration.ofHours(1)));
        return new ServiceRoute(
                new ServiceName("orders"),
                ServiceProtocol.GRPC,
                List.of(HostPattern.parse("orders.test")),
                List.of(),
                endpoints(),
                null,
                Authorizer.everySite(DOMAIN),
                patient,
                Upgrades.NONE,
                ProxyHeader.NONE,
                false);
    }

    private static SequencedMap<SiteName, List<Endpoint>> endpoints() {
        SequencedMap<SiteName, List<Endpoint>> endpoints = new LinkedHashMap<>();
        endpoints.put(HERE, List.of(Endpoint.parse("10.0.0.1:80")));
        endpoints.put(THERE, List.of(Endpoint.parse("10.0.1.1:80")));
        return endpoints;
    }

    Rig then(FakeDestination... destinations) {
        Collections.addAll(next, destinations);
        return this;
    }

    /** Has the next so many questions come too early. */
    Rig notYet(int times) {
        notYet = times;
        return this;
    }

    /** Forgets destinations that were not asked for. */
    void drop() {
        next.clear();
    }

    Caller client() {
        return new Caller(SpiffeId.unauthenticated(DOMAIN, HERE), Caller.Proof.LISTENER, HERE, "192.0.2.7");
    }

    HttpProxy edge() {
        return new HttpProxy(context, EntryPoint.http("http", client()));
    }

    HttpProxy tunnel() {
        Caller gateway = new Caller(PEER, Caller.Proof.CERTIFICATE, THERE, "198.51.100.1:4000");
        return HttpProxy.tunnel(context, gateway, context.origins().intake().from(PEER, TestOrigins.keys(PEER)));
    }

    /** What the gateway of the tunnel says of a caller. */
    OriginStatement said(String caller, String service) {
        return TestOrigins.statement(PEER, SpiffeId.parse(caller), service, HERE, clock.epochSeconds());
    }

    /** A request through the tunnel, of somebody at the other site. */
    Call fromTunnel(RequestHead head, boolean end) {
        String service = head.fields().first(HeaderName.BRIDGEHEAD_SERVICE);
        TestOrigins.add(head.fields(), said(CALLER_THERE, service == null ? "orders" : service));
        return request(tunnel(), head, end);
    }

    static RequestHead head(String method, String... fields) {
        HeaderFields all = new HeaderFields();
        for (int i = 0; i < fields.length; i += 2) {
            all.add(fields[i], fields[i + 1]);
        }
        return new RequestHead(method, "http", "orders.test", "/x?y=1", all);
    }

    Call request(HttpProxy proxy, RequestHead head, boolean end) {
        FakeStream stream = new FakeStream();
        return new Call(stream, proxy.onRequest(stream, head, end));
    }

    Call get(String... fields) {
        return request(edge(), head("GET", fields), true);
    }

    Call send(String method, String body) {
        return request(edge(), head(method), false).sends(body, true);
    }

    Call connection(String listener) {
        FakeStream stream = new FakeStream();
        TcpProxy proxy =
                new TcpProxy(context, EntryPoint.tcp(listener, client()), status -> stream.reset(StreamReset.REFUSED));
        return new Call(stream, proxy.onConnection(stream, Approach.plain(null)));
    }

    @Override
    public Selection select(ServiceRoute route, AttemptHistory tried, boolean only) {
        localOnly.add(only);
        preferred.add(tried.preferredEndpoint());
        if (notYet > 0) {
            notYet--;
            return new Selection.NotYet();
        }
        FakeDestination destination = next.poll();
        return destination == null
                ? new Selection.None(Refusal.NO_HEALTHY_SITE, "the test has no more")
                : new Selection.To(destination);
    }

    @Override
    public @Nullable ServiceRates rates(ServiceRoute route) {
        ServiceRates known = rates.computeIfAbsent(route.name(), _ -> new ServiceRates());
        known.define(route.resilience().rates(), 1, clock.nanoTime());
        return known;
    }

    @Override
    public boolean mayServe(ServiceRoute route, SiteName site, Endpoint endpoint) {
        return !unfit.contains(endpoint);
    }

    @Override
    public void started(ExchangeRecord exchange) {
        // the end is what tests look at
    }

    @Override
    public void attemptEnded(ExchangeRecord exchange, AttemptRecord attempt) {
        attempts.add(attempt);
    }

    @Override
    public void ended(ExchangeRecord exchange) {
        if (ended.contains(exchange)) {
            throw new AssertionError("ended twice");
        }
        ended.add(exchange);
    }

    @Override
    public void mirrored(ServiceRoute service, MirrorOutcome outcome) {
        mirrored.add(outcome);
    }

    ExchangeRecord record() {
        if (ended.size() != 1) {
            throw new AssertionError("expected one ended exchange: " + ended.size());
        }
        return ended.getFirst();
    }

    ExchangeRecord record(int index) {
        return ended.get(index);
    }

    /** Nothing is left behind: no exchange, no byte kept, no copy under way. */
    boolean isQuiet() {
        return context.active().count() == 0
                && context.replayBudget().bytes() == 0
                && context.mirrors().underWay() == 0;
    }
}
