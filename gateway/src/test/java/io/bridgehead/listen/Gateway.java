package io.bridgehead.listen;

import io.bridgehead.authn.Origins;
import io.bridgehead.authn.TestOrigins;
import io.bridgehead.limit.Overload;
import io.bridgehead.limit.ResetBudget;
import io.bridgehead.loop.Acceptor;
import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.Caller;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.model.Withdrawal;
import io.bridgehead.proxy.AttemptRecord;
import io.bridgehead.proxy.EntryPoint;
import io.bridgehead.proxy.ExchangeObserver;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.proxy.ForwardedCertificate;
import io.bridgehead.proxy.HttpProxy;
import io.bridgehead.proxy.LocalNode;
import io.bridgehead.proxy.LoopParts;
import io.bridgehead.proxy.ProxyContext;
import io.bridgehead.proxy.ProxyLimits;
import io.bridgehead.routing.LiveTable;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.tls.edge.HandshakeFault;
import io.bridgehead.tls.handshake.Resumption;
import io.bridgehead.tunnel.Purpose;
import io.bridgehead.tunnel.TunnelPeer;
import io.bridgehead.upstream.endpoint.EndpointAddresses;
import io.bridgehead.upstream.endpoint.EndpointTrust;
import io.bridgehead.wire.ClientConnectionEvents;
import io.bridgehead.wire.HttpClientConnection;
import io.bridgehead.wire.HttpServerConnection;
import io.bridgehead.wire.ServerConnectionEvents;
import io.bridgehead.wire.WireLimits;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One node on loopback: real loops, listeners, proxy and wire, with endpoints that the test names. */
public final class Gateway implements AutoCloseable {
    private static final ResetBudget RESETS = new ResetBudget(1000, 30, 1);

    public static final TrustDomain DOMAIN = new TrustDomain("corp.example");
    public static final SiteName SITE = new SiteName("here");
    public static final long BOUND_MILLIS = 20_000;

    private final Loops loops = Loops.start(3);
    private final List<DirectUpstreams> upstreams = new ArrayList<>();
    private final Loop control = loops.all().get(2);
    private final Queue<Channel> accepted = new ConcurrentLinkedQueue<>();
    final List<ProxyContext> contexts = new ArrayList<>();
    final BlockingQueue<ExchangeRecord> records = new LinkedBlockingQueue<>();
    /** Connections that were closed before anything of them was served. */
    final BlockingQueue<Refusal> refusals = new LinkedBlockingQueue<>();

    public final LiveTable table;
    public final Listeners listeners;

    public Gateway(ServiceRoute... routes) {
        this(WireLimits.edge(), routes);
    }

    /** A node of another site than {@link #SITE}. */
    static Gateway at(SiteName site, ServiceRoute... routes) {
        return new Gateway(site, WireLimits.edge(), routes);
    }

    Gateway(WireLimits limits, ServiceRoute... routes) {
        this(SITE, limits, routes);
    }

    private Gateway(SiteName site, WireLimits limits, ServiceRoute... routes) {
        this(site, limits, new NodeGate(10_000), routes);
    }

    Gateway(SiteName site, WireLimits limits, NodeGate nodeGate, ServiceRoute... routes) {
        this(site, limits, nodeGate, ConnectionAge.ANY, ListenerObserver.NONE, routes);
    }

    public Gateway(ConnectionAge age, ListenerObserver also, ServiceRoute... routes) {
        this(SITE, WireLimits.edge(), new NodeGate(10_000), age, also, routes);
    }

    private Gateway(
            SiteName site,
            WireLimits limits,
            NodeGate nodeGate,
            ConnectionAge age,
            ListenerObserver also,
            ServiceRoute... routes) {
        table = new LiveTable(RoutingTable.of("1", List.of(routes)));
        NodeName node = new NodeName("a");
        LocalNode local = new LocalNode(site, node, SpiffeId.gateway(DOMAIN, site, node));
        EndpointAddresses addresses = new EndpointAddresses(
                (host, answer) -> answer.failed("no names here"), EndpointTrust.ANY, System::nanoTime, changed -> {});
        addresses.use(Stream.of(routes)
                .flatMap(route -> route.endpointsIn(site).stream())
                .map(Endpoint::address)
                .toList());
        List<Loop> data = loops.all().subList(0, 2);
        for (Loop loop : data) {
            DirectUpstreams direct = new DirectUpstreams(loop, site, addresses);
            upstreams.add(direct);
            LoopParts.Clock clock = clock(loop);
            Origins origins = TestOrigins.of(local.identity(), site, clock);
            LoopParts parts = new LoopParts(direct, suspect -> false, origins, clock, new Random(1));
            contexts.add(new ProxyContext(local, table, ProxyLimits.DEFAULT, new Ended(), parts));
        }
        listeners = new Listeners(
                new ListenerParts(
                        data,
                        contexts,
                        site,
                        new Told(also),
                        nodeGate,
                        new Overload(),
                        control::execute,
                        () -> new ListenerParts.Bounds(limits, RESETS, age)),
                () -> 500);
    }

