package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.sync.Changesets;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * A step that a source is to make, and what a node says that it would do.
 *
 * @param step the step
 * @param answer the node's plan
 */
record Planning(Publishing.Step step, JsonObject answer) {

    /** Plans the step from the head of a source to documents that are given. */
    static Planning of(
            NodeAccess node, SourceOption source, SortedMap<String, String> texts, boolean prune, Purpose purpose)
            throws NodeUnreachableException {
        Changesets.Base base = Publishing.base(node.get(source.path()));
        SortedSet<String> removed = new TreeSet<>(prune ? base.hashes().keySet() : List.of());
        removed.removeAll(texts.keySet());
        Map<String, String> changed = new TreeMap<>(texts);
        changed.keySet().retainAll(Changesets.changed(base, texts));
        return of(
                node,
                new Publishing.Step(source.name(), purpose.message, base, changed, removed, purpose.settles),
                purpose.signer);
    }

    /** @param signer who would sign it; empty when that is not known */
    static Planning of(NodeAccess node, Publishing.Step step, String signer) throws NodeUnreachableException {
        JsonObject documents = new JsonObject();
        step.texts().forEach(documents::put);
        JsonObject asked = new JsonObject()
                .put("source", step.source())
                .put("signer", signer)
                .put("revision", step.base().head())
                .put("documents", documents)
                .put("removed", new JsonArray(List.copyOf(step.removed())));
        byte[] body = asked.encode().getBytes(StandardCharsets.UTF_8);
        return new Planning(step, node.post("/v1/plan", Map.of("content-type", "application/json"), body));
    }

    boolean isEmpty() {
        return step.texts().isEmpty()
                && step.removed().isEmpty()
                && step.settles().isEmpty();
    }

    /**
     * Why a step is made.
     *
     * @param message for the history
     * @param settles revisions that lost and are done with
     * @param signer who would sign it; empty when that is not known
     */
    record Purpose(String message, List<String> settles, String signer) {}

    /** Prints what would change and what that does. */
    void print(PrintWriter out) {
        if (isEmpty()) {
            out.println("nothing to change: "
                    + (step.base().head() == null
                            ? "source " + step.source() + " has no documents"
                            : "revision " + step.base().head() + " holds these documents already"));
            return;
        }
        ChangeLines.brief(answer).forEach(out::println);
        step.settles().forEach(lost -> out.println("settles the conflict with " + lost));
        EffectLines.of(answer).forEach(out::println);
    }

    /** Ends the command when the node would refuse the step; {@code places} gives messages the places that a person knows. */
    void requireGood(UnaryOperator<String> places) {
        List<String> problems = answer.getJsonArray("problems").stream()
                .map(problem -> places.apply((String) problem))
                .toList();
        if (!problems.isEmpty()) {
            boolean conflict = answer.getBoolean("conflict", false);
            String why = conflict ? "documents belong to other sources" : "the documents have problems";
            throw new Failure(
                    conflict ? Failure.REFUSED : Failure.PROBLEM,
                    "bridgehead: nothing was changed: " + why + "\n" + String.join("\n", problems));
        }
    }
}
