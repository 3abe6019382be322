package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.cli.UndrainCommand.Over;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code drill fail-site}: a service's endpoints in a site count as lost for a while. */
@Command(
        name = "fail-site",
        description = {
            "Makes every node treat a service's endpoints in a site as lost, sends GETs meanwhile, and says what they noticed.",
            "",
            "The site's own nodes take all its endpoints for unfit, say so to the others and refuse what still comes, as they do when the last"
                    + " endpoint has died: real requests move too, and come back by the service's rules of failover. It shows that others"
                    + " can take the load, and how fast. It does not show how long checks take to notice a loss, and breaks no tunnel,"
                    + " node or request under way.",
            "",
            "The order ends with the command, and by itself 10 s after its time if the command has died. Ctrl-C ends the drill."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead drill fail-site aws-use1 --service orders",
            "  bridgehead drill fail-site aws-use1 --service orders --for 2m --path /ready --rate 50 -o json"
        })
@OwnedBy(Owner.CONFINED)
final class DrillFailSiteCommand implements Callable<Integer> {
    private static final int RATE_MAX = 200;
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int REPORT_SECONDS_MAX = 20;

    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final NodeAccess node = new NodeAccess();

    private final OperatorKey operator = node.operator();

    @Mixin
    private final Output output = new Output();

    @Parameters(index = "0", paramLabel = "SITE", description = "the site")
    private String site = "";

    @Option(names = "--service", required = true, paramLabel = "NAME", description = "the service")
    private String service = "";

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Over.Reader.class,
            description = "how long the site counts as lost, at most 10m (default: ${DEFAULT-VALUE})")
    private Over lasts = new Over(Duration.ofSeconds(30));

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            defaultValue = "90s",
            converter = Over.Reader.class,
            description = "how long to look for the site's return afterwards (default: ${DEFAULT-VALUE})")
    private Over wait = new Over(Duration.ofSeconds(90));

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "20",
            description = "GETs a second, 1 to 200 (default: ${DEFAULT-VALUE})")
    private int rate = 20;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            defaultValue = "/",
            description = "what is asked for; it should change nothing (default: ${DEFAULT-VALUE})")
    private String path = "/";

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "the host that is named (default: the service's first)")
    private @Nullable String host;

    @Option(
            names = "--to",
            paramLabel = "HOST:PORT",
            description = "where GETs are sent (default: this node's first HTTP listener)")
    private @Nullable String to;

    @Option(
            names = {"-m", "--reason"},
            paramLabel = "TEXT",
            defaultValue = "a drill",
            description = "why, for whoever sees the order (default: ${DEFAULT-VALUE})")
    private String reason = "a drill";

    @Option(names = "--even-if-lost", description = "also when no other site could take the service")
    private boolean evenIfLost;

    @Option(names = "--dry-run", description = "send one GET, show what would be done and change nothing")
    private boolean dryRun;

    @Override
    public Integer call() throws NodeUnreachableException {
        requireBounds();
        DrillShares before = DrillShares.of(node, service);
        if (before.rows().isEmpty()) {
            throw problem("service '" + service
                    + "' is not known to this node; 'bridgehead get services' shows those that are");
        }
        String named = host == null ? hostOf(before) : host;
        HostPort target = target();
        String shown = "GET http://" + named + path + " at " + target;
        try (DrillProbes probes = DrillProbes.of(target, named, path, rate)) {
            String lost = probes.trial();
            if (lost != null && !evenIfLost) {
                throw problem(shown + ": " + lost
                        + "; expected an answer below 500 before anything is drilled: see --path, --host and --to");
            }
            String what = "site " + site + " lost for service " + service + " as seen from node "
                    + node.get("/v1/status").getString("node");
            if (dryRun) {
                spec.commandLine()
                        .getOut()
                        .println("would drill: " + what + ", for "
                                + lasts.time().toSeconds() + " s, with " + rate + " times a second " + shown);
                return 0;
            }
            return run(probes, what);
        }
    }

    private void requireBounds() {
        if (rate < 1 || rate > RATE_MAX) {
            throw new Failure(Failure.USAGE, "bridgehead: --rate " + rate + ": expected 1 to " + RATE_MAX);
        }
        if (lasts.time().compareTo(LONGEST) > 0) {
            throw new Failure(Failure.USAGE, "bridgehead: --for: expected at most 10m");
        }
        if (!path.startsWith("/") || !path.matches("[!-~]+")) {
            throw new Failure(Failure.USAGE, "bridgehead: --path '" + path + "': expected one that begins with /");
        }
    }

    private static Failure problem(String text) {
        return new Failure(Failure.PROBLEM, "bridgehead: " + text);
    }

    private String hostOf(DrillShares shares) {
        for (Object name : shares.rows().getJsonObject(0).getJsonArray("hostnames", new JsonArray())) {
            if (!String.valueOf(name).startsWith("*")) {
                return String.valueOf(name);
            }
        }
        throw problem("service '" + service + "' has no host name without '*'; expected --host with the one to name");
    }

    private HostPort target() throws NodeUnreachableException {
        if (to != null) {
            try {
                return HostPort.parse(to);
            } catch (IllegalArgumentException e) {
                throw new Failure(Failure.USAGE, "bridgehead: --to '" + to + "': " + e.getMessage());
            }
        }
        for (Object one : node.get("/v1/status").getJsonArray("listeners", new JsonArray())) {
            JsonObject listener = (JsonObject) one;
            String address = listener.getString("address", "");
            int colon = address.lastIndexOf(':');
            if ("HTTP".equals(listener.getString("protocol")) && colon > 0) {
                String at = address.substring(0, colon);
                boolean any = at.equals("0.0.0.0") || at.matches("\\[[0:]*\\]");
                return HostPort.parse((any ? "127.0.0.1" : at) + address.substring(colon));
            }
        }
        throw problem("this node has no open HTTP listener; expected --to HOST:PORT where GETs are sent");
    }

    private int run(DrillProbes probes, String what) throws NodeUnreachableException {
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch reported = new CountDownLatch(1);
        Thread atExit = Thread.ofPlatform().name("drill-end").unstarted(() -> {
            stop.countDown();
            await(reported, TimeUnit.SECONDS.toMillis(REPORT_SECONDS_MAX));
        });
        Runtime.getRuntime().addShutdownHook(atExit);
        node.doing(null);
        try {
            DrillOrder order = new DrillOrder(node, operator.signer(), service, site, reason);
            DrillReport report;
            try (Progress progress = Progress.of("beginning")) {
                report = new Drill(order, probes, stop, progress).run(what, lasts.time(), wait.time(), evenIfLost);
            }
            if (!output.document(spec.commandLine().getOut(), report.json())) {
                report.lines().forEach(spec.commandLine().getOut()::println);
            }
            spec.commandLine().getOut().flush();
            return report.probes().lost() > 0 && !evenIfLost ? Failure.PROBLEM : 0;
        } finally {
            reported.countDown();
            if (stop.getCount() > 0) {
                Runtime.getRuntime().removeShutdownHook(atExit);
            }
        }
    }

    /** @return whether it came within the time */
    static boolean await(CountDownLatch latch, long millis) {
        try {
            return latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
