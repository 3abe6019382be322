package io.bridgehead.app;

import io.bridgehead.admin.AdminApi.Reply;
import io.bridgehead.app.publish.FolderStatus;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionSummary;
import io.bridgehead.control.Documents;
import io.bridgehead.sync.Changesets;
import io.bridgehead.sync.RevisionHistory;
import io.bridgehead.sync.RevisionHistory.Counts;
import io.bridgehead.sync.RevisionHistory.Found;
import io.bridgehead.sync.RevisionHistory.Kept;
import io.bridgehead.sync.RevisionHistory.Line;
import io.bridgehead.sync.RevisionHistory.Missing;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What the admin API says of sources and their revisions. Reads the local store; runs on the blocking pool, because it may compare many
 * documents.
 */
final class HistoryViews {
    static final String SOURCES = "/v1/sources";
    static final String HISTORY = "/v1/history";
    static final String CONFLICTS = "/v1/conflicts";
    /** The word for the revision before the head. */
    private static final String PREVIOUS = "previous";

    private static final int LINES_MAX = 1000;

    private final RevisionHistory history;
    private final Function<String, Optional<Changesets.Base>> base;
    private final Supplier<List<FolderStatus>> folders;

    /**
     * @param base what the next changeset of a source continues, as far as this node knows
     * @param folders how this node's folders are
     */
    HistoryViews(
            RevisionHistory history,
            Function<String, Optional<Changesets.Base>> base,
            Supplier<List<FolderStatus>> folders) {
        this.history = history;
        this.base = base;
        this.folders = folders;
    }

    static boolean serves(String path) {
        return path.equals(HISTORY) || path.equals(CONFLICTS) || path.equals(SOURCES) || path.startsWith(SOURCES + "/");
    }

    /**
     * Answers one of: {@code /v1/history}, {@code /v1/conflicts}, {@code /v1/sources[/NAME[/history|/diff/REV/REV|/revisions/REV|/rollback/REV]]}.
     */
    Reply get(String path) {
        if (path.equals(HISTORY)) {
            return Reply.good(lines(history.lines()));
        }
        if (path.equals(CONFLICTS)) {
            return conflicts();
        }
        if (path.equals(SOURCES)) {
            return sources();
        }
        List<String> words = new ArrayList<>();
        for (String word : path.substring(SOURCES.length() + 1).split("/", -1)) {
            words.add(URLDecoder.decode(word, StandardCharsets.UTF_8));
        }
        String source = words.getFirst();
        String what = words.size() == 1 ? "" : words.get(1);
        return switch (what + "/" + words.size()) {
            case "/1" -> source(source, Reply::good);
            case "history/2" -> history(source);
            case "diff/4" -> difference(source, words.get(2), words.get(3));
            case "revisions/3" -> revision(source, words.get(2));
            case "rollback/3" -> rollback(source, words.get(2));
            default ->
                Reply.bad(
                        404,
                        "'" + path + "' is not served here; expected " + SOURCES
                                + "/NAME, /history, /revisions/REV, /diff/REV/REV or /rollback/REV under it",
                        List.of());
        };
    }

    private Reply conflicts() {
        JsonArray rows = new JsonArray();
        for (String source : history.sources()) {
            Revision head = history.head(source);
            history.lines(source).stream()
                    .filter(line -> line.standing() == RevisionHistory.Standing.LOST)
                    .forEach(line -> rows.add(
                            row(line).put("won", head == null ? "" : head.id().toString())));
        }
        return Reply.good(new JsonObject().put("conflicts", rows).put("folders", FolderViews.conflicts(folders.get())));
    }

    private Reply sources() {
        JsonArray rows = new JsonArray();
        for (String source : history.sources()) {
            Revision head = history.head(source);
            if (head != null) {
                rows.add(summary(RevisionSummary.of(head))
                        .put("state", head.changeset().isEnd() ? "ended" : "active"));
            }
        }
        return Reply.good(new JsonObject().put("sources", rows));
    }

