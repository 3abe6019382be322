package io.bridgehead.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The reference of the command line in two forms, written from the commands themselves: man pages (man(7)), and one page of Markdown. */
final class Manual {
    private Manual() {}

    /** A page for the program and each command that help shows, by the name of its file. */
    static SequencedMap<String, String> manPages(CommandLine program, String version) {
        SequencedMap<String, String> pages = new LinkedHashMap<>();
        for (CommandLine command : all(program)) {
            pages.put(fileName(command) + ".1", manPage(command, version));
        }
        return pages;
    }

    /** All commands, each as its help says it. */
    static String markdown(CommandLine program, String introduction) {
        StringBuilder page = new StringBuilder(introduction);
        for (CommandLine command : all(program)) {
            String name = command.getCommandSpec().qualifiedName();
            String help = command.getUsageMessage(Ansi.OFF)
                    .lines()
                    .map(String::stripTrailing)
                    .collect(Collectors.joining("\n"));
            page.append("\n## ")
                    .append(name)
                    .append("\n\n```text\n")
                    .append(help)
                    .append("\n```\n");
        }
        return page.toString();
    }

    private static List<CommandLine> all(CommandLine from) {
        List<CommandLine> all = new ArrayList<>(List.of(from));
        from.getSubcommands().values().stream()
                .filter(command -> !command.getCommandSpec().usageMessage().hidden()
                        && !command.getCommandName().equals("help"))
                .forEach(command -> all.addAll(all(command)));
        return all;
    }

    private static String fileName(CommandLine command) {
        return command.getCommandSpec().qualifiedName("-");
    }

    private static String manPage(CommandLine command, String version) {
        CommandSpec spec = command.getCommandSpec();
        CommandLine.Help help = command.getHelp();
        StringBuilder page = new StringBuilder();
        String name = fileName(command);
        page.append(".TH \"").append(escaped(name.toUpperCase(Locale.ROOT))).append("\" 1 \"\" \"Bridgehead ");
        page.append(escaped(version)).append("\" \"Bridgehead\"\n");
        String[] description = spec.usageMessage().description();
        section(page, "NAME");
        page.append(escaped(name))
                .append(" \\- ")
                .append(escaped(String.join(" ", first(description))))
                .append('\n');
        section(page, "SYNOPSIS");
        lines(page, spec.qualifiedName() + " " + synopsis(help, spec.qualifiedName()));
        section(page, "DESCRIPTION");
        for (String paragraph : description) {
            page.append(".PP\n");
            lines(page, paragraph);
        }
        arguments(page, "OPERANDS", spec.positionalParameters());
        arguments(page, "OPTIONS", spec.options());
        commands(page, command);
        section(page, "EXIT STATUS");
        spec.usageMessage().exitCodeList().forEach((code, meaning) -> tagged(page, code, meaning));
        section(page, "EXAMPLES");
        page.append(".nf\n");
        Stream.of(spec.usageMessage().footer()).forEach(line -> lines(page, line));
        page.append(".fi\n");
        return page.toString();
    }

    private static List<String> first(String... description) {
        return Stream.of(description).limit(1).toList();
    }

    /** Of several lines one, without the name of the program. */
    private static String synopsis(CommandLine.Help help, String name) {
        String text = help.synopsis(0).replaceAll("\\s+", " ").strip();
        return text.startsWith(name) ? text.substring(name.length()).strip() : text;
    }

    private static void arguments(StringBuilder page, String title, List<? extends ArgSpec> arguments) {
        List<? extends ArgSpec> shown =
                arguments.stream().filter(argument -> !argument.hidden()).toList();
        if (shown.isEmpty()) {
            return;
        }
        section(page, title);
        for (ArgSpec argument : shown) {
            String tag = switch (argument) {
                case OptionSpec option ->
                    String.join(", ", option.names()) + (option.arity().max() > 0 ? " " + option.paramLabel() : "");
                case PositionalParamSpec operand -> operand.paramLabel();
                default -> argument.paramLabel();
            };
            tagged(page, tag, String.join(" ", argument.description()));
        }
    }

    private static void commands(StringBuilder page, CommandLine command) {
        Map<String, CommandLine> below = new LinkedHashMap<>(command.getSubcommands());
        below.values().removeIf(one -> one.getCommandSpec().usageMessage().hidden());
        if (below.isEmpty()) {
            return;
        }
        section(page, "COMMANDS");
        below.forEach((name, one) -> tagged(
                page,
                name,
                String.join(" ", first(one.getCommandSpec().usageMessage().description()))));
    }

    private static void section(StringBuilder page, String title) {
        page.append(".SH \"").append(title).append("\"\n");
    }

    private static void tagged(StringBuilder page, String tag, String text) {
        page.append(".TP\n\\fB").append(escaped(tag)).append("\\fR\n");
        lines(page, text);
    }

    private static void lines(StringBuilder page, String text) {
        text.replace("%n", "\n")
                .replace("%%", "%")
                .lines()
                .forEach(line -> page.append(line.startsWith(".") || line.startsWith("'") ? "\\&" : "")
                        .append(escaped(line))
                        .append('\n'));
    }

    /** What troff would take for something else than itself. */
    private static String escaped(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-").replaceAll("@\\|\\w+ (.*?)\\|@", "$1");
    }
}
