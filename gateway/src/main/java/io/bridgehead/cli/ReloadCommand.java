package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.app.ProblemRow;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
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
            "Ends with 4 when keys differ that take effect only with a restart: each is named with its old and new"
                    + " value and the reason. The rest is in force then."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead reload",
            "  bridgehead reload --dry-run",
            "  bridgehead reload --dry-run -o json",
            "  bridgehead reload --config ./aws-use1/gateway.yaml"
        })
@OwnedBy(Owner.CONFINED)
final class ReloadCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Mixin
    private final NodeAccess node = new NodeAccess();

    @Option(
            names = "--dry-run",
            description =
                    "have the node say what would change and what would wait for a restart, and change nothing; the"
                            + " exit code is that of the reload")
    private boolean dryRun;

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws NodeUnreachableException {
        node.configuredBy(config);
        node.doing("waiting until the files are read");
        NodeTalk.Said said = node.said(dryRun ? "/v1/reload/plan" : "/v1/reload", Map.of(), new byte[0]);
        PrintWriter out = spec.commandLine().getOut();
        JsonArray restart = said.body().getJsonArray("restart", new JsonArray());
        if (output.document(out, document(said))) {
            return said.exitCode() != 0 ? said.exitCode() : restart.isEmpty() ? 0 : Failure.REFUSED;
        }
        JsonArray changes = said.body().getJsonArray("changes", new JsonArray());
        changes.forEach(out::println);
        JsonObject _ = said.orFail();
        if (dryRun && changes.isEmpty() && restart.isEmpty()) {
            out.println("nothing would change");
        }
        waiting(restart);
        return 0;
    }

    /** All fields, always, whatever came of it. */
    private JsonObject document(NodeTalk.Said said) {
        JsonObject body = said.body();
        JsonArray problems = body.getJsonArray(ProblemRow.DETAILS, new JsonArray());
        if (said.exitCode() != 0 && problems.isEmpty()) {
            JsonArray texts = body.getJsonArray("problems", new JsonArray());
            texts.forEach(text -> problems.add(ProblemRow.of(String.valueOf(text))));
        }
        return new JsonObject()
                .put("dryRun", dryRun)
                .put("error", said.exitCode() == 0 ? null : said.error())
                .put("changes", body.getJsonArray("changes", new JsonArray()))
                .put("restart", body.getJsonArray("restart", new JsonArray()))
                .put("problems", problems);
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
