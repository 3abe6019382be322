package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.sync.Changesets;
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
    private final OperatorKey operator = new OperatorKey();

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

    /** Why, for the history; the other text when none was given. */
    String messageOr(String other) {
        return message.isEmpty() ? other : message;
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
        return new Changesets.Base(head.getString("revision"), head.getLong("stampMillis"), hashes, ancestors);
    }

    /** A node that is older does not tell; then the changeset does not name them either. */
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
