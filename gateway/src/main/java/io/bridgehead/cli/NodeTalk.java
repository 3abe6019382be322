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
        return said(path, fields, body).orFail();
    }

    /** Posts a body; a refusal is an answer as any other. */
    Said said(String path, Map<String, String> fields, byte[] body) throws NodeUnreachableException {
        return Said.of(client.post(path, fields, body));
    }

    private static JsonObject object(AdminClient.Answer answer) {
        return Said.of(answer).orFail();
    }

    /**
     * What a node answered.
     *
     * @param exitCode of a command that it ends; 0 when it was no refusal
     */
    record Said(int exitCode, JsonObject body) {
        private static Said of(AdminClient.Answer answer) {
            boolean given = answer.status() == 400 || answer.status() == 404;
            return new Said(answer.ok() ? 0 : given ? Failure.PROBLEM : Failure.REFUSED, json(answer));
        }

        /** The answer; a refusal becomes a {@link Failure}. */
        JsonObject orFail() {
            if (exitCode == 0) {
                return body;
            }
            StringBuilder text = new StringBuilder("bridgehead: " + error());
            for (Object problem : body.getJsonArray("problems", new JsonArray())) {
                text.append('\n').append(problem);
            }
            throw new Failure(exitCode, text.toString());
        }

        /** Why it was refused. */
        String error() {
            return body.getString("error", "the node refused");
        }
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
