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

/** {@code pin}: a service is sent to one site. */
@Command(
        name = "pin",
        description = "Sends all requests of a service to one site, as long as that site can serve.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead pin orders azure-weu --reason \"warm caches for the sale\" --for 2h"})
@OwnedBy(Owner.CONFINED)
final class PinCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final OrderOptions options = new OrderOptions();

    @Parameters(index = "0", paramLabel = "SERVICE", description = "the service")
    private String service = "";

    @Parameters(index = "1", paramLabel = "SITE", description = "the site")
    private String site = "";

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "24h",
            converter = Lasting.Reader.class,
            description = Lasting.HELP)
    private Lasting lasting = new Lasting(null);

    @Override
    public Integer call() throws NodeUnreachableException {
        return options.give(
                spec.commandLine().getOut(),
                new Wish("pin", service, site, "", options.reason(), lasting.time(), false));
    }
}
