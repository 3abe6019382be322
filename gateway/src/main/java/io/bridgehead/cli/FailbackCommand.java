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

/** {@code failback}: a site may have its share of a service back. */
@Command(
        name = "failback",
        description =
                "Lets a site have its share of a service back: where its return waits for an operator (failback manual), and where it has come and gone too often.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead failback orders aws-use1 --reason \"the database has caught up\""})
@OwnedBy(Owner.CONFINED)
final class FailbackCommand implements Callable<Integer> {
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
            defaultValue = "10m",
            converter = Lasting.Reader.class,
            description =
                    "how long the site may come back, counted from now: its hold-down has to end meanwhile (default: ${DEFAULT-VALUE})")
    private Lasting lasting = new Lasting(null);

    @Override
    public Integer call() throws NodeUnreachableException {
        return options.give(
                spec.commandLine().getOut(),
                new Wish("failback", service, site, "", options.reason(), lasting.time(), false));
    }
}
