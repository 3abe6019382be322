package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.sync.Changesets;
import io.bridgehead.sync.Stage;
import io.bridgehead.tls.RecordSigner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SignatureException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a command that changes documents signs its changeset, sends it, and waits until it is served. */
@OwnedBy(Owner.CONFINED)
final class Publishing {
    @Mixin
    private final NodeAccess node = new NodeAccess();

    private final OperatorKey operator = node.operator();

    @Option(
            names = {"-m", "--message"},
            defaultValue = "",
            paramLabel = "TEXT",
            description = "why, for the history")
    private String message = "";

    @Option(
            names = "--wait",
            defaultValue = "5000",
            paramLabel = "MILLIS",
            description = "how long to wait until every node serves the revision (default: ${DEFAULT-VALUE})")
    private long waitMillis = 5000;

    private static final Map<String, String> BYTES = Map.of("content-type", "application/octet-stream");

    /** The node that is asked. */
    NodeAccess node() {
        return node;
    }

    /** Why, for the history; the other text when none was given. */
    String messageOr(String other) {
        return message.isEmpty() ? other : message;
    }

    /** Who signs; empty when there is no usable key, as a plan needs none. */
    String signer() {
        try {
            return operator.signer().id().toString();
        } catch (Failure e) {
            return "";
        }
    }

    /** Signs and commits; the answer of the node. A refusal becomes a {@link Failure}. */
    JsonObject commit(NodeAccess node, Step step) throws NodeUnreachableException {
        RecordSigner signer = operator.signer();
        byte[] record;
        try {
            Changesets.Cause cause = new Changesets.Cause(
                    step.source, signer.id().toString(), step.message, Instant.now(), step.settles);
            record = Changesets.sign(step.base, cause, step.texts, step.removed, signer);
        } catch (SignatureException | IllegalArgumentException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
        Map<String, String> fields =
                Map.of("content-type", "application/octet-stream", "x-bridgehead-wait", Long.toString(waitMillis));
        return node.post("/v1/changesets", fields, record);
    }

    /** What a step says, not signed yet. */
    Changesets.Draft draft(Step step) {
        Changesets.Cause cause = new Changesets.Cause(
                step.source, operator.signer().id().toString(), step.message, Instant.now(), step.settles);
        try {
            return Changesets.draft(step.base, cause, step.texts, step.removed);
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }

    /** What a node tells of a change that is tried. */
    Changesets.Draft draft(JsonObject stage) {
        return Changesets.Draft.of(stage.getBinary("changeset"), stage.getLong("stampMillis"));
    }

    /** Has nodes try a change. */
    JsonObject stage(NodeAccess node, Changesets.Draft draft, Stage.Reach reach, String name, long afterMillis)
            throws NodeUnreachableException {
        Instant time = later(afterMillis);
        return node.post("/v1/stages", BYTES, signed(signer -> draft.stage(reach, name, time, signer)));
    }

    /** Now, or when somebody with a clock that is ahead has signed already, right after that. */
    private static Instant later(long afterMillis) {
        return Instant.ofEpochMilli(Math.max(Instant.now().toEpochMilli(), afterMillis + 1));
    }

    /** Has nodes try no change of a source. */
    JsonObject endStage(NodeAccess node, String source, long afterMillis) throws NodeUnreachableException {
        Instant time = later(afterMillis);
        return node.post("/v1/stages/end", BYTES, signed(signer -> Changesets.endStage(source, time, signer)));
    }

    /** Commits what was tried; the answer of the node. */
    JsonObject commit(NodeAccess node, Changesets.Draft draft) throws NodeUnreachableException {
        Map<String, String> fields = new TreeMap<>(BYTES);
        fields.put("x-bridgehead-wait", Long.toString(waitMillis));
        return node.post("/v1/changesets", fields, signed(signer -> draft.sign(Instant.now(), signer)));
    }

    /** Makes a record. */
    private interface Signing {
        byte[] with(RecordSigner signer) throws SignatureException;
    }

    private byte[] signed(Signing signing) {
        try {
            return signing.with(operator.signer());
        } catch (SignatureException | IllegalArgumentException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }

    /**
     * A step in the history of a source.
     *
     * @param base what it continues
     * @param texts documents that it has, by name; those that the base has as they are cost nothing
     * @param removed names that it has no more
     * @param settles revisions that lost against the base and are done with
     */
    record Step(
            String source,
            String message,
            Changesets.Base base,
            Map<String, String> texts,
            SortedSet<String> removed,
            List<String> settles) {}

    /** What the next changeset continues, as a node tells it. */
    static Changesets.Base base(JsonObject head) {
        SortedMap<String, String> hashes = new TreeMap<>();
        head.getJsonObject("documents").forEach(entry -> hashes.put(entry.getKey(), (String) entry.getValue()));
        Changesets.Ancestors ancestors =
                new Changesets.Ancestors(texts(head, "ancestors"), texts(head, "ancestorsOfLost"));
        return new Changesets.Base(
                head.getString("revision"),
                head.getLong("stampMillis"),
                hashes,
                ancestors,
                head.getInteger("depth", Changesets.Base.NO_DIFFERENCE));
    }

    /** A node that is older does not tell; then the changeset does not name them either, as it is no difference. */
    private static List<String> texts(JsonObject head, String key) {
        return head.getJsonArray(key, new JsonArray()).stream()
                .map(String.class::cast)
                .toList();
    }

    /** Where it is served now, for people. */
    static String served(JsonObject answer) {
        return "revision " + answer.getString("revision") + " is active on " + answer.getInteger("activeOn") + " of "
                + answer.getInteger("nodes") + " nodes";
    }
}
