package io.bridgehead.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** All commands of the {@code bridgehead} program, as picocli reads them. */
@Command(
        name = "bridgehead",
        description = "A gateway for traffic between clouds and into them.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.Lines.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:a problem in what was given (a file, a document, a key)",
            "2:wrong usage of the command",
            "3:the node does not answer",
            "4:the node refused (a conflict, or policy)"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead demo                              three sites on this machine, and what happens when they fail",
            "  bridgehead init --site aws-use1 --advertise gw.aws.example:15008",
            "  bridgehead token create --site azure-weu --ttl 15m --file join.tok",
            "  bridgehead join --site azure-weu --token join.tok",
            "  bridgehead run --standalone manifests/       serves Kubernetes Gateway API manifests alone",
            "  bridgehead validate gateway.yaml documents/",
            "  bridgehead run --config gateway.yaml",
            "  bridgehead plan -f orders.yaml",
            "  bridgehead apply -f orders.yaml",
            "  bridgehead history",
            "  bridgehead explain GET http://orders.example.internal/",
            "  bridgehead top                               sites, services and tunnels, live",
            "  bridgehead doctor                            what is wrong here, and what to do about it"
        })
final class Commands implements Runnable {
    /** In the order of the help. {@code XyZCommand} has the name {@code xy-z}. */
    static final List<Class<?>> COMMANDS = List.of(
            InitCommand.class,
            TokenCommand.class,
            JoinCommand.class,
            RunCommand.class,
            ValidateCommand.class,
            PlanCommand.class,
            ApplyCommand.class,
            HistoryCommand.class,
            DiffCommand.class,
            RollbackCommand.class,
            StageCommand.class,
            ConflictsCommand.class,
            DrainCommand.class,
            UndrainCommand.class,
            FailbackCommand.class,
            PinCommand.class,
            UnpinCommand.class,
            FreezeCommand.class,
            ThawCommand.class,
            QuarantineCommand.class,
            DrillCommand.class,
            GetCommand.class,
            DescribeCommand.class,
            ExplainCommand.class,
            StatusCommand.class,
            PageCommand.class,
            TopCommand.class,
            DoctorCommand.class,
            SupportBundleCommand.class,
            CertsCommand.class,
            ReloadCommand.class,
            PkiCommand.class,
            CompletionCommand.class,
            DemoCommand.class,
            DemoEndpointCommand.class,
            WarmUpCommand.class,
            ManualCommand.class);

    private static final Pattern WORDS = Pattern.compile("(?<=[a-z])(?=[A-Z])");

    @Spec
    private final CommandSpec spec = CommandSpec.create();

    /** Runs a command line; what it answers goes to {@code out}, errors to {@code err}. */
    static int execute(PrintWriter out, PrintWriter err, String... args) {
        return line(args)
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((problem, line, parsed) -> Failure.report(problem, line.getErr()))
                .execute(args);
    }

    /** A command line with the one command that is asked for, as most of the start is the making of them; with all when it is none of them. */
    static CommandLine line(String... args) {
        CommandLine line = new CommandLine(new Commands());
        for (Class<?> command : COMMANDS) {
            if (args.length > 0 && args[0].equals(name(command))) {
                return complete(line.addSubcommand(command));
            }
        }
        COMMANDS.forEach(line::addSubcommand);
        return complete(line.addSubcommand(CommandLine.HelpCommand.class));
    }

    /** Exit codes in the help of those that say nothing of their own, and an example in that of parts of a command. */
    private static CommandLine complete(CommandLine line) {
        Map<String, String> codes = line.getCommandSpec().usageMessage().exitCodeList();
        line.getSubcommands().values().forEach(command -> complete(command, codes));
        return line;
    }

    private static void complete(CommandLine line, Map<String, String> codes) {
        UsageMessageSpec usage = line.getCommandSpec().usageMessage();
        if (usage.exitCodeList().isEmpty()) {
            usage.exitCodeListHeading("%nExit codes:%n").exitCodeList(codes);
        }
        if (usage.footer().length == 0) {
            usage.footerHeading("%nExamples:%n").footer("  " + least(line.getCommandSpec()));
        }
        line.getSubcommands().values().forEach(command -> complete(command, codes));
    }

    /** The shortest form of a command that is understood. */
    private static String least(CommandSpec command) {
        StringBuilder form = new StringBuilder(command.qualifiedName());
        command.options().stream()
                .filter(OptionSpec::required)
                .forEach(option -> form.append(' ')
                        .append(option.longestName())
                        .append(' ')
                        .append(option.paramLabel()));
        command.positionalParameters().stream()
                .filter(PositionalParamSpec::required)
                .forEach(parameter -> form.append(' ').append(parameter.paramLabel()));
        return form.toString();
    }

    /** What a command is called. */
    static String name(Class<?> command) {
        String words = WORDS.matcher(command.getSimpleName()).replaceAll("-");
        return words.substring(0, words.lastIndexOf('-')).toLowerCase(Locale.ROOT);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
