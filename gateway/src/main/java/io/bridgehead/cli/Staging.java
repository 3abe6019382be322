package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.cli.StageVerdict.Answered;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.sync.Changesets;
import io.bridgehead.sync.Stage;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Leads a change from one node over its site to all, watches each stage, and commits it at the end. What nodes know of it is on the nodes: when this program
 * ends on the way the stage stays as it is, and another one goes on from there or ends it.
 */
@OwnedBy(Owner.CONFINED)
final class Staging {
    private static final long LOOK_MILLIS = 500;
    /** Reports of other nodes come once a second while there is a stage. */
    private static final long SERVED_SECONDS_MAX = 30;

    private final NodeAccess node;
    private final Publishing publishing;
    private final StageOptions options;
    private final PrintWriter out;

    /** @param out is told of each step */
    Staging(NodeAccess node, Publishing publishing, StageOptions options, PrintWriter out) {
        this.node = node;
        this.publishing = publishing;
        this.options = options;
        this.out = out;
    }

    /**
     * A node as another one sees it.
     *
     * @param revision what it serves
     * @param answered since it started
     */
    private record Seen(String node, String site, String revision, boolean self, Answered answered) {}

    /** Some nodes. */
    private record Scope(Stage.Reach reach, String name) {
        boolean has(Seen seen) {
            return switch (reach) {
                case NODE -> seen.node().equals(name);
                case SITE -> seen.site().equals(name);
                case ALL -> true;
            };
        }

        @Override
        public String toString() {
            return reach.of(name);
        }
    }

    /** Begins with one node. The answer is that of the commit at the end. */
    JsonObject begin(String source, Changesets.Draft draft) throws NodeUnreachableException {
        JsonObject state = node.get("/v1/stages");
        if (stage(state, source) != null) {
            throw new Failure(
                    Failure.REFUSED,
                    "bridgehead: a change of source '" + source + "' is being tried already; go on with it by"
                            + " 'bridgehead stage --continue', or end it by 'bridgehead stage --abort'");
        }
        List<Seen> nodes = nodes(state);
        Seen first = nodes.stream()
                .filter(seen ->
                        options.first().isEmpty() ? seen.self() : seen.node().equals(options.first()))
                .findFirst()
                .orElseThrow(() -> new Failure(
                        Failure.PROBLEM,
                        "bridgehead: --first '" + options.first() + "': expected one of "
                                + nodes.stream().map(Seen::node).toList()));
        Answered before = watchBefore(nodes);
        return lead(source, draft, new Scope(Stage.Reach.NODE, first.node()), first.site(), before);
    }

    /** Goes on with the stage that a source is at. */
    JsonObject resume(String source) throws NodeUnreachableException {
        JsonObject state = node.get("/v1/stages");
        JsonObject stage = required(state, source);
        Changesets.Draft draft = publishing.draft(stage);
        Scope scope = new Scope(
                Stage.Reach.valueOf(stage.getString("reach").toUpperCase(Locale.ROOT)), stage.getString("name"));
        String site = nodes(state).stream()
                .filter(scope::has)
                .map(Seen::site)
                .findFirst()
                .orElse("");
        return lead(source, draft, scope, site, Answered.NOTHING);
    }

    /** Ends it: all nodes serve the head of the source. */
    JsonObject abort(String source) throws NodeUnreachableException {
        JsonObject stage = required(node.get("/v1/stages"), source);
        return end(source, stage.getString("revision"));
    }

    private JsonObject end(String source, String revision) throws NodeUnreachableException {
        publishing.endStage(node, source, stagedMillis(source));
        long left = SERVED_SECONDS_MAX * 1000 / LOOK_MILLIS;
        List<Seen> serving = serving(revision);
        while (!serving.isEmpty() && left-- > 0) {
            pause();
            serving = serving(revision);
        }
        return new JsonObject()
                .put("changed", false)
                .put("ended", revision)
                .put(
                        "stillServing",
                        new JsonArray(serving.stream().map(Seen::node).toList()));
    }

    /** When the stage of a source was signed; 0 when there is none. */
    private long stagedMillis(String source) throws NodeUnreachableException {
        JsonObject stage = stage(node.get("/v1/stages"), source);
        return stage == null ? 0 : stage.getLong("stagedMillis");
    }

    private List<Seen> serving(String revision) throws NodeUnreachableException {
        return nodes(node.get("/v1/stages")).stream()
                .filter(seen -> seen.revision().contains(revision))
                .toList();
    }

    private JsonObject lead(String source, Changesets.Draft draft, Scope begin, String site, Answered before)
            throws NodeUnreachableException {
        List<Scope> scopes = List.of(begin, new Scope(Stage.Reach.SITE, site), new Scope(Stage.Reach.ALL, ""));
        int trying = 0;
        for (Scope scope : scopes) {
            boolean further = scope.equals(begin) || scope.reach().compareTo(begin.reach()) > 0;
            int reached = (int)
                    nodes(node.get("/v1/stages")).stream().filter(scope::has).count();
            if (!further || reached <= trying) {
                continue;
            }
            trying = reached;
            publishing.stage(node, draft, scope.reach(), scope.name(), stagedMillis(source));
            out.println("stage " + scope + ": revision " + draft.revision() + " on " + reached + " nodes, watched for "
                    + options.soakSeconds() + " s");
            out.flush();
            String objection = objection(source, draft.revision(), scope, before);
            if (objection != null) {
                throw stopped(source, draft.revision(), scope, objection);
            }
        }
        return publishing.commit(node, draft);
    }

