package io.bridgehead.app;

import io.bridgehead.admin.AdminApi.Reply;
import io.bridgehead.cluster.api.ClusterState;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.RecordVerifier;
import io.bridgehead.compile.CompileContext;
import io.bridgehead.compile.CompileResult;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.control.Claims;
import io.bridgehead.control.Settlement;
import io.bridgehead.listen.ListenerProblem;
import io.bridgehead.sync.ActiveDocuments;
import io.bridgehead.sync.NodeReport;
import io.bridgehead.sync.Proposal;
import io.bridgehead.sync.TrustVerifier;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.MaterialException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What an operator can change at a running node through the admin API. */
final class NodeChanges {
    private static final long WAIT_MILLIS_MAX = 30_000;
    private static final long WAIT_STEP_MILLIS = 20;
    private static final long CLUSTER_MILLIS_MAX = 15_000;
    private static final int TRIES_MAX = 4;

    private final NodeParts parts;

    NodeChanges(NodeParts parts) {
        this.parts = parts;
    }

    /** Commits a signed changeset, after every document in it was found good; then waits until all nodes serve it, or for so long. */
    Future<Reply> commit(byte[] record, @Nullable String wait) {
        long waitMillis = wait == null ? 0 : Math.min(WAIT_MILLIS_MAX, Long.parseLong(wait));
        CompletionStage<Reply> reply = CompletableFuture.supplyAsync(
                        () -> judge(record), parts.threads().blocking())
                .thenCompose(judged -> judged.refusal() != null || judged.proposal() == null
                        ? CompletableFuture.completedStage(orInternal(judged.refusal()))
                        : commit(judged.proposal(), waitMillis));
        return Future.fromCompletionStage(reply);
    }

    private static Reply orInternal(@Nullable Reply reply) {
        return reply == null ? Reply.bad(500, "nothing was proposed", List.of()) : reply;
    }

    private record Judged(
            @Nullable Proposal proposal, @Nullable Reply refusal) {}

    private Judged judge(byte[] record) {
        Proposal proposal;
        try {
            proposal = parts.state().read(record);
        } catch (MalformedException e) {
            return new Judged(null, Reply.bad(400, String.valueOf(e.getMessage()), List.of()));
        }
        RecordVerifier verifier = new TrustVerifier(parts.tls(), id -> Node.isPublisher(parts.config(), id));
        if (verifier.verify(proposal.record()) instanceof RecordVerifier.Rejected rejected) {
            return new Judged(null, Reply.bad(403, "refused: " + rejected.reason(), List.of()));
        }
        ActiveDocuments active = parts.state().documents();
        List<Problem> claims = Claims.problems(active, proposal.source(), proposal.documents());
        if (!claims.isEmpty()) {
            return new Judged(
                    null,
                    Reply.bad(
                            409,
                            "nothing was changed: documents belong to other sources",
                            claims.stream().map(Object::toString).toList()));
        }
        CompileResult judged = Settlement.judge(
                active, parts.state().history(), parts.tables().context(), proposal.source(), proposal.documents());
        if (judged instanceof CompileResult.Refused refused) {
            List<String> problems =
                    refused.problems().stream().map(Object::toString).toList();
            return new Judged(null, Reply.bad(400, "nothing was changed: the documents have problems", problems));
        }
        return new Judged(proposal, null);
    }

    private CompletionStage<Reply> commit(Proposal proposal, long waitMillis) {
        return clusterDecided()
                .thenCompose(_ -> commitOrTryAgain(proposal, TRIES_MAX))
                .thenCompose(result -> reply(proposal, result, waitMillis));
    }

    /** While members join or leave the cluster may be too busy to decide; to commit the same record again is harmless. */
    private CompletionStage<CommitResult> commitOrTryAgain(Proposal proposal, int tries) {
        return parts.state()
                .commit(proposal)
                .thenCompose(result -> result instanceof CommitResult.Unavailable && tries > 1
                        ? commitOrTryAgain(proposal, tries - 1)
                        : CompletableFuture.completedStage(result));
    }

    private CompletionStage<Reply> reply(Proposal proposal, CommitResult decided, long waitMillis) {
        return switch (decided) {
            case CommitResult.Committed committed -> served(committed.head().toString(), waitMillis);
            case CommitResult.Conflict conflict ->
                CompletableFuture.completedStage(Reply.bad(
                        409,
                        "somebody else changed source '" + proposal.source() + "' first"
                                + conflict.head()
                                        .map(head -> ": its head is " + head)
                                        .orElse("")
                                + "; look at it and apply again",
                        List.of()));
            case CommitResult.Unavailable unavailable ->
                CompletableFuture.completedStage(Reply.bad(503, unavailable.reason(), List.of()));
            case CommitResult.Refused refused ->
                CompletableFuture.completedStage(Reply.bad(403, "refused: " + refused.reason(), List.of()));
        };
    }

