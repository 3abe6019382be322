package io.bridgehead.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code completion}: what a shell needs to complete commands. */
@Command(
        name = "completion",
        description = "Prints a script by which bash, and zsh with bashcompinit, complete commands and options.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(bridgehead completion)",
            "  bridgehead completion > /etc/bash_completion.d/bridgehead",
        })
final class CompletionCommand implements Runnable {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    /** The script. */
    static String script() {
        return AutoComplete.bash("bridgehead", Commands.line());
    }

    @Override
    public void run() {
        spec.commandLine().getOut().println(script());
    }
}
