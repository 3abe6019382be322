package io.bridgehead.cli;

import io.bridgehead.demo.Demo;
import io.bridgehead.demo.Outcome;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: three sites on this machine, and what happens when they fail. */
@Command(
        name = "demo",
        description = {
            "Runs three sites on this machine and lets endpoints, a site and a node fail under load.",
            "Clients never stop while an endpoint, a whole site and an entry node fail and return. Ends by itself in under a minute and"
                    + " leaves nothing behind; exit code 1 when a promise broke."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead demo", "  bridgehead demo --report report.json"})
@OwnedBy(Owner.CONFINED)
final class DemoCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Option(names = "--report", paramLabel = "FILE", description = "write the report as JSON")
    private @Nullable Path report;

    @Option(
            names = "--step",
            paramLabel = "MILLIS",
            defaultValue = "1500",
            description = "how long each situation is watched (default: ${DEFAULT-VALUE})")
    private long stepMillis = 1500;

    @Override
    public Integer call() throws IOException {
        String home = System.getProperty("bridgehead.home");
        if (home == null) {
            throw new Failure(
                    Failure.USAGE, "bridgehead: demo runs from the distribution: start it with bin/bridgehead");
        }
        boolean terminal =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false)
                        && System.getenv("NO_COLOR") == null;
        PrintWriter out = spec.commandLine().getOut();
        Outcome outcome;
        try (ExecutorService clients = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().name("client-", 0).factory())) {
            outcome = Demo.run(new Demo.Options(
                    Path.of(home, "bin", "bridgehead"), out, terminal, stepMillis, System::nanoTime, clients));
        }
        print(outcome, out);
        if (report != null) {
            Files.writeString(report, outcome.toJson() + "\n");
        }
        return outcome.good() ? 0 : Failure.PROBLEM;
    }

    private static void print(Outcome outcome, PrintWriter out) {
        out.println();
        out.println("requests                        " + outcome.requests());
        out.println("GETs without a good answer      " + outcome.failed());
        out.println("POSTs done twice                " + outcome.postsDuplicated());
        out.println("POSTs without a good answer     " + outcome.postsFailed() + " of " + outcome.posts()
                + " (in flight when an endpoint or node was killed; never sent again)");
        out.println("longest wait for an answer      " + outcome.longestStallMillis() + " ms (bar: "
                + Outcome.STALL_MILLIS_MAX + " ms), after: " + outcome.longestStallIn());
        out.println("first answers of cold nodes     up to " + outcome.coldMillis() + " ms");
        out.println("time until all clients shifted  " + outcome.timeToShiftMillis() + " ms");
        out.println(
                "time until all clients are back " + outcome.timeBackMillis() + " ms after the endpoints were started");
        out.println("clients that changed entry node " + outcome.reconnects() + " times");
        out.println("served by                       " + outcome.sites());
        out.println("revision at the end             " + outcome.revision());
        out.println(outcome.good() ? "every promise was kept" : "a promise was broken");
    }
}
