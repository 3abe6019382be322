package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reload}: has a node read its files again. */
@Command(
        name = "reload",
        description = {
            "Has the node read gateway.yaml and its key files again; nothing changes when one has a problem.",
            "",
            "Ends with 4 when keys differ that take effect only with a restart: each is named with its old and new value and the reason. The rest is in force then."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead reload",
            "  bridgehead reload --dry-run",
            "  bridgehead reload --config ./aws-use1/gateway.yaml"
        })
@OwnedBy(Owner.CONFINED)
final class ReloadCommand implements Runnable {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Mixin
    private final NodeAccess node = new NodeAccess();

    @Option(
            names = "--dry-run",
            description =
                    "have the node say what would change and what would wait for a restart, and change nothing; the exit code is that of the reload")
    private boolean dryRun;

    @Override
    public void run() {
        node.configuredBy(config);
        node.doing("waiting until the files are read");
        try {
            JsonObject answer = node.post(dryRun ? "/v1/reload/plan" : "/v1/reload", Map.of(), new byte[0]);
            JsonArray changes = answer.getJsonArray("changes", new JsonArray());
            JsonArray restart = answer.getJsonArray("restart", new JsonArray());
            PrintWriter out = spec.commandLine().getOut();
            changes.forEach(out::println);
            if (dryRun && changes.isEmpty() && restart.isEmpty()) {
                out.println("nothing would change");
            }
            waiting(restart);
        } catch (NodeUnreachableException e) {
            throw new Failure(Failure.UNREACHABLE, "bridgehead: " + e.getMessage());
        }
    }

    /** Names what is not in force. */
    private void waiting(JsonArray keys) {
        if (keys.isEmpty()) {
            return;
        }
        StringBuilder message = new StringBuilder();
        for (Object one : keys) {
            if (one instanceof JsonObject key) {
                message.append("%s: %s -> %s: takes effect with a restart: %s%n"
                        .formatted(
                                key.getString("key"),
                                key.getString("before"),
                                key.getString("after"),
                                key.getString("why")));
            }
        }
        throw new Failure(
                Failure.REFUSED,
                message + "bridgehead: " + keys.size() + (keys.size() == 1 ? " key" : " keys")
                        + (dryRun
                                ? " would wait for a restart; the rest would be in force"
                                : (keys.size() == 1 ? " waits" : " wait") + " for a restart; the rest is in force"));
    }
}
