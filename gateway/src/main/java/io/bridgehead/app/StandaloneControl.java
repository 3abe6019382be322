package io.bridgehead.app;

import io.bridgehead.app.GatewayPorts.PortProblem;
import io.bridgehead.compile.CompileContext;
import io.bridgehead.compile.CompileResult;
import io.bridgehead.compile.Compiler;
import io.bridgehead.compile.TrafficPolicies;
import io.bridgehead.compile.gateway.GatewayCompiler;
import io.bridgehead.compile.gateway.GatewayTable;
import io.bridgehead.config.Document;
import io.bridgehead.config.manifest.ManifestReading;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import io.bridgehead.routing.GatewayPort;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a standalone node serves equal to what its folder says: reads, compiles, swaps the table, opens and closes ports. What is wrong with a
 * file, a document or a port is told, and the rest is served.
 *
 * <pre>
 * waiting --look--> reading and compiling (on the blocking pool) --changed--> table swapped --> ports reconciled --> waiting
 *                        \--nothing changed, no port to try again--> waiting
 * </pre>
 */
@OwnedBy(Owner.CONTROL)
final class StandaloneControl {
    static final long LOOK_MILLIS = 200;
    private static final long TRY_AGAIN_MILLIS = 1_000;

    private final StandaloneNode.Parts parts;
    private final CompileContext context;
    private final ManifestFolder folder;
    private final GatewayPort.MaterialCheck check;
    private final StatusBook book;
    private volatile List<String> problems = List.of();
    private volatile List<String> notes = List.of();
    private GatewayTable table = GatewayTable.EMPTY;
    private Map<String, String> closed = Map.of();
    private @Nullable Timer timer;
    private @Nullable Runnable onServing;
    private boolean busy;
    private long triedMillis;
    private long revision;

    /** What the folder came to. */
    private record Compiled(RoutingTable routing, GatewayTable gateways, List<String> problems, List<String> notes) {}

    StandaloneControl(StandaloneNode.Parts parts, CompileContext context, ManifestFolder folder) {
        this.parts = parts;
        this.context = context;
        this.folder = folder;
        this.check = new ManifestCheck(parts.clock());
        this.book = new StatusBook(parts.clock());
    }

    /**
     * Takes what the folder says, and follows it from then on.
     *
     * @param onServing is run once, when every port that the documents describe is open; on the control context
     * @return completes when the documents that were there are in force; fails when the folder cannot be read
     */
    CompletionStage<@Nullable Void> start(Runnable onServing) {
        this.onServing = onServing;
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        parts.control().execute(() -> {
            look(done);
            timer = parts.control().every(LOOK_MILLIS, () -> look(null));
        });
        return done;
    }

    /** Follows the folder no more. Any thread. */
    void stop() {
        parts.control().execute(() -> {
            if (timer != null) {
                timer.cancel();
            }
        });
    }

    /** What is wrong with files and documents. Any thread. */
    List<String> problems() {
        return problems;
    }

    /** What does not matter but is not right either. Any thread. */
    List<String> notes() {
        return notes;
    }

    /** How every manifest stands. Any thread. */
    StatusBook book() {
        return book;
    }

    CompileContext context() {
        return context;
    }

    private void look(@Nullable CompletableFuture<@Nullable Void> first) {
        if (busy) {
            return;
        }
        busy = true;
        boolean again = !closed.isEmpty() && parts.clock().millis() - triedMillis >= TRY_AGAIN_MILLIS;
        parts.threads().blocking().execute(() -> {
            try {
                ManifestReading reading = folder.look(parts.clock().millis());
                if (reading != null) {
                    Compiled compiled = compile(reading);
                    // its keys are in force when this returns: the table that needs them follows
                    var opening = parts.path().ports().use(compiled.gateways().plan());
                    parts.control().execute(() -> activate(compiled));
                    opening.whenComplete((failures, failure) -> opened(failures, failure, first));
                } else if (again) {
                    parts.path().ports().retry().whenComplete((failures, failure) -> opened(failures, failure, first));
                } else {
                    parts.control().execute(() -> busy = false);
                }
            } catch (RuntimeException e) {
                parts.control().execute(() -> failed(e, first));
            }
        });
    }