    private final class Told implements ListenerObserver {
        private final ListenerObserver also;

        Told(ListenerObserver also) {
            this.also = also;
        }

        @Override
        public void refused(String listener, Refusal refusal) {
            refusals.add(refusal);
        }

        @Override
        public void handshakeFailed(String listener, HandshakeFault fault, String detail) {
            also.handshakeFailed(listener, fault, detail);
        }

        @Override
        public void datagramPort(String listener, DatagramCounts counts) {
            also.datagramPort(listener, counts);
        }

        @Override
        public void trustWithdrawn(String listener, @Nullable SpiffeId identity, Withdrawal why, String detail) {
            also.trustWithdrawn(listener, identity, why, detail);
        }
    }

    private final class Ended implements ExchangeObserver {
        @Override
        public void started(ExchangeRecord exchange) {
            // its end is what tests look at
        }

        @Override
        public void attemptEnded(ExchangeRecord exchange, AttemptRecord attempt) {
            // its exchange's end is what tests look at
        }

        @Override
        public void ended(ExchangeRecord exchange) {
            records.add(exchange);
        }
    }

    private static LoopParts.Clock clock(Loop loop) {
        return new LoopParts.Clock() {
            @Override
            public long nanoTime() {
                return loop.nanoTime();
            }

            @Override
            public long epochSeconds() {
                return 0;
            }

            @Override
            public Timer after(long millis, Runnable task) {
                return loop.after(millis, task);
            }
        };
    }

