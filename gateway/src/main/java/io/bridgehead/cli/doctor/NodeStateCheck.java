package io.bridgehead.cli.doctor;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.util.List;

/** What the running node says is wrong with it. */
final class NodeStateCheck {
    private NodeStateCheck() {}

    static List<Finding> of(Doctor.Subject subject) {
        Findings found = new Findings("node");
        if (subject.node().isEmpty()) {
            String socket = subject.socket().toString();
            if (Files.exists(subject.socket()) && !Files.isWritable(subject.socket())) {
                found.warning(
                        socket,
                        "this user may not open the admin socket, so the node was not asked",
                        "run this as root, or as a member of the group that owns the socket");
            } else {
                found.note(
                        socket,
                        "no node answers there: what only a running node knows was not looked at",
                        "start the node ('systemctl start bridgehead'), or name its socket with --socket");
            }
            return found.all();
        }
        NodeFacts node = subject.node().get();
        JsonObject status = node.status();
        String name = status.getString("node", "");
        found.ok(
                name,
                "runs, version " + status.getString("version", "unknown") + ", up "
                        + status.getLong("uptimeSeconds", 0L) + " s");
        for (String problem : node.sentences("problems")) {
            found.error(name, problem, "'bridgehead status' and docs/runbooks say more");
        }
        for (String leftOut : node.sentences("leftOut")) {
            found.warning(name, "left out: " + leftOut, "change the document, or trust in gateway.yaml");
        }
        cluster(found, name, status);
        return found.all();
    }

    private static void cluster(Findings found, String name, JsonObject status) {
        JsonObject cluster = status.getJsonObject("cluster");
        if (cluster == null) {
            return;
        }
        String phase = cluster.getString("phase", "");
        if (phase.equals("joined") || phase.equals("alone")) {
            found.ok(name, "cluster: " + phase + ", " + cluster.getInteger("members", 0) + " members");
        } else {
            found.warning(
                    name,
                    "cluster: " + phase,
                    "see that the cluster ports of the members in cluster.members reach each other both ways");
        }
    }
}
