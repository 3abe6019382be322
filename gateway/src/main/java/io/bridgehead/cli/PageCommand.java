package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.app.LocalPage;
import io.bridgehead.app.StartException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code page}: the status page on this machine, where orders are given by the operator's identity. */
@Command(
        name = "page",
        description = {
            "Serves the status page of a node on this machine, for one browser, until interrupted.",
            "Orders can be given there (drain, pin, freeze, quarantine, and their ends): they are shown first, and signed by the operator's"
                    + " identity as those of the commands are. The link that is printed is good for one browser."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead page                              by the socket of the node on this machine",
            "  bridgehead page --node gw.aws.example:15009",
            "  bridgehead page --port 8099 --no-open --for 1h"
        })
@OwnedBy(Owner.CONFINED)
final class PageCommand implements Callable<Integer> {
    private static final int PORT_MAX = 65_535;

    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final NodeAccess node = new NodeAccess();

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "the port at a loopback address that is chosen anew each time (default: one that the system chooses)")
    private int port;

    @Option(names = "--no-open", description = "print the link only, and open no browser")
    private boolean noOpen;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "12h",
            converter = Lasting.Reader.class,
            description = "how long to serve it, such as 30m, 2h, or ever (default: ${DEFAULT-VALUE})")
    private Lasting lasting = new Lasting(null);

    @Override
    public Integer call() throws NodeUnreachableException, InterruptedException {
        if (port < 0 || port > PORT_MAX) {
            throw new Failure(Failure.USAGE, "bridgehead: --port " + port + ": expected 0 to " + PORT_MAX);
        }
        node.get("/v1/overview");
        PageDesk desk = new PageDesk(node);
        CountDownLatch ended = new CountDownLatch(1);
        try (LocalPage page = LocalPage.open(port, desk)) {
            BrowserStart browser = noOpen ? null : BrowserStart.of(page.link());
            if (browser != null) {
                Runtime.getRuntime()
                        .addShutdownHook(
                                Thread.ofPlatform().name("bridgehead-stop").unstarted(browser::remove));
            }
            say(spec.commandLine().getOut(), page.link(), desk.overview().getJsonObject("desk"));
            await(ended, lasting.time());
        } catch (StartException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
        return 0;
    }

    private static void say(PrintWriter out, String link, @Nullable JsonObject desk) {
        out.println(link);
        out.println(
                "The link is good for the browser on this machine that opens it first, and whoever does gives orders in your name.");
        if (desk != null && desk.getBoolean("may")) {
            out.println("Orders are signed by " + desk.getString("operator") + ". Ctrl-C ends it.");
        } else if (desk != null) {
            out.println("No orders can be given there: " + desk.getString("reason") + ". Ctrl-C ends it.");
        }
        out.flush();
    }

    private static void await(CountDownLatch ended, @Nullable Duration time) throws InterruptedException {
        if (time == null) {
            ended.await();
        } else {
            boolean _ = ended.await(time.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
