package io.bridgehead.app;

import io.bridgehead.admin.AdminApi.Reply;
import io.bridgehead.authn.JwtIssuers;
import io.bridgehead.compile.CompileContext;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.listen.ListenerProblem;
import io.bridgehead.telemetry.ReloadLog;
import io.bridgehead.telemetry.Telemetry;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.MaterialException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Puts in force what gateway.yaml says now. All that can be wrong with it is found out first; then it is taken, but for keys that a process has for
 * its life, which are named. A node that stops before anything was taken stays as it is; what has begun goes on.
 */
record NodeReload(NodeParts parts, Reloads.Change change) {
    private static final int OK = 200;
    /** A loop that stands still for so long holds up no lines of the others. */
    private static final long LOOPS_MILLIS_MAX = 10_000;

    /**
     * What was read and opened, and found right.
     *
     * @param read what the file says
     * @param next what of it may be put in force
     */
    private record Ready(
            NodeConfig read,
            NodeConfig next,
            EdgeTlsSet.Prepared edges,
            JwtIssuers.Prepared issuers,
            Telemetry.Prepared signals) {
        void drop() {
            issuers.drop();
            edges.drop();
            signals.drop();
        }
    }

    /** Reads gateway.yaml and the key files again; a problem in either changes nothing. One at a time: {@link Reloads} sees to that. */
    CompletionStage<Reply> reload() {
        return CompletableFuture.supplyAsync(this::reloadNow, parts.threads().files())
                .thenCompose(reply -> reply);
    }

    /** Says in the log what came of it. */
    static void say(Reply reply) {
        JsonObject body = reply.body();
        if (reply.status() == OK) {
            ReloadLog.done(
                    texts(body, "changes"),
                    body.getJsonArray("restart").stream()
                            .map(need -> RestartNeeds.Need.of((JsonObject) need).text())
                            .toList());
        } else {
            ReloadLog.refused(body.getString("error"), texts(body, "problems"));
        }
    }

    private static List<String> texts(JsonObject body, String key) {
        return body.getJsonArray(key, new JsonArray()).stream()
                .map(String::valueOf)
                .toList();
    }

    private CompletionStage<Reply> reloadNow() {
        return switch (parts.configs().read()) {
            case Reading.Refused<NodeConfig> refused ->
                unchanged(
                                "gateway.yaml has problems",
                                refused.problems().stream()
                                        .map(Object::toString)
                                        .toList())
                        .thenApply(reply -> ProblemRow.detailed(reply, refused.problems()));
            case Reading.Done<NodeConfig> done -> prepare(done.value());
        };
    }

    /** Log files are opened again all the same: who renamed them asks for this, and knows nothing of the rest. */
    private CompletionStage<Reply> unchanged(String why, List<String> problems) {
        return change.make(() -> openedAgain(why, problems), () -> {});
    }

    private CompletionStage<Reply> openedAgain(String why, List<String> problems) {
        List<String> all = new ArrayList<>(problems);
        parts.telemetry().openAgain().stream()
                .filter(problem -> !why.contains(problem))
                .forEach(problem -> all.add("telemetry: " + problem));
        return CompletableFuture.completedStage(Reply.bad(400, "nothing was changed: " + why, all));
    }

    private CompletionStage<Reply> prepare(NodeConfig read) {
        NodeConfig next;
        JwtIssuers.Prepared issuers;
        try {
            next = RestartNeeds.keeping(parts.config(), read);
        } catch (KeptDomain.NotYetException e) {
            return unchanged("jwt: " + e.getMessage(), List.of());
        }
        try {
            issuers = parts.path().issuers().prepare(next);
        } catch (IllegalArgumentException e) {
            return unchanged("jwt: " + e.getMessage(), List.of());
        }
        EdgeTlsSet.Prepared edges;
        try {
            edges = parts.path().edgeTls().prepare(next);
        } catch (StartException e) {
            issuers.drop();
            return unchanged("certificates of listeners have problems", e.reasons());
        } catch (RuntimeException e) {
            issuers.drop();
            throw e;
        }
        Telemetry.Prepared signals;
        try {
            signals = parts.telemetry().prepare(next);
        } catch (IOException e) {
            issuers.drop();
            edges.drop();
            return unchanged("telemetry: " + e.getMessage(), List.of());
        } catch (MaterialException e) {
            issuers.drop();
            edges.drop();
            return unchanged("telemetry.otlp.tls: " + e.getMessage(), List.of());
        } catch (RuntimeException e) {
            issuers.drop();
            edges.drop();
            throw e;
        }
        Ready ready = new Ready(read, next, edges, issuers, signals);
        return change.make(() -> keys(ready), ready::drop);
    }

