package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.sync.OrderRecords.Wish;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code drain}: new requests go elsewhere, what runs ends. */
@Command(
        name = "drain",
        description =
                "Sends new requests elsewhere, away from a site, a node, a site for one service, or an endpoint; what runs ends by itself.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead drain site azure-weu --reason \"power works\" --for 4h",
            "  bridgehead drain node azure-weu-a --reason \"new kernel\"",
            "  bridgehead drain service orders azure-weu --reason \"bad release there\"",
            "  bridgehead drain endpoint orders azure-weu 10.4.0.7:8080 --reason \"new disk\""
        })
@OwnedBy(Owner.CONFINED)
final class DrainCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final OrderOptions options = new OrderOptions();

    @Mixin
    private final OrderTarget target = new OrderTarget();

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "ever",
            converter = Lasting.Reader.class,
            description = Lasting.HELP)
    private Lasting lasting = new Lasting(null);

    @Override
    public Integer call() throws NodeUnreachableException {
        return options.give(
                spec.commandLine().getOut(),
                new Wish(
                        "drain",
                        target.service(),
                        target.site(),
                        target.node(),
                        options.reason(),
                        lasting.time(),
                        false,
                        target.finer(Duration.ZERO)));
    }
}
