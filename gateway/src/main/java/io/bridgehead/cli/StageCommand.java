package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code stage}: what some nodes try, and how it goes on or ends. */
@Command(
        name = "stage",
        description = "Shows changes that 'apply --staged' has some nodes try, goes on with one, or ends it.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead stage",
            "  bridgehead stage --watch",
            "  bridgehead stage --continue --source shop",
            "  bridgehead stage --abort --source shop"
        })
@OwnedBy(Owner.CONFINED)
final class StageCommand implements Callable<Integer> {
    private static final String STAGES = "stages";

    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final Publishing publishing = new Publishing();

    private final NodeAccess node = publishing.node();

    @Mixin
    private final SourceOption source = new SourceOption();

    @Mixin
    private final StageOptions options = new StageOptions();

    @Mixin
    private final Watched watched = new Watched();

    @ArgGroup
    private Step step = new Step();

    /** What is to be done. */
    @OwnedBy(Owner.CONFINED)
    private static final class Step {
        @Option(names = "--continue", description = "watch the stage that the change is at, and go on")
        private boolean on;

        @Option(names = "--abort", description = "end it: every node serves the head of the source")
        private boolean abort;
    }

    @Override
    public Integer call() throws NodeUnreachableException {
        options.require(
                spec.commandLine(),
                step.on ? StageOptions.WATCHING : Set.of(),
                step.on ? "with 'apply --staged'" : "with --continue, or with 'apply --staged'");
        if ((step.on || step.abort) && watched.isWatching()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--watch: found with --continue or --abort, expected alone: it shows what is tried");
        }
        PrintWriter out = spec.commandLine().getOut();
        Output output = watched.output();
        Staging staging =
                new Staging(node, publishing, options, spec.commandLine().getErr());
        if (step.on) {
            JsonObject answer = staging.resume(source.name());
            if (!output.document(out, answer)) {
                out.println(Publishing.served(answer));
            }
        } else if (step.abort) {
            JsonObject answer = staging.abort(source.name());
            if (!output.document(out, answer)) {
                out.println("revision " + answer.getString("ended") + " is tried no more; still serving it: "
                        + answer.getJsonArray("stillServing"));
            }
        } else {
            show(out);
        }
        return 0;
    }

    private void show(PrintWriter out) throws NodeUnreachableException {
        JsonObject _ = watched.show(out, () -> node.get("/v1/stages"), List.of(STAGES), answer -> print(out, answer));
    }

    private void print(PrintWriter out, JsonObject answer) {
        if (answer.getJsonArray(STAGES).isEmpty() && !watched.output().isDocument()) {
            out.println("no stages");
            return;
        }
        watched.output()
                .rows(
                        out,
                        answer,
                        STAGES,
                        "source=source",
                        "revision=revision",
                        "tried on=where",
                        "head=head",
                        "time=time",
                        "author=author",
                        "message=message");
    }
}
