package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code history}: who changed documents, when and why. */
@Command(
        name = "history",
        description = "Shows who changed documents, when, why, and how much; newest first.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead history", "  bridgehead history --source shop -n 5 -o json"})
@OwnedBy(Owner.CONFINED)
final class HistoryCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final NodeAccess node = new NodeAccess();

    @Mixin
    private final Output output = new Output();

    @Option(names = "--source", paramLabel = "NAME", description = "one source only (default: all)")
    private @Nullable String source;

    @Option(
            names = {"-n", "--limit"},
            defaultValue = "20",
            paramLabel = "N",
            description = "how many revisions at most; 0 for all that are kept (default: ${DEFAULT-VALUE})")
    private int limit = 20;

    @Override
    public Integer call() throws NodeUnreachableException {
        if (limit < 0) {
            throw new ParameterException(spec.commandLine(), "--limit is " + limit + "; expected 0 or more");
        }
        JsonObject answer = node.get(source == null ? "/v1/history" : SourceOption.pathOf(source, "history"));
        List<?> all = answer.getJsonArray("revisions").getList();
        int shown = limit == 0 ? all.size() : Math.min(limit, all.size());
        JsonObject cut = new JsonObject().put("revisions", new JsonArray(all.subList(0, shown)));
        output.rows(
                spec.commandLine().getOut(),
                cut,
                "revisions",
                "revision=revision",
                "source=source",
                "time=time",
                "author=author",
                "changes=changes",
                "state=state",
                "message=message");
        return 0;
    }
}
