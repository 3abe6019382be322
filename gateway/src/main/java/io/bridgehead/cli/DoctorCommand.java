package io.bridgehead.cli;

import io.bridgehead.cli.doctor.Doctor;
import io.bridgehead.cli.doctor.Finding;
import io.bridgehead.cli.doctor.Finding.Severity;
import io.bridgehead.cli.doctor.NodeFacts;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code doctor}: what a node depends on, with what to do about it. */
@Command(
        name = "doctor",
        description = {
            "Looks at everything that a node depends on, and says what to do about what is wrong.",
            "Configuration, the running node, clock, certificates and keys, names, ports, the other nodes both ways, MTU, disk, file"
                    + " descriptors and kernel settings. It changes nothing. Works beside a running node, before the first start,"
                    + " and with a configuration that has problems. Run it as root or as the node's user to see everything."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing is wrong; there may be warnings",
            "1:at least one error",
            "2:wrong usage of the command"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead doctor",
            "  bridgehead doctor --config ./aws-use1/gateway.yaml --all",
            "  bridgehead doctor -o json"
        })
@OwnedBy(Owner.CONFINED)
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final Output output = new Output();

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(
            names = "--socket",
            paramLabel = "FILE",
            description = "the node's admin socket (default: " + AdminSocket.DEFAULT_IN_WORDS + ")")
    private @Nullable Path socket;

    @Option(
            names = {"-a", "--all"},
            description = "also show what is as it should be")
    private boolean all;

    @Override
    public Integer call() {
        List<Finding> findings;
        try (Progress _ = Progress.of("looking")) {
            findings = examine(config.path(), AdminSocket.here().find(socket, config.named()));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (!output.document(out, json(findings))) {
            print(findings, out);
        }
        return isHealthy(findings) ? 0 : Failure.PROBLEM;
    }

    /** All findings as {@code -o json} has them. */
    static JsonObject report(Path config, Path socket) {
        return json(examine(config, socket));
    }

    private static List<Finding> examine(Path config, Path socket) {
        List<String> problems = new ArrayList<>();
        NodeConfig node = read(config, problems);
        return Doctor.examine(new Doctor.Subject(
                config,
                node,
                problems,
                node == null ? List.of() : NodeChecks.problems(node),
                socket,
                NodeFacts.at(socket),
                Clock.systemUTC()));
    }

    private static boolean isHealthy(List<Finding> findings) {
        return findings.stream().noneMatch(finding -> finding.severity() == Severity.ERROR);
    }

    private static @Nullable NodeConfig read(Path config, List<String> problems) {
        try {
            return switch (NodeFile.read(config)) {
                case Reading.Done<NodeConfig> done -> done.value();
                case Reading.Refused<NodeConfig> refused -> {
                    problems.addAll(NodeFile.lines(refused.problems()));
                    yield null;
                }
            };
        } catch (Failure e) {
            problems.add(String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static JsonObject json(List<Finding> findings) {
        JsonArray rows = new JsonArray();
        findings.forEach(finding -> rows.add(new JsonObject()
                .put("check", finding.check())
                .put("severity", word(finding))
                .put("about", finding.about())
                .put("found", finding.found())
                .put("remedy", finding.remedy())));
        return new JsonObject().put("healthy", isHealthy(findings)).put("findings", rows);
    }

    private void print(List<Finding> findings, PrintWriter out) {
        for (Finding finding : findings) {
            if (all || finding.severity() != Severity.OK) {
                String about = finding.about().isEmpty() ? "" : finding.about() + ": ";
                out.println(String.format(
                        Locale.ROOT,
                        "%-8s %-14s %s",
                        word(finding),
                        finding.check(),
                        Output.plain(about + finding.found())));
                if (!finding.remedy().isEmpty()) {
                    out.println(" ".repeat(24) + "-> " + Output.plain(finding.remedy()));
                }
            }
        }
        out.println(count(findings, Severity.ERROR) + " errors, " + count(findings, Severity.WARNING) + " warnings, "
                + count(findings, Severity.NOTE) + " notes, " + count(findings, Severity.OK) + " as they should be");
    }

    private static long count(List<Finding> findings, Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    private static String word(Finding finding) {
        return finding.severity().name().toLowerCase(Locale.ROOT);
    }
}
