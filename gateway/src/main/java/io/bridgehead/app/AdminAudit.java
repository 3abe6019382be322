package io.bridgehead.app;

import io.bridgehead.admin.AdminApi.Reply;
import io.bridgehead.admin.AdminApi.Requester;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.telemetry.AdminChange;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is written down of each change that somebody asked for through the admin API, done or refused. */
final class AdminAudit {
    /** What is changed, by the path that it is posted to. */
    private static final Map<String, String> CHANGES = Map.of(
            "/v1/changesets", "apply",
            "/v1/stages", "stage",
            "/v1/stages/end", "end of a stage",
            "/v1/orders", "order",
            "/v1/tokens", "token",
            "/v1/reload", "reload");

    private AdminAudit() {}

    static boolean isChange(String path) {
        return CHANGES.containsKey(path);
    }

    /** What is to be said; {@code body} is what was posted. */
    static AdminChange line(String path, byte[] body, Requester by, Reply reply) {
        SignedRecord record = path.equals("/v1/tokens") || path.equals("/v1/reload") ? null : record(body);
        return new AdminChange(
                CHANGES.getOrDefault(path, path),
                record == null ? "" : record.subject(),
                by.operator(),
                by.from(),
                record == null ? "" : record.origin(),
                revision(reply.body()),
                reply.status(),
                outcome(reply));
    }

    private static @Nullable SignedRecord record(byte[] body) {
        try {
            return EncodedRecord.decode(Bytes.wrap(body)).record();
        } catch (MalformedException e) {
            return null;
        }
    }

    private static String revision(JsonObject answer) {
        return answer.getString("revision", "");
    }

    /** In a few words; never what the answer holds that is secret. */
    private static String outcome(Reply reply) {
        if (reply.status() == 200) {
            String changes = reply.body().getJsonArray("changes", new JsonArray()).stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining("; "));
            return changes.isEmpty() ? "done" : "done: " + changes;
        }
        return reply.body().getString("error", "refused");
    }
}
