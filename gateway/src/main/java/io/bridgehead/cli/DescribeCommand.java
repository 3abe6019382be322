package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.config.schema.Suggestion;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code describe}: how one object of the Gateway API stands, with the reasons. */
@Command(
        name = "describe",
        description =
                "Shows how a Gateway, route, policy or external check stands: every condition with its reason and message.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead describe HTTPRoute shop/shop", "  bridgehead describe Gateway public -o json"})
@OwnedBy(Owner.CONFINED)
final class DescribeCommand implements Callable<Integer> {
    private static final List<String> LISTS = List.of("routes", "gateways", "policies", "gatewayclasses");

    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final NodeAccess node = new NodeAccess();

    @Mixin
    private final Output output = new Output();

    @Parameters(index = "0", paramLabel = "KIND", description = "such as HTTPRoute")
    private String kind = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "[namespace/]name; without a namespace any")
    private String name = "";

    @Override
    public Integer call() throws NodeUnreachableException {
        List<JsonObject> found = new ArrayList<>();
        List<String> others = new ArrayList<>();
        Set<String> kinds = new TreeSet<>();
        for (String list : LISTS) {
            for (Object one : node.get("/v1/" + list).getJsonArray(list, new JsonArray())) {
                JsonObject object = (JsonObject) one;
                kinds.add(object.getString("kind"));
                if (isWanted(object)) {
                    found.add(object);
                } else if (kind.equalsIgnoreCase(object.getString("kind"))) {
                    others.add(object.getString("object"));
                }
            }
        }
        if (found.isEmpty()) {
            throw new Failure(
                    Failure.PROBLEM,
                    "bridgehead: no " + kind + " '" + name + "'"
                            + (others.isEmpty()
                                    ? "; there is none of this kind" + hint(kind, kinds)
                                    : "; expected one of " + String.join(", ", others) + hint(name, others)));
        }
        for (JsonObject object : found) {
            if (!output.document(spec.commandLine().getOut(), object)) {
                print(object, spec.commandLine().getOut());
            }
        }
        return 0;
    }

    private static String hint(String written, Collection<String> known) {
        String nearest = Suggestion.question(written, known);
        return nearest == null ? "" : "; " + nearest;
    }

    private boolean isWanted(JsonObject object) {
        return kind.toLowerCase(Locale.ROOT).equals(object.getString("kind", "").toLowerCase(Locale.ROOT))
                && (name.equals(object.getString("object")) || name.equals(object.getString("name")));
    }

    private static void print(JsonObject object, PrintWriter out) {
        out.println(object.getString("kind") + " " + object.getString("object"));
        String says = object.getString("says");
        if (says != null) {
            out.println("  " + says);
        }
        JsonObject status = object.getJsonObject("status", new JsonObject());
        conditions(status, "", out);
        parts(status, "listeners", "listener", out);
        parts(status, "parents", "parentRef", out);
        parts(status, "ancestors", "ancestorRef", out);
    }

    private static void parts(JsonObject status, String list, String reference, PrintWriter out) {
        for (Object one : status.getJsonArray(list, new JsonArray())) {
            JsonObject part = (JsonObject) one;
            JsonObject to = part.getJsonObject(reference);
            if (to == null) {
                out.println("  listener " + part.getString("name") + ", " + part.getInteger("attachedRoutes", 0)
                        + " routes");
            } else {
                String namespace = to.getString("namespace", "");
                String section = to.getString("sectionName", "");
                out.println("  " + to.getString("kind") + " " + (namespace.isEmpty() ? "" : namespace + "/")
                        + to.getString("name") + (section.isEmpty() ? "" : " listener " + section));
            }
            conditions(part, "  ", out);
        }
    }

    private static void conditions(JsonObject part, String indent, PrintWriter out) {
        for (Object one : part.getJsonArray("conditions", new JsonArray())) {
            JsonObject condition = (JsonObject) one;
            out.println(indent
                    + String.format(
                            Locale.ROOT,
                            "  %-22s %-6s %-24s %s",
                            condition.getString("type"),
                            condition.getString("status"),
                            condition.getString("reason"),
                            Output.plain(condition.getString("message", ""))));
        }
    }
}
