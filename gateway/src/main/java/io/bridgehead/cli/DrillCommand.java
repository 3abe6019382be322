package io.bridgehead.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code drill}: failures on purpose, and what requests notice. */
@Command(
        name = "drill",
        description = "Makes the fabric believe in a failure for a while, and measures what requests notice.",
        mixinStandardHelpOptions = true,
        subcommands = DrillFailSiteCommand.class,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead drill fail-site aws-use1 --service orders"})
final class DrillCommand implements Runnable {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "what to drill is missing: fail-site");
    }
}
