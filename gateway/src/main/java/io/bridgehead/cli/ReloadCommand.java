package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code reload}: has a node read its files again. */
@Command(
        name = "reload",
        description = "Has the node read gateway.yaml and its key files again; nothing changes when one has a problem.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead reload", "  bridgehead reload --config ./aws-use1/gateway.yaml"})
final class ReloadCommand implements Runnable {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Mixin
    private final NodeAccess node = new NodeAccess();

    @Override
    public void run() {
        node.configuredBy(config);
        node.doing("waiting until the files are read");
        try {
            JsonObject answer = node.post("/v1/reload", Map.of(), new byte[0]);
            for (Object line : answer.getJsonArray("changes", new JsonArray())) {
                spec.commandLine().getOut().println(line);
            }
        } catch (NodeUnreachableException e) {
            throw new Failure(Failure.UNREACHABLE, "bridgehead: " + e.getMessage());
        }
    }
}
