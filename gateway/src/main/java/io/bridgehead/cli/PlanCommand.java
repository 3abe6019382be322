package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plan}: what applying documents would change, and what that does to traffic. */
@Command(
        name = "plan",
        description = "Shows what apply would change, which routes come and go, and how much traffic would move."
                + " Changes nothing; needs no operator key.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead plan -f orders.yaml", "  bridgehead plan -f documents/ --prune --detailed-exitcode"})
@OwnedBy(Owner.CONFINED)
final class PlanCommand implements Callable<Integer> {
    private static final int CHANGES = 2;

    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final NodeAccess node = new NodeAccess();

    @Mixin
    private final DocumentInput input = new DocumentInput();

    @Mixin
    private final SourceOption source = new SourceOption();

    @Mixin
    private final Output output = new Output();

    @Option(names = "--prune", description = "as if the source's documents that are not given were removed")
    private boolean prune;

    @Option(
            names = "--as",
            defaultValue = "",
            paramLabel = "SPIFFE-ID",
            description = "who would apply it: nodes then also say whether their trust lets that identity publish it")
    private String signer = "";

    @Option(
            names = "--detailed-exitcode",
            description = "end with 0 when nothing would change, with 2 when something would, with 1, 3 or 4 as ever")
    private boolean detailed;

    @Override
    public Integer call() throws NodeUnreachableException {
        DocumentInput.Given given = input.read();
        node.doing("planning");
        Planning planning =
                Planning.of(node, source, given.texts(), prune, new Planning.Purpose("", List.of(), signer));
        if (!output.document(spec.commandLine().getOut(), planning.answer())) {
            planning.print(spec.commandLine().getOut());
        }
        planning.requireGood(message -> given.inFiles(source.name(), message));
        return detailed && !planning.isEmpty() ? CHANGES : 0;
    }
}
