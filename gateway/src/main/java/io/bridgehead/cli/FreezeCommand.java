package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.sync.OrderRecords.Wish;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freeze}: shares of sites stay as they are. */
@Command(
        name = "freeze",
        description =
                "Keeps the shares of sites as they are, whatever their health: no failover and no return. For one service, or for all.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead freeze --reason \"network works, reports flap\" --for 30m",
            "  bridgehead freeze orders --reason \"data is moved\""
        })
@OwnedBy(Owner.CONFINED)
final class FreezeCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final OrderOptions options = new OrderOptions();

    @Parameters(index = "0", arity = "0..1", paramLabel = "SERVICE", description = "the service (default: all)")
    private String service = "";

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = Lasting.Reader.class,
            description = Lasting.HELP)
    private Lasting lasting = new Lasting(null);

    @Override
    public Integer call() throws NodeUnreachableException {
        return options.give(
                spec.commandLine().getOut(),
                new Wish("freeze", service, "", "", options.reason(), lasting.time(), false));
    }
}
