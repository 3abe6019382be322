package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.admin.TrafficRates;
import io.bridgehead.cli.top.Screen;
import io.bridgehead.cli.top.Terminal;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code top}: a node's traffic, live. */
@Command(
        name = "top",
        description = {
            "Shows services with rates, errors and latencies, sites, and tunnels with round trips, live in the terminal.",
            "Keys: q ends it; s goes through the orders of services; r, e, p and n sort by rate, errors, p99 and name."
                    + " Off a terminal it prints one table and ends. NO_COLOR in the environment keeps it without colours."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead top", "  bridgehead top --every 5s --sort p99", "  bridgehead top | head -20"})
@OwnedBy(Owner.CONFINED)
final class TopCommand implements Callable<Integer> {
    private static final Duration KEYS = Duration.ofMillis(50);
    private static final Terminal.Size UNBOUND = new Terminal.Size(1000, 200);

    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final NodeAccess node = new NodeAccess();

    @Option(
            names = "--every",
            paramLabel = "TIME",
            converter = Lasting.Reader.class,
            defaultValue = "2s",
            description = "over how long rates are taken, and how often it is drawn (default: ${DEFAULT-VALUE})")
    private Lasting every = new Lasting(Duration.ofSeconds(2));

    @Option(
            names = "--sort",
            paramLabel = "ORDER",
            defaultValue = "rate",
            description = "services by rate, errors, p99 or name (default: ${DEFAULT-VALUE})")
    private Screen.Order order = Screen.Order.RATE;

    @Override
    public Integer call() throws NodeUnreachableException, IOException {
        Duration period = every.time();
        if (period == null) {
            throw new ParameterException(spec.commandLine(), "--every 'ever': expected a time, such as 2s");
        }
        JsonObject first = node.get("/v1/overview");
        PrintWriter out = spec.commandLine().getOut();
        if (!Progress.isTerminal()) {
            LockSupport.parkNanos(period.toNanos());
            JsonObject rates = TrafficRates.between(first, node.get("/v1/overview"));
            new Screen(false)
                    .lines(rates, order, UNBOUND).stream()
                            .filter(line -> !line.startsWith("q quit"))
                            .forEach(out::println);
            return 0;
        }
        try (Terminal terminal = Terminal.open(out, System.in)) {
            watch(terminal, first, period);
        }
        return 0;
    }

    private void watch(Terminal terminal, JsonObject first, Duration period)
            throws NodeUnreachableException, IOException {
        String none = System.getenv("NO_COLOR");
        Screen screen = new Screen(none == null || none.isEmpty());
        JsonObject before = first;
        JsonObject shown = first.copy();
        long next = System.nanoTime() + period.toNanos();
        terminal.draw(screen.lines(shown, order, terminal.size()));
        for (int key = 0; key != 'q'; key = terminal.key()) {
            boolean sorted = sort(key);
            boolean due = System.nanoTime() - next >= 0;
            if (due) {
                JsonObject now = node.get("/v1/overview");
                shown = TrafficRates.between(before, now.copy());
                before = now;
                next = System.nanoTime() + period.toNanos();
            }
            if (sorted || due) {
                terminal.draw(screen.lines(shown, order, terminal.size()));
            }
            LockSupport.parkNanos(KEYS.toNanos());
        }
    }

    private boolean sort(int key) {
        order = switch (key) {
            case 's' -> order.next();
            case 'r' -> Screen.Order.RATE;
            case 'e' -> Screen.Order.ERRORS;
            case 'p' -> Screen.Order.P99;
            case 'n' -> Screen.Order.NAME;
            default -> order;
        };
        return key != 0;
    }
}
