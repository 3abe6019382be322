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
import picocli.CommandLine.Spec;

/** {@code quarantine}: removes a site or node from the fabric. */
@Command(
        name = "quarantine",
        description =
                "Removes a site or node from the fabric, everywhere: its identity is refused, its records are ignored, its endpoints are not used.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead quarantine site azure-weu --reason \"keys were stolen\"",
            "  bridgehead quarantine node azure-weu-a --reason \"runs what nobody installed\"",
            "  bridgehead quarantine site azure-weu --lift --reason \"installed anew\""
        })
@OwnedBy(Owner.CONFINED)
final class QuarantineCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final OrderOptions options = new OrderOptions();

    @Mixin
    private final MemberTarget target = new MemberTarget();

    @Option(names = "--lift", description = "end the quarantine")
    private boolean lift;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "ever",
            converter = Lasting.Reader.class,
            description = Lasting.HELP)
    private Lasting lasting = new Lasting(null);

    @Override
    public Integer call() throws NodeUnreachableException {
        Wish wish = new Wish(
                "quarantine", "", target.site(), target.node(), options.reason(), lift ? null : lasting.time(), lift);
        var out = spec.commandLine().getOut();
        return lift ? options.end(out, wish) : options.give(out, wish);
    }
}