    private CompletionStage<Reply> keys(Ready ready) {
        List<String> changes = new ArrayList<>();
        try {
            LiveTls.Generation before = parts.tls().current();
            LiveTls.Generation now = parts.files().reload(parts.tls());
            if (now.number() != before.number()) {
                changes.add("key material: " + now.material());
            }
        } catch (MaterialException e) {
            ready.drop();
            return unchanged(String.valueOf(e.getMessage()), List.of());
        }
        return use(ready, changes);
    }

    /** Nothing stands against it any more but listeners that cannot be opened, which stay as they were. */
    private CompletionStage<Reply> use(Ready ready, List<String> changes) {
        NodeConfig next = ready.next();
        List<RestartNeeds.Need> waiting = RestartNeeds.of(parts.config(), ready.read());
        bounds(ready, changes);
        parts.control().execute(() -> parts.fabric().configure(next.tunnel().peers()));
        parts.folders().configure(next.folders());
        parts.remote().configure(next);
        parts.path().edgeTls().use(ready.edges());
        parts.path().issuers().use(ready.issuers());
        // a Gateway that this configuration opens must not have its port without what is taken of tokens there
        GatewayPorts.Tokens tokens = TokenIssuers.atGateways(ready.issuers(), next);
        parts.path().ports().expect(tokens);
        parts.tables()
                .recompileFor(CompileContext.of(next, OwnAddresses.all())
                        .with(parts.gateways().terms(next.gateways())));
        return parts.path()
                .ports()
                .configure(
                        DataPath.specs(
                                next,
                                ready.edges().tls(),
                                ready.issuers(),
                                parts.identity().federation().published()),
                        tokens)
                .thenApply(problems -> {
                    parts.path()
                            .edgeTls()
                            .retire(parts.path().listeners().open().values());
                    parts.configured()
                            .use(
                                    next,
                                    problems.stream()
                                            .map(ListenerProblem::listener)
                                            .collect(Collectors.toSet()));
                    return answer(next, problems, changes, waiting);
                });
    }

    /** Limits and signals: what begins from now on has the new ones. */
    private void bounds(Ready ready, List<String> changes) {
        NodeConfig next = ready.next();
        if (!next.limits().equals(parts.path().limits().now())) {
            changes.add("limits: for what begins from now on");
        }
        if (ready.signals().isOther()) {
            changes.add("telemetry: for what ends from now on");
        }
        if (!ready.signals().files().isEmpty()) {
            changes.add("log files, opened again: " + ready.signals().files());
        }
        Telemetry.Left left = ready.signals().use();
        left.endAfter(parts.path().use(next, parts.loops()), LOOPS_MILLIS_MAX);
        parts.control()
                .execute(() -> parts.overload().use(next.limits().protection().overload()));
    }

    private static Reply answer(
            NodeConfig next, List<ListenerProblem> problems, List<String> changes, List<RestartNeeds.Need> waiting) {
        JsonArray restart = new JsonArray();
        waiting.forEach(need -> restart.add(need.json()));
        if (!problems.isEmpty()) {
            List<String> all = new ArrayList<>();
            JsonArray details = new JsonArray();
            for (ListenerProblem problem : problems) {
                all.add(problem.message());
                details.add(ReloadOutlook.row(next, problem));
            }
            waiting.forEach(need -> all.add(need.text()));
            Reply reply = Reply.bad(400, "some listeners stay as they were; the rest is in force", all);
            reply.body()
                    .put(ProblemRow.DETAILS, details)
                    .put("changes", new JsonArray(changes))
                    .put("restart", restart);
            return reply;
        }
        changes.add("listeners: "
                + next.listeners().stream().map(NodeConfig.Listener::name).toList());
        if (!next.folders().isEmpty()) {
            changes.add("folders, being read again: "
                    + next.folders().stream().map(NodeConfig.Folder::source).toList());
        }
        return Reply.good(
                new JsonObject().put("changes", new JsonArray(changes)).put("restart", restart));
    }
}
