package io.bridgehead.cli;

import static java.util.stream.Collectors.joining;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code status}: whether a node is well. */
@Command(
        name = "status",
        description = "Says whether the node is well, what it serves and what is wrong; exit code 1 when something is.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead status", "  bridgehead status --watch --until healthy", "  bridgehead status -o json"})
@OwnedBy(Owner.CONFINED)
final class StatusCommand implements Callable<Integer> {
    private static final long LOOK_MILLIS = 500;

    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final NodeAccess node = new NodeAccess();

    @Mixin
    private final Output output = new Output();

    @Option(
            names = {"-w", "--watch"},
            description = "print it again whenever it has changed, until interrupted or nobody reads it any more")
    private boolean watch;

    @Option(
            names = "--until",
            defaultValue = "",
            paramLabel = "STATE",
            description = "with --watch: end when the node is 'healthy', or 'unhealthy'")
    private String until = "";

    @Override
    public Integer call() throws NodeUnreachableException {
        if (!until.isEmpty() && !(watch && Set.of("healthy", "unhealthy").contains(until))) {
            throw new ParameterException(
                    spec.commandLine(), "--until '" + until + "': expected healthy or unhealthy, with --watch");
        }
        JsonObject status = node.get("/v1/status");
        int code = show(status);
        while (watch && !until.equals(code == 0 ? "healthy" : "unhealthy")) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
            if (Thread.interrupted()) {
                return code;
            }
            JsonObject next = node.get("/v1/status");
            if (!lasting(next).equals(lasting(status))) {
                status = next;
                code = show(status);
            }
            if (spec.commandLine().getOut().checkError()) {
                return code;
            }
        }
        return code;
    }

    /** What is worth another look: numbers that count on by themselves are not. */
    private static JsonObject lasting(JsonObject status) {
        JsonObject lasting = status.copy();
        lasting.remove("uptimeSeconds");
        lasting.remove("overload");
        lasting.remove("clock");
        lasting.remove("admin");
        lasting.getJsonArray("jwt", new JsonArray()).forEach(issuer -> ((JsonObject) issuer).remove("read"));
        lasting.getJsonArray("listeners", new JsonArray())
                .forEach(listener -> ((JsonObject) listener).remove("connections"));
        lasting.getJsonArray("nodes", new JsonArray()).forEach(node -> ((JsonObject) node).remove("heardMillisAgo"));
        JsonObject closed = lasting.getJsonObject("closed", new JsonObject());
        closed.remove("counts");
        closed.getJsonArray("last", new JsonArray()).forEach(line -> {
            ((JsonObject) line).remove("count");
            ((JsonObject) line).remove("time");
        });
        lasting.getJsonArray("federation", new JsonArray())
                .forEach(domain -> ((JsonObject) domain).remove("ageSeconds"));
        lasting.getJsonArray("rejected", new JsonArray()).forEach(record -> {
            ((JsonObject) record).remove("count");
            ((JsonObject) record).remove("last");
        });
        lasting.getJsonArray("origins", new JsonArray()).forEach(origin -> {
            ((JsonObject) origin).remove("count");
            ((JsonObject) origin).remove("last");
        });
        return lasting;
    }

    private int show(JsonObject status) {
        PrintWriter out = spec.commandLine().getOut();
        if (watch && !output.isDocument()) {
            out.println("-- " + Instant.now().truncatedTo(ChronoUnit.SECONDS));
        }
        if (!output.document(out, status)) {
            print(status, out);
        }
        out.flush();
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

    private static String issuer(JsonObject issuer) {
        String keys = issuer.getJsonArray("keys", new JsonArray()).stream()
                .map(String::valueOf)
                .collect(joining(", "));
        String read = issuer.getString("read");
        int leftOut = issuer.getInteger("keysLeftOut", 0);
        String problem = issuer.getString("problem", "");
        return issuer.getString("name") + ", keys " + (keys.isEmpty() ? "none" : keys)
                + (leftOut == 0 ? "" : " and " + leftOut + " of no use") + " from " + issuer.getString("source")
                + (read == null ? ", not read yet" : ", read " + read)
                + (problem.isEmpty() ? "" : "; since then: " + problem);
    }

    private static String rejected(JsonObject record) {
        return record.getString("subject") + " of " + record.getString("origin") + ", " + record.getLong("count")
                + " times since " + record.getString("since") + ", last from " + record.getString("carrier") + " at "
                + record.getString("last") + ": " + record.getString("cause") + ": " + record.getString("reason");
    }

    private static String origin(JsonObject refused) {
        return refused.getLong("count") + " requests of " + refused.getString("peer") + " since "
                + refused.getString("since") + ", last at " + refused.getString("last") + ": "
                + refused.getString("cause") + ": " + refused.getString("reason");
    }

    private static String peer(JsonObject peer) {
        String behind = peer.getJsonArray("behind", new JsonArray()).stream()
                .map(String::valueOf)
                .collect(joining("; "));
        String seenBy = peer.getString("seenBy", "");
        long millis = peer.getLong("heardMillisAgo", 0L);
        return peer.getString("node") + " in site " + peer.getString("site") + ", version " + peer.getString("version")
                + ", serves " + peer.getString("revision")
                + (behind.isEmpty() ? "" : " (behind: " + behind + ")")
                + ", seen by " + (seenBy.isEmpty() ? "nothing" : seenBy) + ", heard "
                + (peer.getBoolean("silent", false) ? "last " : "") + millis / 1000 + " s ago";
    }

    private static void printFabric(JsonObject status, PrintWriter out) {
        JsonObject cluster = status.getJsonObject("cluster", new JsonObject());
        String beyond = cluster.getJsonArray("beyond", new JsonArray()).stream()
                .map(String::valueOf)
                .collect(joining(", "));
        out.println("cluster    " + cluster.getString("phase") + ", " + cluster.getInteger("members") + " members"
                + (beyond.isEmpty() ? "" : "; reached by tunnels alone: " + beyond));
        for (Object other : status.getJsonArray("nodes", new JsonArray())) {
            out.println("peer       " + peer((JsonObject) other));
        }
        for (Object other : status.getJsonArray("unreached", new JsonArray())) {
            JsonObject address = (JsonObject) other;
            out.println("unreached  " + address.getString("address") + ", no node was seen at it since the start: "
                    + address.getString("lastError"));
        }
        for (Object one : status.getJsonArray("conflicts", new JsonArray())) {
            JsonObject conflict = (JsonObject) one;
            out.println("conflict   source " + conflict.getString("source") + ": "
                    + conflict.getJsonArray("lost").stream()
                            .map(String::valueOf)
                            .collect(joining(", "))
                    + " lost; 'bridgehead conflicts' shows what won");
        }
        JsonObject tls = status.getJsonObject("tls", new JsonObject());
        out.println("identity   " + tls.getString("identity") + " until " + tls.getString("notAfter"));
        out.println("tls        " + tls.getString("library") + ", key exchange " + tls.getString("keyExchange"));
        for (Object domain : status.getJsonArray("federation", new JsonArray())) {
            JsonObject one = (JsonObject) domain;
            out.println("federation " + one.getString("trustDomain") + ": " + one.getInteger("authorities")
                    + " authorities from " + one.getString("source")
                    + (one.containsKey("sequence") ? ", sequence " + one.getLong("sequence") : "")
                    + (one.containsKey("ageSeconds") ? ", looked at " + one.getLong("ageSeconds") + " s ago" : ""));
        }
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
        JsonObject admin = status.getJsonObject("admin");
        if (admin != null) {
            out.println("admin      for operators elsewhere on " + admin.getString("address") + ", "
                    + admin.getInteger("connections") + " connections");
        }
        for (Object issuer : status.getJsonArray("jwt", new JsonArray())) {
            out.println("jwt issuer " + issuer((JsonObject) issuer));
        }
        printState(status, out);
    }

    /** What would not be admitted any more and was closed. */
    private static void printClosed(JsonObject closed, PrintWriter out) {
        JsonObject counts = closed.getJsonObject("counts", new JsonObject());
        if (!counts.isEmpty()) {
            out.println("closed     "
                    + counts.stream()
                            .map(count -> count.getValue() + " for " + count.getKey())
                            .collect(joining(", ")));
        }
        for (Object line : closed.getJsonArray("last", new JsonArray())) {
            JsonObject one = (JsonObject) line;
            String identity = one.getString("identity");
            String place = one.getString("place");
            out.println(
                    "closed     " + one.getString("what") + " of " + (identity.isEmpty() ? "nobody known" : identity)
                            + (place.isEmpty() ? "" : " at " + place) + ", " + one.getLong("count") + " times, last at "
                            + one.getString("time") + ": " + one.getString("reason") + ": " + one.getString("detail"));
        }
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
        printClosed(status.getJsonObject("closed", new JsonObject()), out);
        for (Object origin : status.getJsonArray("origins", new JsonArray())) {
            out.println("refused    " + origin((JsonObject) origin));
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
