package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.sync.OrderRecords.Wish;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code thaw}: ends a freeze. */
@Command(
        name = "thaw",
        description = "Ends a freeze: shares of sites follow health again.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead thaw --reason \"works are done\"", "  bridgehead thaw orders --reason \"data is there\""
        })
@OwnedBy(Owner.CONFINED)
final class ThawCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final OrderOptions options = new OrderOptions();

    @Parameters(index = "0", arity = "0..1", paramLabel = "SERVICE", description = "the service (default: all)")
    private String service = "";

    @Override
    public Integer call() throws NodeUnreachableException {
        return options.end(
                spec.commandLine().getOut(), new Wish("freeze", service, "", "", options.reason(), null, true));
    }
}
