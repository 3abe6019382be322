package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
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
    private final DocumentInput input = new DocumentInput();

    @Mixin
    private final Publishing publishing = new Publishing();

    private final NodeAccess node = publishing.node();

    @Mixin
    private final SourceOption source = new SourceOption();

    @Mixin
    private final StageOptions stages = new StageOptions();

    @Mixin
    private final Output output = new Output();

    @Option(names = "--prune", description = "remove the source's documents that are not given")
    private boolean prune;

    @Option(
            names = "--settle",
            description = "this is the answer to the revisions of the source that 'bridgehead conflicts' shows")
    private boolean settle;

    @Option(
            names = "--staged",
            description =
                    "have one node try the change, then its site, then all, before it is committed; stops when requests fail")
    private boolean staged;

    @Option(names = "--dry-run", description = "show the plan and change nothing")
    private boolean dryRun;

    @Override
    public Integer call() throws NodeUnreachableException {
        stages.require(spec.commandLine(), staged ? StageOptions.ALL : Set.of(), "with --staged");
        DocumentInput.Given given = input.read();
        node.doing("planning");
        List<String> settles = settle ? ConflictsCommand.lost(node, source.name()) : List.of();
        Planning planning = Planning.of(
                node,
                source,
                given.texts(),
                prune,
                new Planning.Purpose(publishing.messageOr(""), settles, publishing.signer()));
        if (!output.isDocument()) {
            planning.print(spec.commandLine().getOut());
        }
        planning.requireGood(message -> given.inFiles(source.name(), message));
        if (planning.isEmpty()) {
            return answer(new JsonObject()
                    .put("changed", false)
                    .put("revision", planning.step().base().head()));
        }
        if (dryRun) {
            return answer(dryRun(planning));
        }
        node.doing("waiting until nodes serve it");
        return answer(staged ? inStages(planning.step()) : publishing.commit(node, planning.step()));
    }

    private JsonObject inStages(Publishing.Step step) throws NodeUnreachableException {
        return new Staging(node, publishing, stages, spec.commandLine().getErr())
                .begin(step.source(), publishing.draft(step));
    }

    private static JsonObject dryRun(Planning planning) {
        List<String> changed = List.copyOf(planning.step().texts().keySet());
        return planning.answer().copy().put("dryRun", true).put("documents", new JsonArray(changed));
    }

    private int answer(JsonObject answer) {
        PrintWriter out = spec.commandLine().getOut();
        if (!output.document(out, answer) && answer.containsKey("activeOn")) {
            out.println(Publishing.served(answer));
        }
        return 0;
    }
}
