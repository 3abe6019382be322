package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code conflicts}: what lost when both sides of a cut changed one source. */
@Command(
        name = "conflicts",
        description = "Shows revisions that lost when nodes that did not see each other changed one source."
                + " 'bridgehead diff' compares them with what won, 'apply --settle' answers them.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:there are none", "1:there are some"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead conflicts",
            "  bridgehead conflicts --watch",
            "  bridgehead diff --source shop 4-0c1d2e3f 4-4b6a7988",
            "  bridgehead apply -f shop/ --source shop --settle -m \"both sides, merged\""
        })
final class ConflictsCommand implements Callable<Integer> {
    /** As many as one changeset can answer beside the head that it continues. */
    private static final int SETTLED_MAX = 1;

    private static final String CONFLICTS = "conflicts";
    private static final String FOLDERS = "folders";

    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final NodeAccess node = new NodeAccess();

    @Mixin
    private final Watched output = new Watched();

    @Override
    public Integer call() throws NodeUnreachableException {
        PrintWriter out = spec.commandLine().getOut();
        JsonObject answer =
                output.show(out, () -> node.get("/v1/conflicts"), List.of(CONFLICTS, FOLDERS), one -> print(out, one));
        return isEmpty(answer, CONFLICTS) && isEmpty(answer, FOLDERS) ? 0 : Failure.PROBLEM;
    }

    private static boolean isEmpty(JsonObject answer, String list) {
        return answer.getJsonArray(list, new JsonArray()).isEmpty();
    }

    private void print(PrintWriter out, JsonObject answer) {
        Output form = output.output();
        if (form.isDocument() || !isEmpty(answer, CONFLICTS)) {
            form.rows(
                    out,
                    answer,
                    CONFLICTS,
                    "source=source",
                    "lost=revision",
                    "won=won",
                    "time=time",
                    "author=author",
                    "changes=changes",
                    "message=message");
        }
        if (!form.isDocument()) {
            answer.getJsonArray(FOLDERS, new JsonArray()).forEach(folder -> out.println(said((JsonObject) folder)));
            if (isEmpty(answer, CONFLICTS) && isEmpty(answer, FOLDERS)) {
                out.println("no conflicts");
            }
        }
    }

    private static String said(JsonObject folder) {
        return "folder " + folder.getString("path") + " of this node: "
                + folder.getJsonArray("details").getString(0);
    }

    /** The revisions of a source that the next changeset can answer. */
    static List<String> lost(NodeAccess node, String source) throws NodeUnreachableException {
        List<String> lost = new ArrayList<>();
        for (Object one : node.get("/v1/conflicts").getJsonArray("conflicts")) {
            JsonObject conflict = (JsonObject) one;
            if (conflict.getString("source").equals(source) && lost.size() < SETTLED_MAX) {
                lost.add(conflict.getString("revision"));
            }
        }
        return lost;
    }
}
