package io.bridgehead.app;

import io.bridgehead.authn.JwtIssuers;
import io.bridgehead.authn.OriginIntake;
import io.bridgehead.authn.OriginIssuer;
import io.bridgehead.authn.Origins;
import io.bridgehead.config.BundleEndpoint;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.NodeConfig.NodeLimits;
import io.bridgehead.limit.Overload;
import io.bridgehead.listen.ClientRules;
import io.bridgehead.listen.ListenerParts;
import io.bridgehead.listen.ListenerProblem;
import io.bridgehead.listen.ListenerSpec;
import io.bridgehead.listen.Listeners;
import io.bridgehead.listen.TunnelEntry;
import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.proxy.ForwardedCertificate;
import io.bridgehead.proxy.LocalNode;
import io.bridgehead.proxy.LoopParts;
import io.bridgehead.proxy.ProxyContext;
import io.bridgehead.proxy.ProxyLimits;
import io.bridgehead.proxy.SessionSecret;
import io.bridgehead.routing.LiveTable;
import io.bridgehead.telemetry.AccessLogs;
import io.bridgehead.telemetry.NodeLog;
import io.bridgehead.telemetry.Telemetry;
import io.bridgehead.telemetry.UpstreamMeters;
import io.bridgehead.tls.AuthorityFiles;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.ManifestMaterial;
import io.bridgehead.tls.edge.EdgeTls;
import io.bridgehead.tls.handshake.EndpointSecurity;
import io.bridgehead.tls.handshake.TunnelTls;
import io.bridgehead.tunnel.Liveness;
import io.bridgehead.tunnel.LoopTunnels;
import io.bridgehead.tunnel.PeerState;
import io.bridgehead.tunnel.TunnelObserver;
import io.bridgehead.tunnel.TunnelSettings;
import io.bridgehead.tunnel.TunnelView;
import io.bridgehead.tunnel.Tunnels;
import io.bridgehead.upstream.FailoverContext;
import io.bridgehead.upstream.ServiceRegistry;
import io.bridgehead.upstream.UpstreamParts;
import io.bridgehead.upstream.endpoint.DnsLookup;
import io.bridgehead.upstream.endpoint.EndpointTrust;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What carries traffic: tunnels, the registry of services, and the listeners, on the loops of one node. */
record DataPath(
        LiveTable table,
        TunnelTls tunnelTls,
        Tunnels tunnels,
        ServiceRegistry registry,
        Listeners listeners,
        List<ProxyContext> contexts,
        DnsLookup lookup,
        Overload overload,
        AuthorityFiles authorities,
        EdgeTlsSet edgeTls,
        TokenIssuers issuers,
        GatewayPorts ports,
        LiveLimits limits) {
    private static final int BUNDLE_CONNECTIONS_MAX = 1_000;

    /**
     * What it is built from; {@code everyPeer} judges peers at tunnels; {@code onHealthChanged}, {@code endpointTrust} and
     * {@code tunnelObserver} lead back to the control side.
     */
    record Parts(
            NodeConfig config,
            EndpointTrust endpointTrust,
            LiveTls tls,
            AuthorityFiles authorities,
            Clock clock,
            LiveTable table,
            Loops loops,
            Telemetry telemetry,
            NodeLog log,
            TunnelObserver tunnelObserver,
            Runnable onHealthChanged,
            long incarnation,
            Executor blocking,
            EdgeTlsSet edgeTls,
            TokenIssuers issuers,
            ExpectedPeer everyPeer) {}

    /** @throws IOException if the file of the sessions' secret cannot be used */
    static DataPath build(Parts parts) throws IOException {
        NodeConfig config = parts.config();
        LocalNode local = new LocalNode(config.site().name(), config.node(), config.spiffeId(), sessionSecret(parts));
        Overload overload = new Overload();
        LiveLimits limits = new LiveLimits(config.limits());
        FailoverContext control = FailoverContext.on(parts.loops().control());
        AtomicReference<@Nullable Tunnels> tunnelsLater = new AtomicReference<>();
        DnsLookup lookup = DnsLookup.on(parts.loops().control(), dns(config.dns()));
        ManifestMaterial manifests = new ManifestMaterial();
        ServiceRegistry registry =
                registry(parts, control, lookup, endpointSecurity(parts, manifests), tunnelsLater, limits);
        List<ProxyContext> contexts = new ArrayList<>();
        for (Loop loop : parts.loops().all()) {
            contexts.add(context(parts, local, registry, loop, tunnelsLater, overload));
        }
        TunnelTls.Settings tlsSettings =
                TunnelTls.Settings.standard(System.getProperty(TunnelTls.UNSAFE_GROUPS_PROPERTY));
        TunnelTls tunnelTls = new TunnelTls(parts.tls(), parts.everyPeer(), tlsSettings, parts.blocking());
        InetSocketAddress bind =
                new InetSocketAddress(config.tunnel().address(), config.tunnel().port());
        Tunnels tunnels = new Tunnels(
                parts.loops(),
                TunnelSettings.of(
                                config.node(),
                                config.site().name(),
                                bind,
                                config.tunnel().windowBytesMax())
                        .withWire(limits::tunnels)
                        .offering(config.tunnel().advertise() == null),
                tunnelTls,
                parts.tls(),
                new TunnelEntry(contexts),
                parts.tunnelObserver(),
                shared());
        tunnelsLater.set(tunnels);
        Listeners listeners = listeners(parts, contexts, overload, limits);
        return new DataPath(
                parts.table(),
                tunnelTls,
                tunnels,
                registry,
                listeners,
                contexts,
                lookup,
                overload,
                parts.authorities(),
                parts.edgeTls(),
                parts.issuers(),
                ports(parts, listeners, manifests, limits),
                limits);
    }

    private static SessionSecret sessionSecret(Parts parts) throws IOException {
        NodeConfig config = parts.config();
        Path file = config.sessions().keyFile();
        return file == null
                ? SessionSecret.derivedFrom(config.identity().trustDomain())
                : SessionKeyFile.read(file, parts.log()::warned);
    }

    private static DnsLookup.Settings dns(NodeConfig.Dns dns) {
        List<InetSocketAddress> servers = dns.servers().stream()
                .map(server -> new InetSocketAddress(server.host(), server.port()))
                .toList();
        return new DnsLookup.Settings(servers, dns.ttlMin(), dns.ttlMax());
    }

    private static GatewayPorts ports(Parts parts, Listeners listeners, ManifestMaterial manifests, LiveLimits limits) {
        NodeConfig config = parts.config();
        SpiffeId anybody = SpiffeId.unauthenticated(
                config.spiffeId().trustDomain(), config.site().name());
        return new GatewayPorts(
                () -> terms(anybody, limits.now()),
                listeners,
                new GatewayTls(
                        parts.edgeTls().surroundings(),
                        () -> limits.now().edge().tlsHandshakeTimeout().toMillis()),
                manifests,
                TokenIssuers.atGateways(parts.issuers().inUse(), config));
    }

    private static GatewayPorts.Terms terms(SpiffeId anybody, NodeLimits limits) {
        return new GatewayPorts.Terms(
                anybody,
                limits.connectionsMax(),
                new ClientRules(
                        0, null, null, limits.connections().prefaceTimeout().toMillis()),
                limits.connections().datagrams());
    }

    private static Listeners listeners(Parts parts, List<ProxyContext> contexts, Overload overload, LiveLimits limits) {
        NodeConfig config = parts.config();
        ListenerParts listenerParts = new ListenerParts(
                parts.loops().all(),
                contexts,
                config.site().name(),
                parts.log(),
                limits.gate(),
                overload,
                parts.loops().control()::execute,
                limits::clients);
        Listeners listeners =
                new Listeners(listenerParts, () -> limits.now().drainTimeout().toMillis());
        Runnable _ = parts.tls().subscribeFirst(_ -> listeners.recheck());
        return listeners;
    }

    private static ServiceRegistry registry(
            Parts parts,
            FailoverContext control,
            DnsLookup lookup,
            EndpointSecurity security,
            AtomicReference<@Nullable Tunnels> tunnelsLater,
            LiveLimits limits) {
        NodeConfig config = parts.config();
        return new ServiceRegistry(
                new UpstreamParts(
                        config.site().name(),
                        config.site().place(),
                        config.site().zone() == null ? "" : config.site().zone(),
                        config.node(),
                        parts.incarnation(),
                        parts.loops().all(),
                        control,
                        lookup,
                        parts.endpointTrust(),
                        security,
                        () -> required(tunnelsLater).view(),
                        loop -> new LaterTunnels(tunnelsLater, loop),
                        limits::endpoints,
                        SplittableRandom::new,
                        new UpstreamMeters(parts.telemetry(), parts.log())),
                parts.onHealthChanged());
    }

    private static EndpointSecurity endpointSecurity(Parts parts, ManifestMaterial manifests) {
        long handshakeMillis = parts.config().endpointTls().handshakeTimeout().toMillis();
        return new EndpointSecurity(
                parts.tls(),
                parts.authorities(),
                manifests,
                new EndpointSecurity.Settings(handshakeMillis, parts.clock(), parts.blocking()));
    }

    private static ProxyContext context(
            Parts parts,
            LocalNode local,
            ServiceRegistry registry,
            Loop loop,
            AtomicReference<@Nullable Tunnels> tunnels,
            Overload overload) {
        NodeConfig config = parts.config();
        LoopParts.Clock clock = new LoopParts.Clock() {
            @Override
            public long nanoTime() {
                return loop.nanoTime();
            }

            @Override
            public long epochSeconds() {
                return Math.floorDiv(parts.clock().millis(), 1000L);
            }

            @Override
            public Timer after(long millis, Runnable task) {
                return loop.after(millis, task);
            }
        };
        Origins origins = new Origins(
                new OriginIssuer(parts.tls(), clock, parts.log().origins()),
                new OriginIntake(
                        local.site(),
                        CallerTrust.of(config.trust()),
                        clock,
                        parts.log().origins()));
        LoopParts loopParts = new LoopParts(
                registry.on(loop),
                node -> suspects(required(tunnels).view(), node),
                origins,
                clock,
                new SplittableRandom(),
                parts.issuers().desk(loop));
        return new ProxyContext(local, parts.table(), exchanges(config), parts.telemetry(), loopParts, overload);
    }

    /** What a configuration says of each exchange. */
    private static ProxyLimits exchanges(NodeConfig config) {
        return new ProxyLimits(
                config.limits().replayBytesMax(),
                ProxyLimits.DEFAULT.replayBytesOnLoopMax(),
                TraceRules.of(config),
                AccessLogs.noted(config.telemetry().accessLog()));
    }

    /**
     * Bounds what begins from now on as a configuration says, and takes part in traces by it. Ports follow with {@link GatewayPorts#configure}.
     *
     * @return completes when every loop does so, and has told the observer of exchanges that was in use before of all that ended until then
     */
    CompletionStage<@Nullable Void> use(NodeConfig next, Loops loops) {
        limits.use(next.limits());
        ProxyLimits each = exchanges(next);
        List<CompletableFuture<?>> passed = new ArrayList<>();
        for (int i = 0; i < contexts.size(); i++) {
            ProxyContext context = contexts.get(i);
            CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
            passed.add(done);
            loops.all().get(i).execute(() -> {
                context.use(each);
                done.complete(null);
            });
        }
        return CompletableFuture.allOf(passed.toArray(CompletableFuture[]::new)).thenApply(all -> null);
    }

    private static boolean suspects(TunnelView view, NodeName node) {
        PeerState peer = view.node(node);
        return peer == null || peer.liveness() == Liveness.SUSPECT || peer.liveness() == Liveness.DEAD;
    }

    private static Tunnels required(AtomicReference<@Nullable Tunnels> later) {
        Tunnels tunnels = later.get();
        if (tunnels == null) {
            throw new IllegalStateException("asked before the node was built");
        }
        return tunnels;
    }

    /** A source of chance that every thread may use. */
    private static RandomGenerator shared() {
        return () -> ThreadLocalRandom.current().nextLong();
    }

    /** Opens the listeners of the configuration whose issuers of tokens are in use. */
    CompletionStage<List<ListenerProblem>> configure(List<ListenerSpec> specs, NodeConfig config) {
        return ports.configure(specs, TokenIssuers.atGateways(issuers.inUse(), config));
    }

    /** The listeners that a configuration asks for, with what is in use of TLS and tokens. */
    List<ListenerSpec> specs(NodeConfig config, Supplier<byte[]> bundle) {
        return specs(config, edgeTls.current(), issuers.inUse(), bundle);
    }

    /**
     * The listeners that a configuration asks for.
     *
     * @param tls of each listener for HTTPS, by name
     * @param issuers of tokens
     * @param bundle of the trust domain, for others
     */
    static List<ListenerSpec> specs(
            NodeConfig config, Map<String, EdgeTls> tls, JwtIssuers.Prepared issuers, Supplier<byte[]> bundle) {
        List<ListenerSpec> specs = new ArrayList<>(listeners(config, tls, issuers));
        BundleEndpoint endpoint = config.identity().bundleEndpoint();
        EdgeTls bundleTls = tls.get(BundleEndpoint.LISTENER);
        if (endpoint != null && bundleTls != null) {
            specs.add(new ListenerSpec(
                    BundleEndpoint.LISTENER,
                    endpoint.address().getHostAddress(),
                    endpoint.port(),
                    ListenerSpec.Protocol.HTTPS,
                    SpiffeId.unauthenticated(
                            config.identity().trustDomain(), config.site().name()),
                    BUNDLE_CONNECTIONS_MAX,
                    new ClientRules(
                            config.limits().connections().perAddress(),
                            null,
                            null,
                            config.limits().connections().prefaceTimeout().toMillis()),
                    ListenerSpec.Edge.of(bundleTls, new ListenerSpec.Page(endpoint.path(), bundle))));
        }
        return List.copyOf(specs);
    }

    private static List<ListenerSpec> listeners(
            NodeConfig config, Map<String, EdgeTls> tls, JwtIssuers.Prepared issuers) {
        return config.listeners().stream()
                .map(listener -> new ListenerSpec(
                        listener.name(),
                        listener.address().getHostAddress(),
                        listener.port(),
                        protocol(listener.protocol()),
                        listener.identity(),
                        listener.connectionsMax(),
                        ListenerClients.rules(listener.clients(), config.limits()),
                        new ListenerSpec.Edge(
                                        tls.get(listener.name()),
                                        listener.edge().http2(),
                                        ForwardedCertificate.Mode.valueOf(
                                                listener.edge().forward().name()))
                                .taking(TokenIssuers.terms(issuers, listener))
                                .behind(listener.clients().exposure() == NodeConfig.Exposure.PRIVATE)))
                .toList();
    }

    private static ListenerSpec.Protocol protocol(NodeConfig.ListenerProtocol protocol) {
        return switch (protocol) {
            case TCP -> ListenerSpec.Protocol.TCP;
            case TLS -> ListenerSpec.Protocol.TLS;
            case HTTPS -> ListenerSpec.Protocol.HTTPS;
            case HTTP, UDP -> ListenerSpec.Protocol.HTTP;
        };
    }

    /** The tunnels of a loop before there are tunnels: the registry is built first, because tunnels need its loops' contexts. */
    private record LaterTunnels(AtomicReference<@Nullable Tunnels> tunnels, Loop loop) implements LoopTunnels {
        @Override
        public io.bridgehead.wire.@Nullable StreamOpener requests(NodeName node) {
            return required(tunnels).on(loop).requests(node);
        }

        @Override
        public io.bridgehead.wire.@Nullable StreamOpener bytes(NodeName node) {
            return required(tunnels).on(loop).bytes(node);
        }
    }
}
