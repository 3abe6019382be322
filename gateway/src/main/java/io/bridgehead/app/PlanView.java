package io.bridgehead.app;

import io.bridgehead.compile.Plan;
import io.bridgehead.sync.TrustPoll;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A plan as JSON with stable names. */
final class PlanView {
    private PlanView() {}

    static JsonObject of(Plan plan) {
        JsonArray changes = new JsonArray();
        plan.added().forEach(id -> changes.add(change(id.toString(), "added")));
        for (Plan.Change change : plan.changed()) {
            JsonArray fields = new JsonArray();
            change.fields()
                    .forEach(field -> fields.add(new JsonObject()
                            .put("path", field.path())
                            .put("before", field.before())
                            .put("after", field.after())));
            changes.add(change(change.id().toString(), "changed").put("fields", fields));
        }
        plan.removed().forEach(id -> changes.add(change(id.toString(), "removed")));
        return new JsonObject()
                .put("changed", !plan.isEmpty())
                .put(
                        "counts",
                        new JsonObject()
                                .put("added", plan.added().size())
                                .put("changed", plan.changed().size())
                                .put("removed", plan.removed().size())
                                .put("unchanged", plan.unchanged()))
                .put("changes", changes);
    }

    /** What other nodes would leave out, and which of them said nothing. */
    static JsonObject elsewhere(List<TrustPoll.Said> all) {
        JsonArray leftOut = new JsonArray();
        JsonArray silent = new JsonArray();
        for (TrustPoll.Said said : all) {
            JsonObject node = new JsonObject().put("node", said.node().value()).put("site", said.site());
            if (!said.silence().isEmpty()) {
                silent.add(node.put("reason", said.silence()));
            } else if (!said.leftOut().lines().isEmpty()) {
                leftOut.add(node.put("documents", new JsonArray(said.leftOut().lines()))
                        .put("more", said.leftOut().more()));
            }
        }
        return new JsonObject().put("leftOut", leftOut).put("silent", silent);
    }

    private static JsonObject change(String document, String what) {
        return new JsonObject().put("document", document).put("change", what);
    }
}