    private Reply source(String name, Function<JsonObject, Reply> answer) {
        return base.apply(name)
                .map(head -> answer.apply(source(name, head)))
                .orElseGet(() -> Reply.bad(
                        503,
                        "the head of source '" + name
                                + "' is a difference from a revision that is not here yet; try again in a moment, or at another node",
                        List.of()));
    }

    private static JsonObject source(String name, Changesets.Base head) {
        JsonObject documents = new JsonObject();
        head.hashes().forEach(documents::put);
        return new JsonObject()
                .put("source", name)
                .put("revision", head.head())
                .put("stampMillis", head.stampMillis())
                .put("ancestors", new JsonArray(head.ancestors().ofHead()))
                .put("ancestorsOfLost", new JsonArray(head.ancestors().ofLost()))
                .put("depth", head.depth())
                .put("documents", documents);
    }

    private Reply history(String source) {
        List<Line> lines = history.lines(source);
        return lines.isEmpty() ? Reply.bad(404, history.unknown(source), List.of()) : Reply.good(lines(lines));
    }

    private static JsonObject lines(List<Line> lines) {
        JsonArray rows = new JsonArray();
        lines.stream().limit(LINES_MAX).forEach(line -> rows.add(row(line)));
        return new JsonObject().put("revisions", rows);
    }

    private static JsonObject row(Line line) {
        Counts counts = line.counts();
        JsonObject row =
                summary(line.summary()).put("state", line.standing().name().toLowerCase(Locale.ROOT));
        if (counts == null) {
            return row.put("changes", "");
        }
        return row.put("added", counts.added())
                .put("changed", counts.changed())
                .put("removed", counts.removed())
                .put("changes", "+" + counts.added() + " ~" + counts.changed() + " -" + counts.removed());
    }

    private static JsonObject summary(RevisionSummary summary) {
        return new JsonObject()
                .put("source", summary.source())
                .put("revision", summary.id().toString())
                .put(
                        "parents",
                        new JsonArray(
                                summary.parents().stream().map(Object::toString).toList()))
                .put("time", summary.time().toString())
                .put("stamped", Instant.ofEpochMilli(summary.stamp().millis()).toString())
                .put("author", summary.author())
                .put("signedBy", summary.origin())
                .put("message", summary.message())
                .put("documents", summary.documents());
    }

    private Reply difference(String source, String from, String to) {
        return with(
                history.find(source, from),
                before -> with(
                        history.find(source, to),
                        after -> Reply.good(PlanView.of(Documents.difference(before.documents(), after.documents()))
                                .put("source", source)
                                .put("from", before.revision().id().toString())
                                .put("to", after.revision().id().toString()))));
    }

    private Reply revision(String source, String revision) {
        return with(history.find(source, revision), kept -> {
            JsonObject texts = new JsonObject();
            kept.documents().forEach(texts::put);
            return Reply.good(summary(RevisionSummary.of(kept.revision())).put("texts", texts));
        });
    }

    /** What a changeset says that goes back: what it continues, the documents that differ and their texts, what it removes. */
    private Reply rollback(String source, String revision) {
        Found found = revision.equals(PREVIOUS) ? history.beforeHead(source) : history.find(source, revision);
        return with(found, target -> source(source, head -> rollback(head, target)));
    }

    private static Reply rollback(JsonObject head, Kept target) {
        SortedMap<String, String> hashes = new TreeMap<>();
        head.getJsonObject("documents").forEach(entry -> hashes.put(entry.getKey(), (String) entry.getValue()));
        JsonObject texts = new JsonObject();
        Changesets.changed(hashes, target.documents())
                .forEach(name -> texts.put(name, target.documents().get(name)));
        TreeSet<String> removed = hashes.keySet().stream()
                .filter(name -> !target.documents().containsKey(name))
                .collect(Collectors.toCollection(TreeSet::new));
        return Reply.good(head.put("target", target.revision().id().toString())
                .put("texts", texts)
                .put("removedNames", new JsonArray(List.copyOf(removed))));
    }

    private static Reply with(Found found, Function<Kept, Reply> answer) {
        return switch (found) {
            case Kept kept -> answer.apply(kept);
            case Missing missing -> Reply.bad(404, missing.reason(), List.of());
        };
    }
}
