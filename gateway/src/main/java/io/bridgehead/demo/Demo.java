package io.bridgehead.demo;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * One demonstration from nothing to its report, in under a minute. Everything it starts has ended when {@link #run} returns.
 */
@OwnedBy(Owner.CONFINED)
public final class Demo {
    private static final int START_SECONDS_MAX = 40;
    private static final int STEP_SECONDS_MAX = 15;
    private static final String HOME = "aws-use1";

    private final Options options;
    private final Workspace workspace;
    private final Fabric fabric;
    private final Tally tally = new Tally();
    private final Screen screen;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private long timeToShiftMillis = -1;
    private long timeBackMillis = -1;

    /**
     * How to run.
     *
     * @param launcher the {@code bridgehead} program
     * @param out where the picture goes
     * @param terminal whether that is a terminal
     * @param stepMillis how long each situation is watched
     * @param nanoTime a monotone clock
     * @param workers runs the clients
     */
    public record Options(
            Path launcher,
            PrintWriter out,
            boolean terminal,
            long stepMillis,
            LongSupplier nanoTime,
            ExecutorService workers) {}

    private Demo(Options options, Workspace workspace) {
        this.options = options;
        this.workspace = workspace;
        this.fabric = new Fabric(options.launcher(), workspace);
        this.screen =
                new Screen(options.out(), options.terminal(), options.nanoTime().getAsLong());
    }

    /**
     * Runs it.
     *
     * @throws IOException when a process could not be started or did not become ready; the message has its last lines
     */
    public static Outcome run(Options options) throws IOException {
        Workspace workspace = Workspace.create();
        Demo demo = new Demo(options, workspace);
        Thread atExit = Thread.ofPlatform().unstarted(demo.fabric::close);
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            return demo.scenario();
        } finally {
            demo.stopped.set(true);
            demo.fabric.close();
            demo.screen.close();
            Runtime.getRuntime().removeShutdownHook(atExit);
            workspace.remove();
        }
    }

    private Outcome scenario() throws IOException {
        Keys keys = start();
        startClients();
        watch("clients at aws-use1 ask for " + Workspace.HOST);
        tally.warm(options.nanoTime().getAsLong());
        loseOneEndpoint();
        loseAllLocalEndpoints();
        loseAnotherSite();
        everythingReturns();
        loseAnEntryNode();
        changeTheRoute(keys);
        stopped.set(true);
        Set<String> revisions = fabric.revisions();
        awaitClients();
        Tally.Sum sum = tally.sum();
        return new Outcome(
                sum.requests(),
                sum.failed(),
                sum.posts(),
                sum.postsFailed(),
                workspace.postsDuplicated(),
                sum.reconnects(),
                sum.longestStallMillis(),
                sum.longestStallIn(),
                sum.coldMillis(),
                timeToShiftMillis,
                timeBackMillis,
                sum.bySite(),
                String.join(",", revisions));
    }

    private Keys start() throws IOException {
        workspace.writeConfigurations();
        Keys keys = fabric.makeKeys();
        say("starting three sites: aws-use1 (two nodes), azure-weu, gcp-euw4");
        for (Workspace.Node node : workspace.nodes()) {
            fabric.startNode(node);
        }
        for (Workspace.Backend backend : workspace.backends()) {
            fabric.startBackend(backend);
        }
        for (Workspace.Node node : workspace.nodes()) {
            await(node.name() + " to be ready", START_SECONDS_MAX, () -> fabric.ready(node));
        }
        for (Workspace.Node node : workspace.nodes()) {
            await(node.name() + " to have its tunnels", START_SECONDS_MAX, () -> fabric.connected(node));
            await(node.name() + " to see the whole cluster", START_SECONDS_MAX, () -> fabric.clustered(node));
        }
        say("all nodes are ready; bridgehead apply -f shop.yaml");
        applyEverywhere(workspace.writeDocument("shop.yaml", "local", "azure-weu", "gcp-euw4"), keys);
        return keys;
    }

    private void applyEverywhere(Path document, Keys keys) throws IOException {
        Set<String> before = fabric.revisions();
        fabric.apply(document, keys.operatorCertificate(), keys.operatorKey());
        await("the revision to be active on every node", STEP_SECONDS_MAX, () -> {
            Set<String> now = fabric.revisions();
            return now.size() == 1 && !now.equals(before) && !now.contains("");
        });
        say("revision " + String.join(",", fabric.revisions()) + " is active on every node");
    }

    private void startClients() {
        List<Integer> entries = workspace.nodes().stream()
                .filter(node -> node.site().equals(HOME))
                .map(Workspace.Node::http)
                .toList();
        for (int i = 0; i < 10; i++) {
            boolean posts = i >= 8;
            options.workers()
                    .execute(new Client(
                            new Client.Plan(Workspace.HOST, entries, i % 2, posts, posts ? 100 : 40, "client-" + i),
                            tally,
                            options.nanoTime(),
                            stopped::get));
        }
    }

    private void loseOneEndpoint() throws IOException {
        Workspace.Backend victim = workspace.backendsIn(HOME).getFirst();
        say("kill -9: one of the two endpoints of aws-use1");
        fabric.kill(victim.name());
        watch("the other endpoint serves");
    }

    private void loseAllLocalEndpoints() {
        say("kill -9: the last endpoint of aws-use1");
        tally.watch(HOME, false, options.nanoTime().getAsLong());
        fabric.kill(workspace.backendsIn(HOME).getLast().name());
        await("another site to serve", STEP_SECONDS_MAX, () -> tally.watchedMillis() >= 0);
        timeToShiftMillis = tally.watchedMillis();
        watch("azure-weu serves, every client after " + timeToShiftMillis + " ms");
    }

    private void loseAnotherSite() {
        say("kill -9: all of azure-weu, gateway and endpoints");
        fabric.kill("azure-weu-a");
        for (Workspace.Backend backend : workspace.backendsIn("azure-weu")) {
            fabric.kill(backend.name());
        }
        watch("gcp-euw4 serves");
    }

    private void everythingReturns() throws IOException {
        say("the endpoints of aws-use1 and all of azure-weu return");
        for (Workspace.Backend backend : workspace.backendsIn("azure-weu")) {
            fabric.startBackend(backend);
        }
        fabric.startNode(workspace.node("azure-weu-a"));
        tally.watch(HOME, true, options.nanoTime().getAsLong());
        for (Workspace.Backend backend : workspace.backendsIn(HOME)) {
            fabric.startBackend(backend);
        }
        await("aws-use1 to serve again", STEP_SECONDS_MAX, () -> tally.watchedMillis() >= 0);
        timeBackMillis = tally.watchedMillis();
        watch("aws-use1 serves its own again, every client after " + timeBackMillis + " ms");
        Workspace.Node azure = workspace.node("azure-weu-a");
        await("azure-weu-a to be back", START_SECONDS_MAX, () -> fabric.ready(azure) && fabric.connected(azure));
    }

    private void loseAnEntryNode() throws IOException {
        say("kill -9: aws-use1-b, one of the two entry nodes; its clients reconnect to the other");
        fabric.kill("aws-use1-b");
        watch("aws-use1-a carries all clients");
        Workspace.Node node = workspace.node("aws-use1-b");
        fabric.startNode(node);
        await("aws-use1-b to be back", START_SECONDS_MAX, () -> fabric.ready(node) && fabric.connected(node));
        say("aws-use1-b is back, with the revision from its own disk");
    }

    private void changeTheRoute(Keys keys) throws IOException {
        say("bridgehead apply: azure-weu first, from now on");
        tally.watch("azure-weu", true, options.nanoTime().getAsLong());
        applyEverywhere(workspace.writeDocument("shop-azure.yaml", "azure-weu", "local", "gcp-euw4"), keys);
        await("azure-weu to serve", STEP_SECONDS_MAX, () -> tally.watchedMillis() >= 0);
        watch("azure-weu serves by the new order");
    }

    private void watch(String what) {
        say(what);
        long end = options.nanoTime().getAsLong() + TimeUnit.MILLISECONDS.toNanos(options.stepMillis());
        tally.recent();
        while (options.nanoTime().getAsLong() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
            screen.show(tally.recent(), tally.sum());
        }
    }

    private void await(String what, int secondsMax, BooleanSupplier condition) {
        long end = options.nanoTime().getAsLong() + TimeUnit.SECONDS.toNanos(secondsMax);
        while (!condition.getAsBoolean()) {
            if (options.nanoTime().getAsLong() > end) {
                throw new IllegalStateException("waited " + secondsMax + " s for " + what + ": it did not happen; "
                        + "processes that ended by themselves: " + fabric.lost() + "\n" + lastLines());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private String lastLines() {
        List<String> lines = new ArrayList<>();
        for (Workspace.Node node : workspace.nodes()) {
            try {
                List<String> all = Files.readAllLines(node.folder().resolve("log"));
                lines.add("--- " + node.name());
                lines.addAll(all.subList(Math.max(0, all.size() - 15), all.size()));
            } catch (IOException e) {
                lines.add("--- " + node.name() + ": no log (" + e.getMessage() + ")");
            }
        }
        return String.join("\n", lines);
    }

    private void awaitClients() throws IOException {
        options.workers().shutdown();
        try {
            if (!options.workers().awaitTermination(STEP_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IOException("the clients did not end in " + STEP_SECONDS_MAX + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void say(String what) {
        tally.situation(what);
        screen.say(what, options.nanoTime().getAsLong());
    }
}
