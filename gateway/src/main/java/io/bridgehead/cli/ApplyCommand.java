package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.config.Document;
import io.bridgehead.config.read.DocumentFiles;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.sync.Changesets;
import io.bridgehead.tls.RecordSigner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SignatureException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
    private final OperatorKey operator = new OperatorKey();

    @Mixin
    private final Output output = new Output();

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "documents, or a folder of documents; may be repeated")
    private List<Path> files = List.of();

    @Option(
            names = "--source",
            defaultValue = "default",
            paramLabel = "NAME",
            description = "whose documents these are (default: ${DEFAULT-VALUE})")
    private String source = "default";

    @Option(names = "--prune", description = "remove the source's documents that are not given")
    private boolean prune;

    @Option(names = "--dry-run", description = "show the plan and change nothing")
    private boolean dryRun;

    @Option(
            names = {"-m", "--message"},
            defaultValue = "",
            paramLabel = "TEXT",
            description = "why, for the history")
    private String message = "";

    @Option(
            names = "--wait",
            defaultValue = "5000",
            paramLabel = "MILLIS",
            description = "how long to wait until every node serves the revision (default: ${DEFAULT-VALUE})")
    private long waitMillis = 5000;

    @Override
    public Integer call() throws NodeUnreachableException {
        SortedMap<String, String> texts = read();
        Changesets.Base base = base();
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
        return commit(base, texts, removed);
    }

    private int commit(Changesets.Base base, Map<String, String> texts, SortedSet<String> removed)
            throws NodeUnreachableException {
        RecordSigner signer = operator.signer();
        byte[] record;
        try {
            Changesets.Cause cause = new Changesets.Cause(source, signer.id().toString(), message, Instant.now());
            record = Changesets.sign(base, cause, texts, removed, signer);
        } catch (SignatureException | IllegalArgumentException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
        Map<String, String> fields =
                Map.of("content-type", "application/octet-stream", "x-bridgehead-wait", Long.toString(waitMillis));
        return answer(node.post("/v1/changesets", fields, record));
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

    private Changesets.Base base() throws NodeUnreachableException {
        JsonObject head = node.get("/v1/sources/" + URLEncoder.encode(source, StandardCharsets.UTF_8));
        SortedMap<String, String> hashes = new TreeMap<>();
        head.getJsonObject("documents").forEach(entry -> hashes.put(entry.getKey(), (String) entry.getValue()));
        return new Changesets.Base(head.getString("revision"), head.getLong("stampMillis"), hashes);
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
            out.println("revision " + answer.getString("revision") + " is active on " + answer.getInteger("activeOn")
                    + " of " + answer.getInteger("nodes") + " nodes");
        }
        return 0;
    }
}
