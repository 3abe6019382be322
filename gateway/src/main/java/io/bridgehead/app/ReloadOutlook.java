package io.bridgehead.app;

import io.bridgehead.admin.AdminApi.Reply;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.MaterialException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a reload would do now: all that can be wrong with the files is found out as {@link NodeReload} does, and what is in force is compared with what they
 * say. Nothing is opened, written or taken; whether a port of a listener can be opened is not known before it is.
 */
record ReloadOutlook(NodeParts parts) {
    /** Reads gateway.yaml and the files that it names. */
    CompletionStage<Reply> outlook() {
        return CompletableFuture.supplyAsync(this::now, parts.threads().files());
    }

    private Reply now() {
        return switch (parts.configs().read()) {
            case Reading.Refused<NodeConfig> refused ->
                ProblemRow.detailed(
                        refused(
                                "gateway.yaml has problems",
                                refused.problems().stream()
                                        .map(Object::toString)
                                        .toList()),
                        refused.problems());
            case Reading.Done<NodeConfig> done -> judged(done.value());
        };
    }

    private static Reply refused(String why, List<String> problems) {
        return Reply.bad(400, "nothing would be changed: " + why, problems);
    }

    private Reply judged(NodeConfig read) {
        NodeConfig next;
        try {
            next = RestartNeeds.keeping(parts.config(), read);
            parts.path().issuers().prepare(next).drop();
        } catch (IllegalArgumentException e) {
            return refused("jwt: " + e.getMessage(), List.of());
        }
        List<String> problems = EdgeTlsSet.problems(next);
        if (!problems.isEmpty()) {
            return refused("certificates of listeners have problems", problems);
        }
        problems = parts.telemetry().problems(next);
        if (!problems.isEmpty()) {
            return refused("telemetry has problems", problems);
        }
        List<String> changes = new ArrayList<>();
        try {
            KeyMaterial keys = parts.files().ahead();
            if (keys != null) {
                changes.add("key material: " + keys);
            }
        } catch (MaterialException e) {
            return refused(String.valueOf(e.getMessage()), List.of());
        }
        changes.addAll(ReloadDifferences.of(parts.config(), parts.configured().listeners(), next));
        JsonArray restart = new JsonArray();
        RestartNeeds.of(parts.config(), read).forEach(need -> restart.add(need.json()));
        return Reply.good(new JsonObject()
                .put("dryRun", true)
                .put("changes", new JsonArray(changes))
                .put("restart", restart));
    }
}