    private Failure stopped(String source, String revision, Scope scope, String objection)
            throws NodeUnreachableException {
        String text = "bridgehead: stopped at stage " + scope + ": " + objection + "\n";
        if (options.hold()) {
            return new Failure(
                    Failure.REFUSED,
                    text + "revision " + revision + " stays there; end it by 'bridgehead stage --abort --source "
                            + source + "', or go on by --continue");
        }
        JsonObject ended = end(source, revision);
        JsonArray still = ended.getJsonArray("stillServing");
        return new Failure(
                Failure.REFUSED,
                text + "every node serves what it served before"
                        + (still.isEmpty() ? "" : ", but for " + still + ", which did not answer yet"));
    }

    /** Watches a stage for its time; why it is to be stopped, or null. */
    private @Nullable String objection(String source, String revision, Scope scope, Answered before)
            throws NodeUnreachableException {
        node.doing(null);
        try (Progress progress = Progress.of("waiting until nodes try it")) {
            return objection(source, revision, scope, before, progress);
        }
    }

    private @Nullable String objection(String source, String revision, Scope scope, Answered before, Progress progress)
            throws NodeUnreachableException {
        String late = awaitServed(source, revision, scope);
        if (late != null) {
            return late;
        }
        progress.at("watching the stage, for " + options.soakSeconds() + " s");
        Map<String, Answered> begun = answered(nodes(node.get("/v1/stages")));
        long looks = TimeUnit.SECONDS.toMillis(options.soakSeconds()) / LOOK_MILLIS;
        for (long i = 0; i < looks; i++) {
            pause();
            JsonObject state = node.get("/v1/stages");
            if (stage(state, source) == null) {
                return "somebody has ended the stage, or changed the source";
            }
            List<Seen> now = nodes(state);
            Answered trying = since(begun, now, scope::has);
            Answered others = since(begun, now, seen -> !scope.has(seen));
            String worse = options.verdict().objection(trying, others, before);
            if (worse != null) {
                return worse;
            }
        }
        return null;
    }

    private @Nullable String awaitServed(String source, String revision, Scope scope) throws NodeUnreachableException {
        long left = SERVED_SECONDS_MAX * 1000 / LOOK_MILLIS;
        while (true) {
            JsonObject state = node.get("/v1/stages");
            List<String> missing = nodes(state).stream()
                    .filter(seen -> scope.has(seen) && !seen.revision().contains(revision))
                    .map(Seen::node)
                    .toList();
            if (missing.isEmpty()) {
                return null;
            }
            if (stage(state, source) == null || left-- <= 0) {
                return "not served on " + missing + ": 'bridgehead status' there says why";
            }
            pause();
        }
    }

    private Answered watchBefore(List<Seen> nodes) throws NodeUnreachableException {
        if (options.beforeSeconds() == 0) {
            return Answered.NOTHING;
        }
        Map<String, Answered> begun = answered(nodes);
        try (Progress _ = Progress.of("watching the fabric before the change, for " + options.beforeSeconds() + " s")) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(options.beforeSeconds()));
        }
        return since(begun, nodes(node.get("/v1/stages")), _ -> true);
    }

    private static Answered since(Map<String, Answered> begun, List<Seen> now, Predicate<Seen> which) {
        Answered sum = Answered.NOTHING;
        for (Seen seen : now) {
            if (which.test(seen)) {
                sum = sum.plus(seen.answered().since(begun.getOrDefault(seen.node(), seen.answered())));
            }
        }
        return sum;
    }

    private static Map<String, Answered> answered(List<Seen> nodes) {
        Map<String, Answered> answered = new TreeMap<>();
        nodes.forEach(seen -> answered.put(seen.node(), seen.answered()));
        return answered;
    }

    private static void pause() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
    }

    static @Nullable JsonObject stage(JsonObject state, String source) {
        return state.getJsonArray("stages").stream()
                .map(JsonObject.class::cast)
                .filter(stage -> stage.getString("source").equals(source))
                .findFirst()
                .orElse(null);
    }

    private static JsonObject required(JsonObject state, String source) {
        JsonObject stage = stage(state, source);
        if (stage == null) {
            throw new Failure(Failure.PROBLEM, "bridgehead: no change of source '" + source + "' is being tried");
        }
        return stage;
    }

    private static List<Seen> nodes(JsonObject state) {
        return state.getJsonArray("nodes").stream()
                .map(JsonObject.class::cast)
                .map(row -> new Seen(
                        row.getString("node"),
                        row.getString("site"),
                        row.getString("revision"),
                        row.getBoolean("self"),
                        new Answered(row.getLong("requests"), row.getLong("failed"))))
                .toList();
    }
}
