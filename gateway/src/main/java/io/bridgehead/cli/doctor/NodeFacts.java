package io.bridgehead.cli.doctor;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.admin.NodeUnreachableException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a running node says of itself.
 *
 * @param status as {@code status -o json}
 * @param tunnels as {@code get tunnels -o json}; empty rows on a standalone node
 * @param certificates as {@code certs -o json}; empty rows on a standalone node
 */
public record NodeFacts(JsonObject status, JsonObject tunnels, JsonObject certificates) {
    /** Asks the node at a socket; nothing when none answers there. */
    public static Optional<NodeFacts> at(Path socket) {
        AdminClient client = new AdminClient(socket);
        try {
            return Optional.of(new NodeFacts(
                    resource(client, "/v1/status"), resource(client, "/v1/tunnels"), resource(client, "/v1/certs")));
        } catch (NodeUnreachableException e) {
            return Optional.empty();
        }
    }

    private static JsonObject resource(AdminClient client, String path) throws NodeUnreachableException {
        AdminClient.Answer answer = client.get(path);
        try {
            return answer.ok() ? new JsonObject(answer.body()) : new JsonObject();
        } catch (DecodeException e) {
            return new JsonObject();
        }
    }

    /** The number of its process; -1 when it does not say. */
    long pid() {
        return status.getLong("pid", -1L);
    }

    /** The objects of a list in the status. */
    List<JsonObject> rows(String list) {
        return objects(status.getJsonArray(list, new JsonArray()));
    }

    /** The sentences of a list in the status. */
    List<String> sentences(String list) {
        return status.getJsonArray(list, new JsonArray()).stream()
                .map(String::valueOf)
                .toList();
    }

    List<JsonObject> tunnelRows() {
        return objects(tunnels.getJsonArray("tunnels", new JsonArray()));
    }

    List<JsonObject> certificateRows() {
        return objects(certificates.getJsonArray("certificates", new JsonArray()));
    }

    private static List<JsonObject> objects(JsonArray rows) {
        return rows.stream().map(JsonObject.class::cast).toList();
    }
}
