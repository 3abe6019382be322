package io.bridgehead.cli;

import static java.util.stream.Collectors.joining;

import io.bridgehead.admin.NodeUnreachableException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code status}: whether a node is well. */
@Command(
        name = "status",
        description = "Says whether the node is well, what it serves and what is wrong; exit code 1 when something is.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final NodeAccess node = new NodeAccess();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws NodeUnreachableException {
        JsonObject status = node.get("/v1/status");
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            out.println(status.encodePrettily());
        } else {
            print(status, out);
        }
        return status.getBoolean("healthy", false) ? 0 : Failure.PROBLEM;
    }

    private static String percent(JsonObject overload, String input) {
        return Math.round(overload.getDouble(input, 0.0) * 100) + "%";
    }

    /** What a listener by TLS shows and how it agrees on keys; empty for others. */
    private static String tls(JsonObject listener) {
        String library = listener.getString("library");
        return library == null
                ? ""
                : ", TLS by " + library + ", key exchange " + listener.getString("keyExchange") + ", certificates for "
                        + listener.getString("certificates") + " until " + listener.getString("notAfter");
    }

    private static String rejected(JsonObject record) {
        return record.getString("subject") + " of " + record.getString("origin") + ", " + record.getLong("count")
                + " times since " + record.getString("since") + ", last from " + record.getString("carrier") + " at "
                + record.getString("last") + ": " + record.getString("cause") + ": " + record.getString("reason");
    }

    private static void printFabric(JsonObject status, PrintWriter out) {
        JsonObject cluster = status.getJsonObject("cluster", new JsonObject());
        String beyond = cluster.getJsonArray("beyond", new JsonArray()).stream()
                .map(String::valueOf)
                .collect(joining(", "));
        out.println("cluster    " + cluster.getString("phase") + ", " + cluster.getInteger("members") + " members"
                + (beyond.isEmpty() ? "" : "; reached by tunnels alone: " + beyond));
        JsonObject tls = status.getJsonObject("tls", new JsonObject());
        out.println("identity   " + tls.getString("identity") + " until " + tls.getString("notAfter"));
        out.println("tls        " + tls.getString("library") + ", key exchange " + tls.getString("keyExchange"));
    }

    private static void print(JsonObject status, PrintWriter out) {
        out.println("node       " + status.getString("node") + " in site " + status.getString("site") + ", "
                + (status.getBoolean("ready", false) ? "ready" : "not ready") + ", version "
                + status.getString("version") + ", up " + status.getLong("uptimeSeconds") + " s");
        out.println("revision   " + status.getString("revision") + ", " + status.getInteger("services") + " services");
        if (!status.getBoolean("standalone", false)) {
            printFabric(status, out);
        }
        JsonObject overload = status.getJsonObject("overload", new JsonObject());
        out.println(
                "overload   " + overload.getString("level") + ", heap " + percent(overload, "heap") + ", direct memory "
                        + percent(overload, "directMemory") + ", descriptors " + percent(overload, "descriptors")
                        + ", loop lag " + percent(overload, "loopLag"));
        for (Object listener : status.getJsonArray("listeners", new JsonArray())) {
            JsonObject one = (JsonObject) listener;
            out.println("listener   " + one.getString("name") + " " + one.getString("protocol") + " on "
                    + one.getString("address") + ", " + one.getInteger("connections") + " connections"
                    + tls(one));
        }
        printState(status, out);
    }

    private static void printState(JsonObject status, PrintWriter out) {
        for (Object stage : status.getJsonArray("stages", new JsonArray())) {
            JsonObject one = (JsonObject) stage;
            String serves = one.getBoolean("here") ? "this one serves it" : "this one serves " + one.getString("head");
            out.println("stage      source " + one.getString("source") + ": revision " + one.getString("revision")
                    + " is tried on " + one.getString("where") + "; " + serves);
        }
        for (Object folder : status.getJsonArray("folders", new JsonArray())) {
            JsonObject one = (JsonObject) folder;
            String head = one.getString("revision");
            out.println("folder     " + one.getString("path") + " as source " + one.getString("source") + ", "
                    + one.getString("state") + (head == null ? "" : ", head " + head));
        }
        for (Object one : status.getJsonArray("leftOut", new JsonArray())) {
            out.println("left out   " + one);
        }
        for (Object rejected : status.getJsonArray("rejected", new JsonArray())) {
            out.println("rejected   " + rejected((JsonObject) rejected));
        }
        for (Object order : status.getJsonArray("orders", new JsonArray())) {
            JsonObject one = (JsonObject) order;
            String until = one.getString("until", "");
            out.println("order      " + one.getString("order") + (until.isEmpty() ? "" : " until " + until) + " by "
                    + one.getString("author") + ": " + Output.plain(one.getString("reason", "")));
        }
        for (Object flapping : status.getJsonArray("flapping", new JsonArray())) {
            out.println("held away  " + flapping);
        }
        for (Object note : status.getJsonArray("notes", new JsonArray())) {
            out.println("note       " + note);
        }
        for (Object name : status.getJsonArray("names", new JsonArray())) {
            out.println("name       " + name);
        }
        for (Object problem : status.getJsonArray("problems", new JsonArray())) {
            out.println("problem    " + problem);
        }
    }
}
