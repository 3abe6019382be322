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

/** {@code unpin}: ends a pin. */
@Command(
        name = "unpin",
        description = "Ends a pin: the service goes where the rules of failover say.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead unpin orders --reason \"the sale is over\""})
@OwnedBy(Owner.CONFINED)
final class UnpinCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final OrderOptions options = new OrderOptions();

    @Parameters(index = "0", paramLabel = "SERVICE", description = "the service")
    private String service = "";

    @Override
    public Integer call() throws NodeUnreachableException {
        return options.end(spec.commandLine().getOut(), new Wish("pin", service, "", "", options.reason(), null, true));
    }
}
