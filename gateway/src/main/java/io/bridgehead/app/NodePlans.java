package io.bridgehead.app;

import io.bridgehead.admin.AdminApi.Reply;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.compile.CompileResult;
import io.bridgehead.compile.Effect;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.control.Claims;
import io.bridgehead.control.Documents;
import io.bridgehead.control.Settlement;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.sync.ActiveDocuments;
import io.bridgehead.sync.RevisionHistory;
import io.bridgehead.sync.TrustQuestion;
import io.bridgehead.upstream.SiteReach;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What a change would do, here and by the word of the nodes that this one reaches, without doing it. */
final class NodePlans {
    private final NodeParts parts;
    private final NodeViews views;

    NodePlans(NodeParts parts, NodeViews views) {
        this.parts = parts;
        this.views = views;
    }

    /**
     * Plans a step of a source.
     *
     * @param body JSON: {@code source}; {@code revision}, the head that the step continues, or null; {@code documents}, new or changed
     *     texts by name; {@code removed}, names; {@code signer}, the SPIFFE ID of who would sign it, if that is known
     */
    CompletionStage<Reply> plan(byte[] body) {
        return CompletableFuture.supplyAsync(() -> judge(body), parts.threads().blocking())
                .thenCompose(judged -> judged.question == null
                        ? CompletableFuture.completedStage(judged.reply)
                        : parts.trust()
                                .ask(judged.question)
                                .thenApply(said ->
                                        Reply.good(judged.reply.body().put("elsewhere", PlanView.elsewhere(said)))));
    }

    /**
     * What this node says.
     *
     * @param question what others are to be asked; null when nothing
     */
    private record Judged(Reply reply, @Nullable TrustQuestion question) {}

    private Judged judge(byte[] body) {
        try {
            JsonObject asked = new JsonObject(new String(body, StandardCharsets.UTF_8));
            TrustQuestion question = question(asked);
            Reply reply = plan(asked);
            boolean good = reply.status() == 200
                    && reply.body().getJsonArray("problems", new JsonArray()).isEmpty();
            return new Judged(reply, good && !question.documents().isEmpty() ? question : null);
        } catch (DecodeException | IllegalArgumentException | ClassCastException e) {
            return new Judged(Reply.bad(400, "the plan's request: " + e.getMessage(), List.of()), null);
        }
    }

    private static TrustQuestion question(JsonObject asked) {
        String signer = asked.getString("signer", "");
        SortedMap<String, String> documents = new TreeMap<>();
        asked.getJsonObject("documents", new JsonObject())
                .forEach(entry -> documents.put(entry.getKey(), (String) entry.getValue()));
        return new TrustQuestion(
                signer.isEmpty() ? "" : SpiffeId.parse(signer).toString(),
                asked.getString("source", "default"),
                documents);
    }

    private Reply plan(JsonObject asked) {
        String source = asked.getString("source", "default");
        String revision = asked.getString("revision");
        Revision last = parts.state().history().head(source);
        String head = last == null ? null : last.id().toString();
        if (!Objects.equals(revision, head)) {
            return Reply.bad(
                    409,
                    "source '" + source + "' was changed meanwhile: its head is " + (head == null ? "none" : head)
                            + ", expected " + (revision == null ? "none" : revision) + "; look at it and plan again",
                    List.of());
        }
        SortedMap<String, String> before = new TreeMap<>();
        if (head != null) {
            switch (parts.state().history().find(source, head)) {
                case RevisionHistory.Kept kept -> before.putAll(kept.documents());
                case RevisionHistory.Missing _ -> {
                    return Reply.bad(
                            503,
                            "this node does not have all of revision " + head + " yet; try again, or ask another node",
                            List.of());
                }
            }
        }
        SortedMap<String, String> after = after(before, asked);
        return Reply.good(effect(source, after)
                .mergeIn(PlanView.of(Documents.difference(before, after)))
                .put("source", source)
                .put("revision", head));
    }

    private static SortedMap<String, String> after(SortedMap<String, String> before, JsonObject asked) {
        SortedMap<String, String> after = new TreeMap<>(before);
        asked.getJsonArray("removed", new JsonArray()).forEach(name -> after.remove((String) name));
        asked.getJsonObject("documents", new JsonObject())
                .forEach(entry -> after.put(entry.getKey(), (String) entry.getValue()));
        return after;
    }

    private JsonObject effect(String source, SortedMap<String, String> after) {
        ActiveDocuments active = parts.state().documents();
        List<String> claims = texts(Claims.problems(active, source, after));
        if (!claims.isEmpty()) {
            return judged(null, claims, List.of()).put("conflict", true);
        }
        return switch (Settlement.judge(
                active, parts.state().history(), parts.tables().context(), source, after)) {
            case CompileResult.Refused refused -> judged(null, texts(refused.problems()), List.of());
            case CompileResult.Compiled compiled -> {
                Effect effect = Effect.between(
                        parts.path().table().get(),
                        compiled.table(),
                        views.live(),
                        parts.path().registry().places(),
                        site -> SiteReach.of(parts.path().tunnels().view().inSite(site)));
                yield judged(effect, List.of(), texts(compiled.notes()));
            }
        };
    }

    private static JsonObject judged(@Nullable Effect effect, List<String> problems, List<String> notes) {
        return new JsonObject()
                .put("effect", effect == null ? null : EffectView.of(effect))
                .put("problems", new JsonArray(problems))
                .put("notes", new JsonArray(notes));
    }

    private static List<String> texts(List<Problem> problems) {
        return problems.stream().map(Object::toString).toList();
    }
}
