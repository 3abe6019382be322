package io.bridgehead.cli;

import io.bridgehead.app.ManifestProblems;
import io.bridgehead.compile.TierReach;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.manifest.ManifestReading;
import io.bridgehead.config.manifest.read.ManifestFiles;
import io.bridgehead.config.manifest.read.ManifestMemory;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code validate}: every problem of configuration files and documents. */
@Command(
        name = "validate",
        description = "Finds every problem in gateway.yaml files, documents and Kubernetes manifests, with its place.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead validate gateway.yaml",
            "  bridgehead validate gateway.yaml documents/",
            "  bridgehead validate --strict manifests/"
        })
@OwnedBy(Owner.CONFINED)
final class ValidateCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "a node's gateway.yaml, documents or manifests, or folders of them; with a gateway.yaml the"
                    + " documents are also judged as that node would")
    private List<Path> paths = List.of();

    @Option(
            names = "--strict",
            description =
                    "also report keys of manifests that mean nothing, entries of a TrafficPolicy's failover order that"
                            + " are never reached and, with a Gateway among the manifests, what their status would"
                            + " tell: references that lead nowhere, what is not accepted")
    private boolean strict;

    @Override
    public Integer call() {
        List<String> problems = new ArrayList<>();
        List<Path> documentPaths = new ArrayList<>();
        List<NodeConfig> nodes = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw new Failure(Failure.PROBLEM, "bridgehead: " + path + ": no such file or folder");
            }
            if (NodeFile.isOne(path)) {
                switch (NodeFile.read(path)) {
                    case Reading.Refused<NodeConfig> refused -> problems.addAll(NodeFile.lines(refused.problems()));
                    case Reading.Done<NodeConfig> done -> nodes.add(done.value());
                }
            } else {
                documentPaths.add(path);
            }
        }
        try (Progress _ = Progress.of("reading")) {
            for (NodeConfig node : nodes) {
                problems.addAll(NodeChecks.problems(node));
            }
            problems.addAll(documentProblems(documentPaths, nodes));
        }
        problems.forEach(problem -> spec.commandLine().getErr().println(problem));
        if (problems.isEmpty()) {
            spec.commandLine().getOut().println("no problems found");
        }
        return problems.isEmpty() ? 0 : Failure.PROBLEM;
    }

    private List<String> documentProblems(List<Path> documentPaths, List<NodeConfig> nodes) {
        if (documentPaths.isEmpty()) {
            return List.of();
        }
        ManifestReading reading = ManifestFiles.read(documentPaths, new ManifestMemory());
        List<String> problems = new ArrayList<>(NodeFile.lines(reading.refused()));
        if (strict) {
            problems.addAll(NodeFile.lines(reading.noticed()));
            problems.addAll(ManifestProblems.of(reading, Clock.systemUTC()));
            problems.addAll(NodeFile.lines(TierReach.problems(reading.documents())));
        }
        if (reading.refused().isEmpty()) {
            problems.addAll(NodeChecks.problems(reading.documents(), nodes));
        }
        return problems;
    }
}
