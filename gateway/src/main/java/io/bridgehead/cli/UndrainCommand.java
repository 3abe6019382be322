package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.sync.OrderRecords.Wish;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code undrain}: ends a drain. */
@Command(
        name = "undrain",
        description = "Ends a drain: the site or node gets requests again, as the rules of failover say.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead undrain site azure-weu --reason \"power is back\""})
@OwnedBy(Owner.CONFINED)
final class UndrainCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final OrderOptions options = new OrderOptions();

    @Mixin
    private final OrderTarget target = new OrderTarget();

    @Override
    public Integer call() throws NodeUnreachableException {
        return options.end(
                spec.commandLine().getOut(),
                new Wish("drain", target.service(), target.site(), target.node(), options.reason(), null, true));
    }
}
