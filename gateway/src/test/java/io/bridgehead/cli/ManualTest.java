package io.bridgehead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.schema.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Help, man pages, completion and {@code docs/cli.md} say what the commands say. */
final class ManualTest {
    private static final String INTRODUCTION = """
            # Command line

            Every command as its `--help` says it. `man bridgehead` and `man bridgehead-VERB` say the same where the package is installed, and
            `source <(bridgehead completion)` completes commands and options in bash. Verbs that read take `-o table`, `-o json` and `-o yaml`;
            the names in JSON and YAML are the same and stay.

            This page is written from the commands:
            `mvn -pl gateway -am test -Dtest=ManualTest -Dsurefire.failIfNoSpecifiedTests=false -Dbridgehead.golden=write`.
            """;

    private static List<CommandLine> all(CommandLine from) {
        List<CommandLine> all = new ArrayList<>();
        from.getSubcommands().values().stream()
                .filter(command -> !command.getCommandSpec().usageMessage().hidden())
                .filter(command -> !command.getCommandName().equals("help"))
                .forEach(command -> {
                    all.add(command);
                    all.addAll(all(command));
                });
        return all;
    }

    @Test
    void pageListsEveryCommand() {
        Golden.check(Path.of("../docs/cli.md"), Manual.markdown(Commands.line(), INTRODUCTION));
    }

    @Test
    void everyHelpHasSynopsisExamplesAndExitCodes() {
        assertThat(all(Commands.line()))
                .hasSizeGreaterThan(30)
                .allSatisfy(command -> assertThat(command.getUsageMessage(Ansi.OFF))
                        .as(command.getCommandSpec().qualifiedName())
                        .contains("Usage: " + command.getCommandSpec().qualifiedName(), "Examples:", "Exit codes:"));
    }

    @Test
    void everyCommandHasAManPageWhoseLinesAreText() {
        Map<String, String> pages = Manual.manPages(Commands.line(), "1.2.3");
        assertThat(pages)
                .containsKeys("bridgehead.1", "bridgehead-get.1", "bridgehead-get-services.1", "bridgehead-doctor.1");
        assertThat(pages).hasSize(all(Commands.line()).size() + 1);
        pages.forEach((name, page) -> {
            assertThat(page)
                    .as(name)
                    .startsWith(".TH \"BRIDGEHEAD")
                    .contains(".SH \"NAME\"", ".SH \"SYNOPSIS\"", ".SH \"EXIT STATUS\"", ".SH \"EXAMPLES\"")
                    .doesNotContain("%n", "${", "@|");
            assertThat(page.lines().filter(line -> line.startsWith(".")))
                    .as(name)
                    .allMatch(line -> line.matches("\\.(TH|SH|TP|PP|nf|fi)( .*)?"));
        });
    }

    @Test
    void completionKnowsTheCommands() {
        assertThat(CompletionCommand.script()).contains("support-bundle", "gatewayclasses", "complete -F");
    }
}
