package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rollback}: a source says again what it said in an earlier revision. */
@Command(
        name = "rollback",
        description = "Makes the documents of an earlier revision of a source active again, as a new revision.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead rollback", "  bridgehead rollback 7 --source shop -m \"checkout was slow\" --dry-run"})
@OwnedBy(Owner.CONFINED)
final class RollbackCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final Publishing publishing = new Publishing();

    private final NodeAccess node = publishing.node();

    @Mixin
    private final Output output = new Output();

    @Mixin
    private final SourceOption source = new SourceOption();

    @Option(names = "--dry-run", description = "show what would change and change nothing")
    private boolean dryRun;

    @Parameters(
            arity = "0..1",
            paramLabel = "REV",
            defaultValue = "previous",
            description = "the revision, or its number alone (default: the one before the head)")
    private String revision = "previous";

    @Override
    public Integer call() throws NodeUnreachableException {
        node.doing("planning");
        JsonObject way = node.get(source.path("rollback", revision));
        String target = way.getString("target");
        Planning planning =
                Planning.of(node, back(way, publishing.messageOr("roll back to " + target)), publishing.signer());
        PrintWriter out = spec.commandLine().getOut();
        if (!output.isDocument()) {
            out.println("source " + source.name() + ": from " + way.getString("revision") + " back to " + target);
            planning.print(out);
        }
        planning.requireGood(UnaryOperator.identity());
        if (planning.isEmpty() || dryRun) {
            print(out, planning.answer().copy().put("dryRun", dryRun).put("target", target));
            return 0;
        }
        node.doing("waiting until nodes serve it");
        JsonObject answer = publishing.commit(node, planning.step());
        print(out, answer);
        if (!output.isDocument()) {
            out.println(Publishing.served(answer));
        }
        return 0;
    }

    private Publishing.Step back(JsonObject way, String message) {
        Map<String, String> texts = new TreeMap<>();
        way.getJsonObject("texts").forEach(entry -> texts.put(entry.getKey(), (String) entry.getValue()));
        TreeSet<String> removed = new TreeSet<>();
        way.getJsonArray("removedNames").forEach(name -> removed.add((String) name));
        return new Publishing.Step(source.name(), message, Publishing.base(way), texts, removed, List.of());
    }

    private void print(PrintWriter out, JsonObject answer) {
        output.document(out, answer);
    }
}
