package io.bridgehead.app;

import io.bridgehead.admin.AdminServer;
import io.bridgehead.compile.CompileContext;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.loop.Loops;
import io.bridgehead.loop.Supervisor;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.routing.LiveTable;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.telemetry.NodeLog;
import io.bridgehead.telemetry.ReloadLog;
import io.bridgehead.telemetry.Telemetry;
import io.bridgehead.telemetry.TokenLog;
import io.bridgehead.tls.AuthorityFiles;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.edge.EdgeTls;
import io.bridgehead.tls.handshake.TunnelTls;
import io.bridgehead.upstream.FailoverContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A node that serves the documents of one folder and nothing else: no cluster, no tunnels, no configuration. It opens the listeners that
 * the Gateways in the folder describe, and follows the folder's files.
 */
@OwnedBy(Owner.CONFINED)
public final class StandaloneNode {
    private final Parts parts;
    private final StandaloneControl control;
    private final StandaloneApi api;
    private final AdminServer admin;

    /** What it consists of. */
    record Parts(
            NodeConfig config,
            String version,
            Clock clock,
            Uptime up,
            Loops loops,
            NodeThreads threads,
            Telemetry telemetry,
            NodeLog log,
            DataPath path,
            FailoverContext control,
            OverloadWatch overload) {}

    private StandaloneNode(Parts parts, CompileContext context, Path folder) {
        this.parts = parts;
        this.control = new StandaloneControl(parts, context, new ManifestFolder(folder));
        this.api = new StandaloneApi(parts, control);
        this.admin = new AdminServer(parts.loops().vertx(), api);
    }

    /**
     * Builds and starts a node. When it returns, the admin socket is open and the documents that were there are in force.
     *
     * @param folder of documents, read with all folders inside it
     * @param socket of the admin API
     * @param version of the software
     * @param onServing is run once, when every listener that the documents describe is open; on a thread of the node
     * @throws StartException with the reason; nothing is left running
     */
    public static StandaloneNode start(Path folder, Path socket, String version, Runnable onServing)
            throws StartException {
        if (!Files.isDirectory(folder)) {
            throw new StartException(List.of(folder + ": expected a folder of manifests and documents"));
        }
        Started started = new Started();
        try {
            Parts parts = build(StandaloneConfig.at(socket), version, Clock.systemUTC(), started);
            CompileContext context = CompileContext.of(parts.config(), Set.of());
            StandaloneNode node = new StandaloneNode(parts, context, folder);
            started.only(() -> {
                node.closeAll();
                parts.telemetry().close();
            });
            node.open(onServing);
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

    private static Parts build(NodeConfig config, String version, Clock clock, Started started)
            throws MaterialException, IOException, StartException {
        NodeThreads threads = started.closing(new NodeThreads());
        Telemetry telemetry =
                started.closing(Telemetry.start(config, version, clock::millis, System::nanoTime, threads.exporter()));
        NodeLog log = new NodeLog(telemetry, System::nanoTime);
        LiveTls tls = new LiveTls(StandaloneConfig.material(config, clock, log), clock);
        Loops loops = Loops.start(Runtime.getRuntime().availableProcessors(), Supervisor.of(System.getenv(), log::say));
        started.add(() -> Waiting.quietly(loops.close().toCompletionStage()));
        EdgeTlsSet edgeTls = started.closing(
                new EdgeTlsSet(new EdgeTls.Surroundings(tls, TunnelTls.Library.BEST, threads.blocking(), clock, log)));
        CompileContext context = CompileContext.of(config, Set.of());
        Wiring wiring = new Wiring(log, context.endpointTrust());
        DataPath path = DataPath.build(new DataPath.Parts(
                config,
                wiring::refusal,
                tls,
                AuthorityFiles.load(Map.of(), log),
                clock,
                new LiveTable(RoutingTable.EMPTY),
                loops,
                telemetry,
                log,
                wiring,
                wiring::healthChanged,
                clock.millis(),
                threads.blocking(),
                edgeTls,
                started.closing(new TokenIssuers(threads, new TokenLog(telemetry), clock)),
                ExpectedPeer.anyone()));
        return new Parts(
                config,
                version,
                clock,
                Uptime.begin(clock),
                loops,
                threads,
                telemetry,
                log,
                path,
                FailoverContext.on(loops.control()),
                OverloadWatch.of(config, path, telemetry, loops));
    }

    private void open(Runnable onServing) throws StartException {
        onControl(parts.path().registry()::start);
        Waiting.await(onControlContext(() -> admin.listen(parts.config().admin().socket())));
        parts.control().execute(() -> {
            parts.control().every(OverloadWatch.SAMPLE_MILLIS, parts.overload()::sample);
            parts.control().every(Telemetry.TICK_MILLIS, parts.telemetry()::tick);
        });
        Watchdog.over(parts.loops(), parts.path().limits(), parts.threads(), parts.log());
        Waiting.await(control.start(() -> {
            api.markReady();
            parts.loops().supervisor().ready();
            onServing.run();
        }));
    }

    /** Says in the log why there is nothing to do: the folder's files are followed anyway, and there is no configuration. */
    public void reload() {
        ReloadLog.done(List.of("nothing to read again: files of the folder are followed"), List.of());
    }

    /** Stops: no new connections, what is under way may end within the standard bound, then everything is closed. Blocks until then. */
    public void stop() {
        parts.loops().supervisor().stopping();
        parts.log().say("draining");
        api.markDraining();
        control.stop();
        long boundMillis = parts.path().limits().now().drainTimeout().toMillis();
        new Departure(parts.loops().supervisor(), parts.path(), parts.log()).drain(boundMillis, false);
        closeAll();
        parts.log().say("stopped");
        parts.telemetry().close();
        NodeLog.end();
    }

    private void closeAll() {
        parts.threads().stopWatching();
        control.stop();
        try {
            admin.close(parts.config().admin().socket());
        } catch (IOException e) {
            parts.log().say("the admin socket could not be removed: " + e.getMessage());
        }
        Waiting.quietly(parts.path().tunnels().close());
        parts.control().execute(parts.path().registry()::close);
        Waiting.quietly(parts.loops().close().toCompletionStage());
        parts.threads().close();
        parts.path().edgeTls().close();
    }

    private <T> CompletionStage<T> onControlContext(Supplier<Future<T>> begin) {
        Promise<T> done = Promise.promise();
        parts.loops().control().context().runOnContext(_ -> begin.get().onComplete(done));
        return done.future().toCompletionStage();
    }

    private void onControl(Runnable task) throws StartException {
        Waiting.await(CompletableFuture.runAsync(task, parts.control()::execute));
    }
}
