package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code diff}: what differs between two revisions of a source. */
@Command(
        name = "diff",
        description = "Shows what differs between two revisions of a source, by document and field.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead diff 6 7", "  bridgehead diff --source shop 3-0c1d2e3f 5-4b6a7988"})
@OwnedBy(Owner.CONFINED)
final class DiffCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final NodeAccess node = new NodeAccess();

    @Mixin
    private final Output output = new Output();

    @Mixin
    private final SourceOption source = new SourceOption();

    @Parameters(index = "0", paramLabel = "REV", description = "a revision, or its number alone")
    private String from = "";

    @Parameters(index = "1", paramLabel = "REV", description = "the one to compare it with")
    private String to = "";

    @Override
    public Integer call() throws NodeUnreachableException {
        JsonObject difference = node.get(source.path("diff", from, to));
        if (!output.document(spec.commandLine().getOut(), difference)) {
            ChangeLines.of(difference).forEach(spec.commandLine().getOut()::println);
        }
        return 0;
    }
}