    /** A node that has just started serves at once, but commits only when it knows whether it is alone; that is worth some seconds. */
    private CompletionStage<@Nullable Void> clusterDecided() {
        CompletableFuture<@Nullable Void> decided = new CompletableFuture<>();
        long end = parts.control().nanoTime() + CLUSTER_MILLIS_MAX * 1_000_000;
        parts.control().execute(() -> awaitCluster(end, decided));
        return decided;
    }

    private void awaitCluster(long endNanos, CompletableFuture<@Nullable Void> decided) {
        boolean starting = parts.state().cluster().phase() == ClusterState.Phase.STARTING;
        if (!starting || parts.control().nanoTime() >= endNanos) {
            decided.complete(null);
        } else {
            parts.control().after(WAIT_STEP_MILLIS, () -> awaitCluster(endNanos, decided));
        }
    }

    private CompletionStage<Reply> served(String revision, long waitMillis) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        long end = parts.control().nanoTime() + waitMillis * 1_000_000;
        parts.control().execute(() -> look(revision, end, reply));
        return reply;
    }

    private void look(String revision, long endNanos, CompletableFuture<Reply> reply) {
        int nodes = 1 + parts.fabric().reports().size();
        int active = parts.path().table().get().revision().contains(revision) ? 1 : 0;
        for (NodeReport report : parts.fabric().reports().values()) {
            active += report.revision().contains(revision) ? 1 : 0;
        }
        if (active == nodes || parts.control().nanoTime() >= endNanos) {
            reply.complete(Reply.good(new JsonObject()
                    .put("changed", true)
                    .put("revision", revision)
                    .put("nodes", nodes)
                    .put("activeOn", active)));
        } else {
            parts.control().after(WAIT_STEP_MILLIS, () -> look(revision, endNanos, reply));
        }
    }

    /** Reads gateway.yaml and the key files again; a problem in either changes nothing. */
    Future<Reply> reload() {
        Promise<Reply> reply = Promise.promise();
        parts.threads().blocking().execute(() -> {
            try {
                Future.fromCompletionStage(reloadNow()).onComplete(reply);
            } catch (RuntimeException e) {
                reply.fail(e);
            }
        });
        return reply.future();
    }

    private CompletionStage<Reply> reloadNow() {
        NodeConfig next;
        switch (parts.configs().read()) {
            case Reading.Refused<NodeConfig> refused -> {
                List<String> problems =
                        refused.problems().stream().map(Object::toString).toList();
                return CompletableFuture.completedStage(
                        Reply.bad(400, "nothing was changed: gateway.yaml has problems", problems));
            }
            case Reading.Done<NodeConfig> done -> next = done.value();
        }
        List<String> changes = new ArrayList<>();
        EdgeTlsSet.Prepared edges;
        try {
            edges = parts.path().edgeTls().prepare(next);
        } catch (StartException e) {
            return CompletableFuture.completedStage(
                    Reply.bad(400, "nothing was changed: certificates of listeners have problems", e.reasons()));
        }
        try {
            LiveTls.Generation before = parts.tls().current();
            LiveTls.Generation now = parts.files().reload(parts.tls());
            if (now.number() != before.number()) {
                changes.add("key material: " + now.material());
            }
        } catch (MaterialException e) {
            edges.drop();
            return CompletableFuture.completedStage(
                    Reply.bad(400, "nothing was changed: " + e.getMessage(), List.of()));
        }
        RestartNeeds.of(parts.config(), next)
                .forEach(key -> changes.add(key + " changed: takes effect with a restart"));
        parts.control().execute(() -> parts.fabric().configure(next.tunnel().peers()));
        parts.tables().recompileFor(CompileContext.of(next, OwnAddresses.all()));
        parts.path().edgeTls().use(edges);
        return parts.path()
                .listeners()
                .reconcile(DataPath.specs(next, edges.tls()))
                .thenApply(problems -> {
                    parts.path()
                            .edgeTls()
                            .retire(parts.path().listeners().open().values());
                    if (!problems.isEmpty()) {
                        return Reply.bad(
                                400,
                                "some listeners stay as they were",
                                problems.stream().map(ListenerProblem::message).toList());
                    }
                    changes.add("listeners: "
                            + next.listeners().stream()
                                    .map(NodeConfig.Listener::name)
                                    .toList());
                    return Reply.good(new JsonObject().put("changes", new JsonArray(changes)));
                });
    }
}
