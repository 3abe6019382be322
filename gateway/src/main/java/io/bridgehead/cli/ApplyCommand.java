package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.config.Document;
import io.bridgehead.config.read.DocumentFiles;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.sync.Changesets;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code apply}: documents become active on every node, all or none. */
@Command(
        name = "apply",
        description = "Makes documents active on every node of the fabric: all of them or none, signed by an operator.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead apply -f orders.yaml", "  bridgehead apply -f documents/ --prune --dry-run"})
@OwnedBy(Owner.CONFINED)
final class ApplyCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final NodeAccess node = new NodeAccess();

    @Mixin
    private final Publishing publishing = new Publishing();

    @Mixin
    private final SourceOption source = new SourceOption();

    @Mixin
    private final Output output = new Output();

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "documents, or a folder of documents; may be repeated")
    private List<Path> files = List.of();

    @Option(names = "--prune", description = "remove the source's documents that are not given")
    private boolean prune;

    @Option(names = "--dry-run", description = "show the plan and change nothing")
    private boolean dryRun;

    @Override
    public Integer call() throws NodeUnreachableException {
        SortedMap<String, String> texts = read();
        Changesets.Base base = Publishing.base(node.get(source.path()));
        SortedSet<String> removed = new TreeSet<>(prune ? base.hashes().keySet() : List.of());
        removed.removeAll(texts.keySet());
        SortedSet<String> changed = Changesets.changed(base, texts);
        if (!output.json()) {
            plan(base, changed, removed);
        }
        if (changed.isEmpty() && removed.isEmpty()) {
            return answer(new JsonObject().put("changed", false).put("revision", base.head()));
        }
        if (dryRun) {
            return answer(new JsonObject()
                    .put("changed", true)
                    .put("dryRun", true)
                    .put("documents", new JsonArray(List.copyOf(changed))));
        }
        String message = publishing.messageOr("");
        return answer(publishing.commit(node, new Publishing.Step(source.name(), message, base, texts, removed)));
    }

    private SortedMap<String, String> read() {
        for (Path file : files) {
            if (!Files.exists(file)) {
                throw new Failure(Failure.PROBLEM, "bridgehead: " + file + ": no such file or folder");
            }
        }
        return switch (DocumentFiles.read(files)) {
            case Reading.Refused<List<Document>> refused ->
                throw new Failure(Failure.PROBLEM, String.join("\n", NodeFile.lines(refused.problems())));
            case Reading.Done<List<Document>> done -> {
                SortedMap<String, String> texts = new TreeMap<>();
                done.value()
                        .forEach(document -> texts.put(
                                document.id().toString(), document.source().text()));
                if (texts.isEmpty()) {
                    throw new Failure(Failure.PROBLEM, "bridgehead: no documents in " + files);
                }
                yield texts;
            }
        };
    }

    private void plan(Changesets.Base base, SortedSet<String> changed, SortedSet<String> removed) {
        PrintWriter out = spec.commandLine().getOut();
        changed.forEach(name -> out.println((base.hashes().containsKey(name) ? "~ " : "+ ") + name));
        removed.forEach(name -> out.println("- " + name));
        if (changed.isEmpty() && removed.isEmpty()) {
            out.println("nothing to change: revision " + base.head() + " holds these documents already");
        }
    }

    private int answer(JsonObject answer) {
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            out.println(answer.encodePrettily());
        } else if (answer.containsKey("activeOn")) {
            out.println(Publishing.served(answer));
        }
        return 0;
    }
}
