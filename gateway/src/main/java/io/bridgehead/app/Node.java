package io.bridgehead.app;

import io.bridgehead.admin.AdminServer;
import io.bridgehead.app.publish.Admission;
import io.bridgehead.app.publish.FolderMemory;
import io.bridgehead.app.publish.Folders;
import io.bridgehead.app.publish.OwnFolders;
import io.bridgehead.cluster.api.Fabric;
import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.repair.BucketRepair;
import io.bridgehead.compile.CompileContext;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.control.FabricControl;
import io.bridgehead.control.KnownNodes;
import io.bridgehead.control.ReadAhead;
import io.bridgehead.control.TableControl;
import io.bridgehead.listen.ListenerProblem;
import io.bridgehead.loop.Loops;
import io.bridgehead.loop.Supervisor;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.routing.LiveTable;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.sync.Committing;
import io.bridgehead.sync.OldRecords;
import io.bridgehead.sync.OrderBook;
import io.bridgehead.sync.Publishers;
import io.bridgehead.sync.SharedState;
import io.bridgehead.sync.TrustVerifier;
import io.bridgehead.sync.TunnelExchange;
import io.bridgehead.telemetry.NodeGauges;
import io.bridgehead.telemetry.NodeLog;
import io.bridgehead.telemetry.Telemetry;
import io.bridgehead.telemetry.TokenLog;
import io.bridgehead.tls.AuthorityFiles;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialSource;
import io.bridgehead.tls.RecordSigner;
import io.bridgehead.tls.edge.EdgeTls;
import io.bridgehead.tls.handshake.MemberContexts;
import io.bridgehead.tls.handshake.TunnelTls;
import io.bridgehead.upstream.FailoverContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * One gateway node, from its configuration to its end. Everything is built here, in one place, by plain constructors.
 *
 * <p><b>Life cycle</b>: {@link #start} serves from the local store before it looks for peers or the cluster; {@link #stop} drains, then
 * closes in reverse order.
 */
@OwnedBy(Owner.CONFINED)
public final class Node {
    private static final long TLS_POLL_MILLIS = 1_000;
    private static final long GAUGES_MILLIS = 2_000;
    private static final long ADDRESSES_MILLIS = 10_000;
    /** How long stored documents may take until they are in use: 10,000 take some seconds, and a minute where others need the processors. */
    private static final Duration STORED_MAX = Duration.ofMinutes(5);

    static final Duration REST_MAX = Duration.ofMinutes(2);

    private final NodeParts parts;
    private final NodeApi api;
    private final AdminServer admin;

    private Node(NodeParts parts) {
        this.parts = parts;
        this.api = new NodeApi(parts);
        this.admin = new AdminServer(parts.loops().vertx(), api);
    }

    /**
     * Builds and starts a node. When it returns, listeners, tunnels and the admin socket are open.
     *
     * @param configs reads gateway.yaml again for a reload
     * @param version of the software
     * @throws StartException with every reason; nothing is left running
     */
    public static Node start(NodeConfig config, ConfigSource configs, String version) throws StartException {
        Clock clock = Clock.systemUTC();
        Started started = new Started();
        try {
            Node node = new Node(build(config, configs, version, clock, started));
            started.only(() -> {
                node.closeAll();
                node.parts.telemetry().close();
            });
            node.open();
            return node;
        } catch (StartException e) {
            started.undo();
            throw e;
        } catch (MaterialException | IOException | IllegalArgumentException e) {
            started.undo();
            throw new StartException(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            started.undo();
            throw new StartException("the node could not start: " + e, e);
        }
    }

    private static NodeParts build(
            NodeConfig config, ConfigSource configs, String version, Clock clock, Started started)
            throws MaterialException, IOException, StartException {
        NodeThreads threads = started.closing(new NodeThreads());
        Telemetry telemetry =
                started.closing(Telemetry.start(config, version, clock::millis, System::nanoTime, threads.exporter()));
        NodeLog log = new NodeLog(telemetry, System::nanoTime);
        int count = config.loops() == 0 ? Runtime.getRuntime().availableProcessors() : config.loops();
        Supervisor supervisor = Departure.supervisor(config, log);
        DiskHealth disk = new DiskHealth(log);
        // both beside the keys, whose check takes as long
        StoreOpening opening = StoreOpening.begin(config.state(), disk, threads.blocking());
        started.add(opening::giveUp);
        CompletableFuture<Loops> starting =
                CompletableFuture.supplyAsync(() -> Loops.start(count, supervisor), threads.blocking());
        started.add(() ->
                Waiting.quietly(starting.thenCompose(loops -> loops.close().toCompletionStage())));
        MaterialSource files = NodeIdentity.material(config, starting, clock, log);
        started.add(files::close);
        LiveTls tls = new LiveTls(NodeIdentity.load(config, files, clock), clock);
        Loops loops = Waiting.await(starting, REST_MAX);
        AuthorityFiles authorities = AuthorityFiles.load(config.endpointTls().authorities(), log);
        OwnFolders own = new OwnFolders(config.folders());
        OldRecords old = new OldRecords(config.trust().vouchers());
        Publishers publishers = new Publishers(config.trust().publishers(), config.spiffeId(), own);
        TrustVerifier verifier = new TrustVerifier(tls, publishers, old);
        Store store = opening.with(verifier, STORED_MAX);
        HybridClock hybrid =
                new HybridClock(InstantSource.system(), config.node().value());
        store.newestStamp().ifPresent(hybrid::observe);
        OrderBook book = OrderParts.book(config, store, publishers);
        EdgeParts edges = EdgeParts.of(
                config,
                new EdgeTls.Surroundings(tls, TunnelTls.Library.BEST, threads.blocking(), clock, log),
                new TokenIssuers(threads, new TokenLog(telemetry), clock),
                started);
        Base base = new Base(
                config, version, clock.millis(), clock, loops, threads, telemetry, log, tls, authorities, edges);
        return assemble(base, configs, files, new ClusterParts.Ground(store, verifier, hybrid, disk, own, old, book));
    }

    /** What everything else is built on. */
    private record Base(
            NodeConfig config,
            String version,
            long incarnation,
            Clock clock,
            Loops loops,
            NodeThreads threads,
            Telemetry telemetry,
            NodeLog log,
            LiveTls tls,
            AuthorityFiles authorities,
            EdgeParts edges) {}

    private static NodeParts assemble(Base base, ConfigSource configs, MaterialSource files, ClusterParts.Ground ground)
            throws IOException {
        NodeConfig config = base.config();
        CompileContext compileContext = CompileContext.of(config, OwnAddresses.all());
        LiveTable table = new LiveTable(RoutingTable.EMPTY);
        Wiring wiring = new Wiring(base.log(), compileContext.endpointTrust());
        Fabric fabric = fabric(base, ground);
        SharedState state = state(base, ground, fabric);
        ReadAhead ahead =
                ReadAhead.begin(state::documents, compileContext, base.threads().blocking());
        DataPath path = DataPath.build(path(base, table, wiring, ground.book()::objection));
        FailoverContext control = FailoverContext.on(base.loops().control());
        TunnelExchange exchange = exchange(base, path, state, new BucketRepair(ground.store(), fabric, base.clock()));
        ClusterParts.vouch(ground, base.tls(), base.log(), exchange, path, control);
        NodeGateways gateways = new NodeGateways(path.ports(), base.log(), base.clock());
        TableControl tables = tables(base, path, state, new Tables(wiring, gateways, compileContext, ahead));
        FabricControl fabricControl = fabricControl(base, path, ground.disk(), state, exchange, control);
        wiring.connect(fabricControl, tables, gateways);
        Committing committing = ClusterParts.committing(config, path, state, exchange);
        Admission admission = new Admission(new Admission.Parts(
                state,
                committing::commit,
                ground.verifier(),
                tables::context,
                control,
                base.threads().blocking()));
        return new NodeParts(
                new ConfigInForce(config),
                configs,
                base.version(),
                Uptime.begin(base.clock()),
                base.clock(),
                base.loops(),
                base.threads(),
                base.telemetry(),
                base.log(),
                files,
                base.tls(),
                path,
                state,
                tables,
                fabricControl,
                control,
                OverloadWatch.of(config, path, base.telemetry(), base.loops()),
                ground.disk(),
                admission,
                folders(base, ground, state, admission, control),
                OrderParts.orders(
                        ground,
                        new OrderParts.Controls(fabricControl, tables, control, wiring),
                        state,
                        path,
                        base.threads()),
                gateways,
                ClusterParts.trust(state, exchange, tables, path, fabricControl),
                identity(base, ground, path, fabricControl),
                new RemoteAdmin());
    }

    private static NodeIdentity identity(Base base, ClusterParts.Ground ground, DataPath path, FabricControl fabric) {
        return NodeIdentity.of(
                base.config(),
                base.tls(),
                fabric,
                ground.verifier()::mayOrder,
                path.tunnels(),
                NodeFederation.of(base.config(), base.tls(), base.clock(), base.threads(), base.telemetry()),
                ground.book()::objection,
                NodeIdentity.surroundings(base.clock(), base.threads(), base.telemetry()));
    }

    /** What tables are made with. */
    private record Tables(Wiring wiring, NodeGateways gateways, CompileContext context, ReadAhead ahead) {}

    private static TableControl tables(Base base, DataPath path, SharedState state, Tables with) {
        return new TableControl(
                new TableControl.Parts(
                        state::documents,
                        state.history(),
                        path.table(),
                        path.registry(),
                        FailoverContext.on(base.loops().control()),
                        base.threads().blocking(),
                        with.wiring(),
                        with.gateways(),
                        with.ahead()),
                with.context().with(with.gateways().terms(base.config().gateways())));
    }

    private static Folders folders(
            Base base, ClusterParts.Ground ground, SharedState state, Admission admission, FailoverContext control)
            throws IOException {
        return new Folders(
                new Folders.Parts(
                        state,
                        admission,
                        base.config().spiffeId(),
                        () -> new RecordSigner(base.tls().current().material()),
                        ground.ownFolders(),
                        control,
                        base.threads().blocking(),
                        base.clock(),
                        new FolderLog(base.log())),
                FolderMemory.in(base.config().state()));
    }

    private static SharedState state(Base base, ClusterParts.Ground ground, Fabric fabric) {
        return new SharedState(new SharedState.Parts(
                ground.store(),
                fabric,
                base.tls(),
                ground.clock(),
                base.incarnation(),
                base.log(),
                base.log().clocks(),
                ground.trust()));
    }

    private static Fabric fabric(Base base, ClusterParts.Ground ground) {
        Fabric fabric = ClusterParts.fabric(
                base.config(),
                ground,
                new MemberContexts(base.tls(), ground.book()::objection),
                base.version(),
                base.log(),
                new SplittableRandom(),
                base.threads().blocking());
        base.tls().subscribeFirst(_ -> fabric.trustChanged());
        return fabric;
    }

    private static DataPath.Parts path(Base base, LiveTable table, Wiring wiring, ExpectedPeer everyPeer) {
        return new DataPath.Parts(
                base.config(),
                wiring::refusal,
                base.tls(),
                base.authorities(),
                base.clock(),
                table,
                base.loops(),
                base.telemetry(),
                base.log(),
                wiring,
                wiring::healthChanged,
                base.incarnation(),
                base.threads().blocking(),
                base.edges().tls(),
                base.edges().issuers(),
                everyPeer);
    }

    private static FabricControl fabricControl(
            Base base,
            DataPath path,
            DiskHealth disk,
            SharedState state,
            TunnelExchange exchange,
            FailoverContext control) {
        NodeConfig config = base.config();
        return new FabricControl(
                new FabricControl.Parts(
                        config.site().name(),
                        config.node(),
                        config.tunnel().advertise(),
                        ClusterParts.inside(config),
                        base.version(),
                        () -> path.table().get().revision(),
                        state,
                        path.registry(),
                        path.tunnels()::view,
                        path.tunnels()::reconcile,
                        exchange,
                        control,
                        base.threads().blocking(),
                        base.telemetry()::traffic,
                        new KnownNodes(
                                KnownNodesFile.in(config.state(), disk, base.clock()),
                                base.clock(),
                                site -> path.table().get().services().stream()
                                        .anyMatch(route ->
                                                !route.endpointsIn(site).isEmpty()))),
                config.tunnel().peers());
    }

    private static TunnelExchange exchange(Base base, DataPath path, SharedState state, BucketRepair repair) {
        TunnelExchange exchange = new TunnelExchange(new TunnelExchange.Parts(
                state,
                repair,
                path.tunnels().home(),
                path.tunnels()::control,
                base.threads().blocking(),
                new SplittableRandom(),
                base.log()));
        path.tunnels().handleControl(TunnelExchange.REPAIR_PATH, exchange.repairHandler());
        path.tunnels().handleControl(TunnelExchange.WATCH_PATH, exchange.watchHandler());
        path.tunnels().handleControl(TunnelExchange.RECORD_PATH, exchange.recordHandler());
        return exchange;
    }

    private void open() throws StartException {
        parts.loops().supervisor().starting(STORED_MAX);
        onControl(
                () -> {
                    parts.path().registry().start();
                    parts.path().registry().lookAround();
                    parts.orders().control().activateStored();
                    parts.tables().activateStored();
                },
                STORED_MAX);
        parts.loops().supervisor().starting(REST_MAX);
        Waiting.await(parts.path().tunnels().start());
        List<ListenerProblem> problems = Waiting.await(parts.path().configure(parts.listeners(), parts.config()));
        if (!problems.isEmpty()) {
            throw new StartException(
                    problems.stream().map(ListenerProblem::message).toList());
        }
        NodeConfig.Admin settings = parts.config().admin();
        Waiting.await(onControlContext(() -> admin.listen(settings.socket())));
        if (settings.metrics().enabled()) {
            Waiting.await(onControlContext(() -> admin.listen(settings.metrics(), RemoteAdmin.hosts(parts.config()))));
        }
        Waiting.await(parts.remote().open(parts, api));
        parts.state().onDocuments(parts.tables()::refresh);
        parts.state().onRecord(_ -> parts.disk().recordKept());
        parts.fabric().start();
        parts.control().execute(parts.orders().control()::start);
        parts.state().start();
        parts.folders().start(parts.config().folders());
        NodeGauges gauges = new NodeGauges(
                parts.telemetry(),
                this::secondsToExpiry,
                () -> parts.state().cluster().members().size());
        parts.measureLag(gauges);
        Executor files = parts.threads().files();
        FilePolls polls = new FilePolls(parts);
        parts.control().execute(() -> {
            parts.control().every(TLS_POLL_MILLIS, new SoleTask(files, polls::keyFiles));
            parts.control().every(TLS_POLL_MILLIS, parts.identity()::tick);
            parts.control().every(OverloadWatch.SAMPLE_MILLIS, parts.overload()::sample);
            parts.control().every(GAUGES_MILLIS, () -> refresh(gauges));
            parts.control().every(ADDRESSES_MILLIS, new SoleTask(files, polls::addresses));
            parts.control().every(TLS_POLL_MILLIS, new SoleTask(files, polls::gateways));
            parts.control().every(Telemetry.TICK_MILLIS, parts.telemetry()::tick);
        });
        Watchdog.over(parts.loops(), parts.path().limits(), parts.threads(), parts.log());
        Waiting.await(
                new FirstDials(parts.config().tunnel().peers(), parts.path().tunnels()::reports, parts.control())
                        .await());
        api.markReady();
        new LoadBalancers(parts, admin).enter();
        parts.loops().supervisor().ready();
        parts.log().say("ready");
    }

    private long secondsToExpiry() {
        return parts.tls().current().material().notAfter().getEpochSecond()
                - parts.clock().instant().getEpochSecond();
    }

    private void refresh(NodeGauges gauges) {
        parts.threads()
                .blocking()
                .execute(() -> gauges.refresh(
                        parts.path().tunnels().view().all(),
                        parts.path().registry().statuses(NodeGauges.ROWS_MAX),
                        parts.published()));
    }

    /** Reads gateway.yaml and the files that it names again, as the command {@code reload} does; the log says what came of it. Does not wait. */
    public void reload() {
        api.hangUp();
    }

    /**
     * Stops: not ready any more, no new connections, what is under way may end within the configured bound, then all is closed. Blocks till then.
     */
    public void stop() {
        parts.loops().supervisor().stopping();
        parts.log().say("draining");
        api.markDraining();
        new LoadBalancers(parts, admin).leave();
        parts.fabric().leave();
        long boundMillis = parts.path().limits().now().drainTimeout().toMillis();
        new Departure(parts.loops().supervisor(), parts.path(), parts.log()).drain(boundMillis, true);
        closeAll();
        parts.log().say("stopped");
        parts.telemetry().close();
        NodeLog.end();
    }

    private void closeAll() {
        parts.threads().stopWatching();
        parts.folders().stop();
        parts.files().close();
        parts.fabric().stop();
        parts.orders().control().stop();
        parts.remote().close();
        try {
            admin.close(parts.config().admin().socket());
        } catch (IOException e) {
            parts.log().say("the admin socket could not be removed: " + e.getMessage());
        }
        Waiting.quietly(parts.path().tunnels().close());
        parts.control().execute(parts.path().registry()::close);
        parts.state().close();
        Waiting.quietly(parts.loops().close().toCompletionStage());
        parts.threads().close();
        parts.path().ports().close();
        parts.path().edgeTls().close();
        parts.path().issuers().close();
    }

    /** The admin server lives on the loop on whose context it is made, and that must not be one of the data path. */
    private <T> CompletionStage<T> onControlContext(Supplier<Future<T>> begin) {
        Promise<T> done = Promise.promise();
        parts.loops().control().context().runOnContext(_ -> begin.get().onComplete(done));
        return done.future().toCompletionStage();
    }

    private void onControl(Runnable task, Duration most) throws StartException {
        Waiting.await(CompletableFuture.runAsync(task, parts.control()::execute), most);
    }
}