    private void opened(
            @Nullable List<PortProblem> failures,
            @Nullable Throwable failure,
            @Nullable CompletableFuture<@Nullable Void> first) {
        parts.control().execute(() -> {
            busy = false;
            opened(failures == null ? Map.of("", String.valueOf(failure)) : NodeGateways.byPort(failures));
            if (first != null) {
                first.complete(null);
            }
        });
    }

    private void failed(Exception e, @Nullable CompletableFuture<@Nullable Void> first) {
        busy = false;
        String problem = folder.path() + ": cannot be read (" + e + "); expected a folder of documents";
        if (first != null) {
            first.completeExceptionally(new StartException(problem, e));
        } else if (!problems.contains(problem)) {
            problems = List.of(problem);
            parts.log().warn(problem);
        }
    }

    private Compiled compile(ManifestReading reading) {
        List<String> wrong = new ArrayList<>();
        List<String> noticed = new ArrayList<>();
        reading.refused().forEach(problem -> wrong.add(problem.toString()));
        reading.noticed().forEach(problem -> noticed.add(problem.toString()));
        String name = String.valueOf(++revision);
        TrafficPolicies policies = TrafficPolicies.of(reading.documents());
        Map<ServiceName, ServiceRoute> fabric = new HashMap<>();
        RoutingTable own = services(reading.documents(), name, wrong, noticed);
        for (ServiceRoute route : own.services()) {
            // there are no tunnels: endpoints of whatever site are dialed from here, unless the document names this
            // very site
            boolean names = !route.endpointsIn(context.site()).isEmpty();
            fabric.put(route.name(), names ? route : route.gatheredIn(context.site()));
        }
        GatewayTable gateways = GatewayCompiler.compile(
                reading.manifests(),
                new GatewayCompiler.Context(
                        context.site(),
                        new GatewayCompiler.Common(context.callersOfSilent(reading.documents()), policies, true),
                        fabric,
                        check,
                        _ -> true));
        List<ServiceRoute> all = new ArrayList<>(fabric.values());
        all.addAll(gateways.services());
        Map<ServiceName, List<String>> origins = new HashMap<>(own.policies());
        origins.putAll(policies.origins());
        RoutingTable table = RoutingTable.of(name, all, gateways.routes()).withPolicies(origins);
        return new Compiled(table, gateways, wrong, noticed);
    }

    /** Documents that do not fit together are left out one by one, as they were read. */
    private RoutingTable services(List<Document> documents, String name, List<String> wrong, List<String> noticed) {
        List<Document> left = new ArrayList<>(documents);
        while (true) {
            switch (new Compiler(context).compile(left, name)) {
                case CompileResult.Compiled compiled -> {
                    compiled.notes().forEach(note -> noticed.add(note.toString()));
                    return compiled.table();
                }
                case CompileResult.Refused refused -> {
                    refused.problems().forEach(problem -> wrong.add(problem.toString()));
                    if (!left.removeIf(document -> isAbout(document, refused.problems()))) {
                        return RoutingTable.EMPTY;
                    }
                }
            }
        }
    }

    private static boolean isAbout(Document document, List<Problem> problems) {
        return problems.stream()
                .anyMatch(problem -> problem.place()
                                .file()
                                .equals(document.source().start().file())
                        && problem.place().line() >= document.source().start().line()
                        && problem.place().line()
                                < document.source().start().line()
                                        + document.source().text().lines().count());
    }

    private void activate(Compiled compiled) {
        String before = parts.path().table().get().revision();
        parts.path().registry().reconcile(compiled.routing());
        boolean swapped = parts.path().table().swap(before, compiled.routing());
        assert swapped : "only this class swaps the table";
        table = compiled.gateways();
        compiled.problems().stream().filter(one -> !problems.contains(one)).forEach(parts.log()::warn);
        problems = List.copyOf(compiled.problems());
        notes = List.copyOf(compiled.notes());
        book.write(table.statuses(), closed);
        parts.log()
                .revisionActive(
                        compiled.routing().revision(),
                        compiled.routing().services().size(),
                        notes);
    }

    private void opened(Map<String, String> failures) {
        triedMillis = parts.clock().millis();
        failures.forEach((port, why) -> {
            if (!Objects.equals(closed.get(port), why)) {
                parts.log().warn("port " + port + " is not open: " + why);
            }
        });
        closed = Map.copyOf(failures);
        book.write(table.statuses(), closed);
        Runnable serving = onServing;
        if (closed.isEmpty() && serving != null) {
            onServing = null;
            serving.run();
        }
    }
}
