package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
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
    private final NodeAccess node = new NodeAccess();

    @Mixin
    private final Publishing publishing = new Publishing();

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
        JsonObject way = node.get(source.path("rollback", revision));
        String target = way.getString("target");
        PrintWriter out = spec.commandLine().getOut();
        if (!output.json()) {
            out.println("source " + source.name() + ": from " + way.getString("revision") + " back to " + target);
            ChangeLines.of(way).forEach(out::println);
        }
        boolean same = ChangeLines.none(way);
        if (same || dryRun) {
            JsonObject answer = new JsonObject().put("changed", !same).put("revision", way.getString("revision"));
            print(out, dryRun ? answer.put("dryRun", true).put("target", target) : answer);
            return 0;
        }
        Map<String, String> texts = new TreeMap<>();
        way.getJsonObject("texts").forEach(entry -> texts.put(entry.getKey(), (String) entry.getValue()));
        TreeSet<String> removed = new TreeSet<>();
        way.getJsonArray("removedNames").forEach(name -> removed.add((String) name));
        String message = publishing.messageOr("roll back to " + target);
        JsonObject answer = publishing.commit(
                node, new Publishing.Step(source.name(), message, Publishing.base(way), texts, removed));
        print(out, answer);
        if (!output.json()) {
            out.println(Publishing.served(answer));
        }
        return 0;
    }

    private void print(PrintWriter out, JsonObject answer) {
        if (output.json()) {
            out.println(answer.encodePrettily());
        }
    }
}