    /** Opens a port for gateways that say they are of this site; HTTP/2 as in tunnels, without TLS. */
    int tunnelPort(SiteName peerSite) throws InterruptedException {
        NodeName node = new NodeName("a");
        SpiffeId id = SpiffeId.gateway(DOMAIN, peerSite, node);
        TunnelPeer peer = new TunnelPeer(
                id, peerSite, node, Purpose.REQUESTS, "127.0.0.1:0", Resumption.Seen.NO, TestOrigins.keys(id));
        TunnelEntry entry = new TunnelEntry(contexts);
        ChannelFuture bound = Acceptor.bind(
                loops.all().getFirst(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                16,
                channel -> loops.all().getFirst(),
                (loop, channel) -> {
                    accepted.add(channel);
                    HttpServerConnection.http2(
                            loop, channel, WireLimits.tunnel(), entry.requests(loop, peer), new Silent());
                },
                failure -> {});
        if (!bound.await(BOUND_MILLIS) || !bound.isSuccess()) {
            throw new AssertionError("no tunnel port", bound.cause());
        }
        return ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    /** Opens a port whose connections are HTTP/2 before their first byte, as they are after ALPN. */
    int http2Port(WireLimits limits) throws InterruptedException {
        Caller caller = new Caller(SpiffeId.unauthenticated(DOMAIN, SITE), Caller.Proof.LISTENER, SITE, "127.0.0.1");
        Loop first = loops.all().getFirst();
        ChannelFuture bound = Acceptor.bind(
                first,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                16,
                channel -> first,
                (loop, channel) -> HttpServerConnection.http2(
                        loop,
                        channel,
                        limits,
                        new HttpProxy(contexts.get(loop.index()), EntryPoint.http("http2", caller)),
                        new Silent()),
                failure -> {});
        if (!bound.await(BOUND_MILLIS) || !bound.isSuccess()) {
            throw new AssertionError("no port", bound.cause());
        }
        return ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    /** Returns when every loop has looked at its sockets and sent what it had to send. */
    void settle() {
        for (int round = 0; round < 3; round++) {
            for (Loop loop : loops.all()) {
                CompletableFuture<Boolean> done = new CompletableFuture<>();
                loop.execute(() -> done.complete(true));
                await(done);
            }
        }
    }

    /** The loop of listeners that a first connection comes to does nothing until it is let go, for the bound at most. */
    void hold(CountDownLatch letGo) {
        loops.all().get(1).execute(() -> {
            try {
                if (!letGo.await(BOUND_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("not let go in time");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Connects each loop to another node. */
    void dial(SiteName farSite, int port) throws InterruptedException {
        for (int i = 0; i < upstreams.size(); i++) {
            Loop loop = loops.all().get(i);
            DirectUpstreams direct = upstreams.get(i);
            CompletableFuture<Void> linked = new CompletableFuture<>();
            // on the loop, so that the connection's handler is there before the other node's first bytes
            loop.execute(() -> loop.client((int) BOUND_MILLIS)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect("127.0.0.1", port)
                    .addListener((ChannelFutureListener) connected -> {
                        if (!connected.isSuccess()) {
                            linked.completeExceptionally(connected.cause());
                            return;
                        }
                        direct.link(
                                farSite,
                                HttpClientConnection.http2(
                                        loop, connected.channel(), WireLimits.tunnel(), new Silent()));
                        linked.complete(null);
                    }));
            await(linked);
        }
    }

    /** Ends every accepted tunnel connection as a crash would. */
    void cutTunnels() {
        accepted.forEach(channel -> {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        });
    }

    private record Silent() implements ServerConnectionEvents, ClientConnectionEvents {
        @Override
        public void onBytesReceived() {
            // liveness is not looked at
        }

        @Override
        public void onClosed(HttpServerConnection connection) {
            // the other end's streams tell
        }

        @Override
        public void onIdle(HttpClientConnection connection) {
            // always one connection
        }

        @Override
        public void onGoingAway(HttpClientConnection connection) {
            // its streams tell
        }

        @Override
        public void onClosed(HttpClientConnection connection) {
            // its streams tell
        }
    }

    static ListenerSpec http(String name, int port) {
        return spec(name, port, ListenerSpec.Protocol.HTTP);
    }

    /** HTTP/1.1 and, with prior knowledge, HTTP/2. */
    static ListenerSpec bothVersions(String name, int port) {
        return new ListenerSpec(
                name,
                "127.0.0.1",
                port,
                ListenerSpec.Protocol.HTTP,
                SpiffeId.unauthenticated(DOMAIN, SITE),
                100,
                ClientRules.NONE,
                new ListenerSpec.Edge(null, true, ForwardedCertificate.Mode.SANITIZE_SET));
    }

    static ListenerSpec tcp(String name, int port) {
        return spec(name, port, ListenerSpec.Protocol.TCP);
    }

    private static ListenerSpec spec(String name, int port, ListenerSpec.Protocol protocol) {
        return spec(name, port, protocol, ClientRules.NONE);
    }

    static ListenerSpec spec(String name, int port, ListenerSpec.Protocol protocol, ClientRules clients) {
        return new ListenerSpec(
                name, "127.0.0.1", port, protocol, SpiffeId.unauthenticated(DOMAIN, SITE), 100, clients);
    }

    List<ListenerProblem> reconcile(ListenerSpec... specs) {
        return await(listeners.reconcile(List.of(specs)));
    }

    public int port(String listener) {
        EdgeListener open = Objects.requireNonNull(listeners.open().get(listener), listener);
        return ((InetSocketAddress) Objects.requireNonNull(open.address())).getPort();
    }

    public Refusal nextRefusal() throws InterruptedException {
        return Objects.requireNonNull(refusals.poll(BOUND_MILLIS, TimeUnit.MILLISECONDS), "nothing refused in time");
    }

    int activeExchanges() {
        return contexts.stream().mapToInt(context -> context.active().count()).sum();
    }

    public ExchangeRecord nextRecord() throws InterruptedException {
        return Objects.requireNonNull(records.poll(BOUND_MILLIS, TimeUnit.MILLISECONDS), "no exchange ended in time");
    }

    public static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(BOUND_MILLIS, TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new AssertionError("not done in " + BOUND_MILLIS + " ms", e);
        }
    }

    @Override
    public void close() {
        listeners
                .drain(0)
                .toCompletableFuture()
                .orTimeout(BOUND_MILLIS, TimeUnit.MILLISECONDS)
                .join();
        await(loops.close().toCompletionStage());
    }
}
