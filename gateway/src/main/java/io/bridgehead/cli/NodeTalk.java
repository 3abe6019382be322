package io.bridgehead.cli;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.admin.NodeUnreachableException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/** Questions to a node whose answers are JSON; a refusal becomes a {@link Failure}. Any thread; it blocks. */
record NodeTalk(AdminClient client) {
    /** Gets a resource. */
    JsonObject get(String path) throws NodeUnreachableException {
        return object(client.get(path));
    }

    /** Posts a body. */
    JsonObject post(String path, Map<String, String> fields, byte[] body) throws NodeUnreachableException {
        return object(client.post(path, fields, body));
    }

    private static JsonObject object(AdminClient.Answer answer) {
        JsonObject body = json(answer);
        if (answer.ok()) {
            return body;
        }
        StringBuilder text = new StringBuilder("bridgehead: " + body.getString("error", "the node refused"));
        for (Object problem : body.getJsonArray("problems", new JsonArray())) {
            text.append('\n').append(problem);
        }
        boolean given = answer.status() == 400 || answer.status() == 404;
        throw new Failure(given ? Failure.PROBLEM : Failure.REFUSED, text.toString());
    }

    /** A refusal of what stands before the API is a problem document, not the API's own. */
    private static JsonObject json(AdminClient.Answer answer) {
        try {
            JsonObject body = new JsonObject(answer.body());
            return body.containsKey("title") && !body.containsKey("error")
                    ? body.put("error", body.getString("title") + ": " + body.getString("detail", ""))
                    : body;
        } catch (DecodeException e) {
            return new JsonObject().put("error", "the node answered " + answer.status() + " and no JSON");
        }
    }
}
