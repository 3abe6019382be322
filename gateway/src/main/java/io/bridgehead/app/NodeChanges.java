package io.bridgehead.app;

import io.bridgehead.admin.AdminApi.Reply;
import io.bridgehead.app.publish.Admission;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.sync.NodeReport;
import io.bridgehead.sync.Proposal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What an operator can change at a running node through the admin API. */
final class NodeChanges {
    private static final long WAIT_MILLIS_MAX = 30_000;
    private static final long WAIT_STEP_MILLIS = 20;

    private final NodeParts parts;

    NodeChanges(NodeParts parts) {
        this.parts = parts;
    }

    /** Commits a signed changeset, after every document in it was found good; then waits until all nodes serve it, or for so long. */
    Future<Reply> commit(byte[] record, @Nullable String wait) {
        long waitMillis = wait == null ? 0 : Math.min(WAIT_MILLIS_MAX, Long.parseLong(wait));
        return Future.fromCompletionStage(
                parts.admission().admit(record).thenCompose(outcome -> reply(outcome, waitMillis)));
    }

    /** Has some nodes try a changeset. */
    Future<Reply> stage(byte[] record) {
        return Future.fromCompletionStage(parts.admission().stage(record).thenCompose(outcome -> reply(outcome, 0)));
    }

    /** Ends what is tried of a source. */
    Future<Reply> endStage(byte[] record) {
        return Future.fromCompletionStage(parts.admission()
                .endStage(record)
                .thenApply(refused -> refused.map(reason -> Reply.bad(403, "refused: " + reason, List.of()))
                        .orElseGet(() -> Reply.good(new JsonObject().put("ended", true)))));
    }

    private CompletionStage<Reply> reply(Admission.Outcome outcome, long waitMillis) {
        return switch (outcome) {
            case Admission.Malformed malformed -> now(Reply.bad(400, malformed.reason(), List.of()));
            case Admission.Behind behind -> now(Reply.bad(503, behind.reason(), List.of()));
            case Admission.Overtaken overtaken -> now(conflict(overtaken.source(), overtaken.head()));
            case Admission.Unreadable unreadable ->
                now(Reply.bad(
                        409, "the changeset is a difference: " + unreadable.reason() + "; apply again", List.of()));
            case Admission.Untrusted untrusted -> now(Reply.bad(403, "refused: " + untrusted.reason(), List.of()));
            case Admission.Claimed claimed ->
                now(Reply.bad(409, "nothing was changed: documents belong to other sources", claimed.problems()));
            case Admission.Unfit unfit ->
                now(Reply.bad(400, "nothing was changed: the documents have problems", unfit.problems()));
            case Admission.Decided decided -> reply(decided.proposal(), decided.result(), waitMillis);
        };
    }

    private static CompletionStage<Reply> now(Reply reply) {
        return CompletableFuture.completedStage(reply);
    }

    private CompletionStage<Reply> reply(Proposal proposal, CommitResult decided, long waitMillis) {
        return switch (decided) {
            case CommitResult.Committed committed -> served(committed.head().toString(), waitMillis);
            case CommitResult.Conflict conflict -> now(conflict(proposal.source(), conflict.head()));
            case CommitResult.Unavailable unavailable -> now(Reply.bad(503, unavailable.reason(), List.of()));
            case CommitResult.Refused refused -> now(Reply.bad(403, "refused: " + refused.reason(), List.of()));
        };
    }

    /** Names the author of what came first: it may be the one who asks, whose earlier change was decided after they had given up on it. */
    private Reply conflict(String source, Optional<RevisionId> head) {
        Revision last = parts.state().history().head(source);
        String by = last != null && head.isPresent() && last.id().equals(head.get()) ? " by " + last.origin() : "";
        return Reply.bad(
                409,
                "another change of source '" + source + "' came first"
                        + head.map(id -> ": its head is " + id + by).orElse("") + "; look at it and apply again",
                List.of());
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
}
