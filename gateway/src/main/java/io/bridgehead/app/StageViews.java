package io.bridgehead.app;

import io.bridgehead.admin.AdminApi.Reply;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.ChangesetCodec;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.sync.NodeReport;
import io.bridgehead.sync.Stages;
import io.bridgehead.sync.Traffic;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** What the admin API says of changes that some nodes try, and of what all nodes answer meanwhile. */
final class StageViews {
    private final NodeParts parts;

    StageViews(NodeParts parts) {
        this.parts = parts;
    }

    /** Stages with their changesets, and all nodes with what they serve and have answered. */
    Reply all() {
        JsonArray stages = new JsonArray();
        parts.state()
                .stages()
                .all()
                .forEach((source, staged) -> stages.add(row(source, staged)
                        .put(
                                "changeset",
                                ChangesetCodec.encode(staged.stage().changeset())
                                        .toArray())
                        .put("stagedMillis", staged.stampMillis())
                        .put("stampMillis", headMillis(source))));
        return Reply.good(new JsonObject().put("stages", stages).put("nodes", nodes()));
    }

    private long headMillis(String source) {
        Revision head = parts.state().history().head(source);
        return head == null ? 0 : head.stamp().millis();
    }

    /** The same without changesets, for {@code status}. */
    static JsonArray brief(Stages stages) {
        JsonArray rows = new JsonArray();
        stages.all().forEach((source, staged) -> rows.add(row(source, staged)));
        return rows;
    }

    private static JsonObject row(String source, Stages.InForce staged) {
        Changeset changeset = staged.stage().changeset();
        return new JsonObject()
                .put("source", source)
                .put("revision", staged.stage().revision())
                .put("head", changeset.parent().map(RevisionId::toString).orElse(null))
                .put("reach", staged.stage().reach().name().toLowerCase(Locale.ROOT))
                .put("name", staged.stage().name())
                .put("where", staged.stage().where())
                .put("here", staged.here())
                .put("author", changeset.author())
                .put("time", changeset.time().toString())
                .put("message", changeset.message())
                .put("signedBy", staged.signedBy());
    }

    private JsonArray nodes() {
        JsonArray rows = new JsonArray();
        rows.add(node(
                        parts.config().node().value(),
                        parts.config().site().name().value(),
                        parts.path().table().get().revision(),
                        parts.telemetry().traffic())
                .put("self", true));
        for (NodeReport report : parts.fabric().reports().values()) {
            rows.add(node(
                    report.report().node().value(),
                    report.report().site().value(),
                    report.revision(),
                    report.traffic()));
        }
        return rows;
    }

    private static JsonObject node(String node, String site, String revision, Traffic traffic) {
        return new JsonObject()
                .put("node", node)
                .put("site", site)
                .put("revision", revision)
                .put("requests", traffic.requests())
                .put("failed", traffic.failed())
                .put("self", false);
    }
}
