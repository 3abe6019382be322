package io.bridgehead.cli;

import io.bridgehead.app.ManifestProblems;
import io.bridgehead.compile.TierReach;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.manifest.ManifestReading;
import io.bridgehead.config.manifest.read.ManifestFiles;
import io.bridgehead.config.manifest.read.ManifestMemory;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            "  bridgehead validate --strict manifests/",
            "  bridgehead validate -o json documents/"
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

    @Mixin
    private final Output output = new Output();

    /** A configuration and the file that it was read from. */
    private record Node(Path path, NodeConfig config) {}

    @Override
    public Integer call() {
        List<Finding> findings = findings();
        JsonArray problems = new JsonArray();
        findings.forEach(finding -> problems.add(finding.json()));
        PrintWriter out = spec.commandLine().getOut();
        if (!output.document(out, new JsonObject().put("problems", problems))) {
            findings.forEach(finding -> spec.commandLine().getErr().println(finding.line()));
            if (findings.isEmpty()) {
                out.println("no problems found");
            }
        }
        return findings.isEmpty() ? 0 : Failure.PROBLEM;
    }

    private List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        List<Path> documentPaths = new ArrayList<>();
        List<Node> nodes = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw new Failure(Failure.PROBLEM, "bridgehead: " + path + ": no such file or folder");
            }
            if (NodeFile.isOne(path)) {
                switch (NodeFile.read(path)) {
                    case Reading.Refused<NodeConfig> refused -> add(findings, refused.problems());
                    case Reading.Done<NodeConfig> done -> nodes.add(new Node(path, done.value()));
                }
            } else {
                documentPaths.add(path);
            }
        }
        try (Progress _ = Progress.of("reading")) {
            for (Node node : nodes) {
                NodeChecks.problems(node.config()).forEach(line -> findings.add(Finding.of(node.path(), line)));
            }
            addDocuments(
                    findings, documentPaths, nodes.stream().map(Node::config).toList());
        }
        return findings;
    }

    private static void add(List<Finding> findings, List<Problem> problems) {
        problems.forEach(problem -> findings.add(Finding.of(problem)));
    }

    private void addDocuments(List<Finding> findings, List<Path> documentPaths, List<NodeConfig> nodes) {
        if (documentPaths.isEmpty()) {
            return;
        }
        ManifestReading reading = ManifestFiles.read(documentPaths, new ManifestMemory());
        add(findings, reading.refused());
        if (strict) {
            add(findings, reading.noticed());
            ManifestProblems.of(reading, Clock.systemUTC()).forEach(told -> findings.add(Finding.of(told)));
            add(findings, TierReach.problems(reading.documents()));
        }
        if (reading.refused().isEmpty()) {
            add(findings, NodeChecks.problems(reading.documents(), nodes));
        }
    }
}
