package io.bridgehead.cli;

import io.bridgehead.config.Document;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.read.DocumentFiles;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code validate}: every problem of configuration files and documents. */
@Command(
        name = "validate",
        description = "Finds every problem in gateway.yaml files and documents, with its place.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead validate gateway.yaml", "  bridgehead validate gateway.yaml documents/"})
@OwnedBy(Owner.CONFINED)
final class ValidateCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "a node's gateway.yaml, documents, or folders of documents; with a gateway.yaml the documents"
                    + " are also judged as that node would")
    private List<Path> paths = List.of();

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
        for (NodeConfig node : nodes) {
            problems.addAll(NodeChecks.problems(node));
        }
        problems.addAll(documentProblems(documentPaths, nodes));
        problems.forEach(problem -> spec.commandLine().getErr().println(problem));
        if (problems.isEmpty()) {
            spec.commandLine().getOut().println("no problems found");
        }
        return problems.isEmpty() ? 0 : Failure.PROBLEM;
    }

    private static List<String> documentProblems(List<Path> paths, List<NodeConfig> nodes) {
        if (paths.isEmpty()) {
            return List.of();
        }
        return switch (DocumentFiles.read(paths)) {
            case Reading.Refused<List<Document>> refused -> NodeFile.lines(refused.problems());
            case Reading.Done<List<Document>> done -> NodeChecks.problems(done.value(), nodes);
        };
    }
}
