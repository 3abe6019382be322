package io.bridgehead.app;

import io.bridgehead.admin.AdminApi.Reply;
import io.bridgehead.config.BundleEndpoint;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.listen.ListenerProblem;
import io.bridgehead.listen.ListenerProblem.Reason;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.MaterialException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a reload would do now: all that can be wrong with the files is found out as {@link NodeReload} does, and what is in force is compared with what they
 * say. Nothing is opened, written or taken; of a listener's port it is found out whether somebody has it.
 */
record ReloadOutlook(NodeParts parts) {
    /** Reads gateway.yaml and the files that it names. */
    CompletionStage<Reply> outlook() {
        return CompletableFuture.supplyAsync(this::now, parts.threads().files());
    }

    private Reply now() {
        return switch (parts.configs().read()) {
            case Reading.Refused<NodeConfig> refused ->
                ProblemRow.detailed(
                        refused(
                                "gateway.yaml has problems",
                                refused.problems().stream()
                                        .map(Object::toString)
                                        .toList()),
                        refused.problems());
            case Reading.Done<NodeConfig> done -> judged(done.value());
        };
    }

    private static Reply refused(String why, List<String> problems) {
        return Reply.bad(400, "nothing would be changed: " + why, problems);
    }

    private Reply judged(NodeConfig read) {
        NodeConfig next;
        try {
            next = RestartNeeds.keeping(parts.config(), read);
            parts.path().issuers().prepare(next).drop();
        } catch (IllegalArgumentException e) {
            return refused("jwt: " + e.getMessage(), List.of());
        }
        List<String> problems = EdgeTlsSet.problems(next);
        if (!problems.isEmpty()) {
            return refused("certificates of listeners have problems", problems);
        }
        problems = parts.telemetry().problems(next);
        if (!problems.isEmpty()) {
            return refused("telemetry has problems", problems);
        }
        List<String> changes = new ArrayList<>();
        try {
            KeyMaterial keys = parts.files().ahead();
            if (keys != null) {
                changes.add("key material: " + keys);
            }
        } catch (MaterialException e) {
            return refused(String.valueOf(e.getMessage()), List.of());
        }
        changes.addAll(ReloadDifferences.of(parts.config(), parts.configured().listeners(), next));
        JsonArray restart = new JsonArray();
        List<RestartNeeds.Need> waiting = RestartNeeds.of(parts.config(), read);
        waiting.forEach(need -> restart.add(need.json()));
        JsonArray closed = closed(next);
        Reply reply = closed.isEmpty() ? Reply.good(new JsonObject()) : partly(closed, waiting);
        reply.body().put("dryRun", true).put("changes", new JsonArray(changes)).put("restart", restart);
        return reply;
    }

    /** As a reload ends where only listeners cannot be opened. */
    private static Reply partly(JsonArray closed, List<RestartNeeds.Need> waiting) {
        List<String> problems = new ArrayList<>();
        closed.forEach(row -> problems.add(((JsonObject) row).getString("message")));
        waiting.forEach(need -> problems.add(need.text()));
        Reply reply = Reply.bad(400, "some listeners would stay as they were; the rest would be in force", problems);
        reply.body().put(ProblemRow.DETAILS, closed);
        return reply;
    }

    /** Listeners whose place somebody else has. One that this node has open now is left alone: by then it may have closed it. */
    private JsonArray closed(NodeConfig next) {
        Set<Integer> own = parts.path().listeners().open().values().stream()
                .map(listener -> listener.spec().port())
                .collect(Collectors.toSet());
        List<@Nullable ListenerProblem> problems = new ArrayList<>();
        for (NodeConfig.Listener listener : next.listeners()) {
            if (listener.protocol().isServed()) {
                problems.add(beforehand(own, listener.name(), listener.address(), listener.port()));
            }
        }
        BundleEndpoint endpoint = next.identity().bundleEndpoint();
        if (endpoint != null) {
            problems.add(beforehand(own, BundleEndpoint.LISTENER, endpoint.address(), endpoint.port()));
        }
        JsonArray rows = new JsonArray();
        problems.stream().filter(Objects::nonNull).forEach(problem -> rows.add(row(next, problem)));
        return rows;
    }

    private @Nullable ListenerProblem beforehand(Set<Integer> own, String name, InetAddress address, int port) {
        boolean isOwn =
                own.contains(port) || parts.loops().supervisor().isLettingGo(new InetSocketAddress(address, port));
        return port <= 0 || isOwn ? null : ListenerProblem.beforehand(name, address, port);
    }

    /** Names the key of a listener that cannot be opened; what a Gateway opens has none. */
    static JsonObject row(NodeConfig next, ListenerProblem problem) {
        BundleEndpoint endpoint = next.identity().bundleEndpoint();
        if (endpoint != null && problem.listener().equals(BundleEndpoint.LISTENER)) {
            return row(BundleEndpoint.LISTENER, endpoint.address(), endpoint.port(), problem);
        }
        for (int i = 0; i < next.listeners().size(); i++) {
            NodeConfig.Listener listener = next.listeners().get(i);
            if (listener.name().equals(problem.listener())) {
                return row("listeners[" + i + "]", listener.address(), listener.port(), problem);
            }
        }
        return ProblemRow.of(problem.message());
    }

    private static JsonObject row(String key, InetAddress address, int port, ListenerProblem problem) {
        return problem.reason() == Reason.NO_SUCH_ADDRESS
                ? ProblemRow.of(
                        null,
                        key + ".address",
                        Problem.quoted(address.getHostAddress()),
                        "an address of this machine",
                        null,
                        problem.message())
                : ProblemRow.of(
                        null,
                        key + ".port",
                        Problem.quoted(String.valueOf(port)),
                        "a port that is free and may be opened",
                        null,
                        problem.message());
    }
}
