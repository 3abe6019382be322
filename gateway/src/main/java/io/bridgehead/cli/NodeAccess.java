package io.bridgehead.cli;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** How a command reaches a node. */
@OwnedBy(Owner.CONFINED)
final class NodeAccess {
    @Option(
            names = "--socket",
            paramLabel = "FILE",
            defaultValue = "${env:BRIDGEHEAD_SOCKET:-/run/bridgehead/admin.sock}",
            description = "the node's admin socket (default: $BRIDGEHEAD_SOCKET, else /run/bridgehead/admin.sock)")
    private Path socket = Path.of("/run/bridgehead/admin.sock");

    /** Where commands look for a node that nobody has said anything of. */
    static Path socketByDefault() {
        String named = System.getenv("BRIDGEHEAD_SOCKET");
        return Path.of(named == null || named.isEmpty() ? "/run/bridgehead/admin.sock" : named);
    }

    /** Gets a resource; a refusal of the node becomes a {@link Failure}. */
    JsonObject get(String path) throws NodeUnreachableException {
        return object(new AdminClient(socket).get(path));
    }

    /** Gets a resource that is no JSON; empty when the node does not serve it. */
    String text(String path) throws NodeUnreachableException {
        AdminClient.Answer answer = new AdminClient(socket).get(path);
        return answer.ok() ? answer.body() : "";
    }

    /** Posts a body. */
    JsonObject post(String path, Map<String, String> fields, byte[] body) throws NodeUnreachableException {
        return object(new AdminClient(socket).post(path, fields, body));
    }

    private static JsonObject object(AdminClient.Answer answer) {
        JsonObject body = new JsonObject(answer.body());
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
}
