package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.sync.OrderRecords;
import io.bridgehead.sync.OrderRecords.Wish;
import io.bridgehead.tls.RecordSigner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.security.SignatureException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a command gives an order or ends one: the reason, who signs, and what is printed. */
@OwnedBy(Owner.CONFINED)
final class OrderOptions {
    @Mixin
    private final NodeAccess node = new NodeAccess();

    private final OperatorKey operator = node.operator();

    @Mixin
    private final Output output = new Output();

    @Option(
            names = {"-m", "--reason"},
            required = true,
            paramLabel = "TEXT",
            description = "why, for whoever sees the order")
    private String reason = "";

    @Option(names = "--dry-run", description = "show what would be ordered and change nothing")
    private boolean dryRun;

    /** Why. */
    String reason() {
        return reason;
    }

    /** Gives an order. */
    int give(PrintWriter out, Wish wish) throws NodeUnreachableException {
        requireGood(wish);
        JsonObject before = inForce(wish);
        String until = wish.lasts() == null
                ? "until it is ended"
                : "until "
                        + Instant.ofEpochSecond(Instant.now().plus(wish.lasts()).getEpochSecond());
        String instead = before == null
                ? ""
                : "\ninstead of: " + before.getString("order") + " by " + before.getString("author") + ": "
                        + before.getString("reason");
        return send(out, wish, "ordered: " + OrderRecords.text(wish, Instant.now()) + ", " + until + instead);
    }

    /** Ends an order that is in force; when none is, there is nothing to do. */
    int end(PrintWriter out, Wish wish) throws NodeUnreachableException {
        requireGood(wish);
        JsonObject before = inForce(wish);
        if (before == null) {
            say(
                    out,
                    new JsonObject().put("changed", false),
                    "no such order is in force (" + OrderRecords.subject(wish, Instant.now())
                            + "); nothing was changed");
            return 0;
        }
        return send(
                out,
                wish,
                "ended: " + before.getString("order") + ", ordered by " + before.getString("author") + ": "
                        + before.getString("reason"));
    }

    private int send(PrintWriter out, Wish wish, String text) throws NodeUnreachableException {
        if (dryRun) {
            say(out, new JsonObject().put("changed", false).put("dryRun", true), "would be " + text);
            return 0;
        }
        RecordSigner signer = operator.signer();
        byte[] record;
        try {
            record = OrderRecords.sign(wish, Instant.now(), newestStamp(node, wish), signer);
        } catch (SignatureException | IllegalArgumentException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
        JsonObject answer = node.post("/v1/orders", Map.of("content-type", "application/octet-stream"), record);
        say(out, answer, text);
        if (!output.json()) {
            answer.getJsonArray("warnings", new JsonArray()).forEach(warning -> out.println("warning: " + warning));
            int others = answer.getInteger("nodes") - 1;
            out.println("in force at this node"
                    + (others == 0
                            ? ", the only one that it knows"
                            : "; of " + others + " others that it knows, those that are connected follow within 2 s"));
        }
        return 0;
    }

    private void say(PrintWriter out, JsonObject answer, String text) {
        out.println(output.json() ? answer.encodePrettily() : text);
    }

    private static void requireGood(Wish wish) {
        String problem = OrderRecords.problem(wish, Instant.now());
        if (problem != null) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + problem);
        }
    }

    private @Nullable JsonObject inForce(Wish wish) throws NodeUnreachableException {
        return about(wish, node.get("/v1/orders").getJsonArray("orders"));
    }

    /** The time of the stamp that the new order has to be later than. */
    static long newestStamp(NodeAccess node, Wish wish) throws NodeUnreachableException {
        JsonObject all = node.get("/v1/orders");
        JsonObject standing = about(wish, all.getJsonArray("orders"));
        JsonObject over = about(wish, all.getJsonArray("over"));
        return Math.max(
                standing == null ? 0 : standing.getLong("stampMillis"), over == null ? 0 : over.getLong("stampMillis"));
    }

    private static @Nullable JsonObject about(Wish wish, JsonArray rows) {
        String subject = OrderRecords.subject(wish, Instant.now());
        for (Object row : rows) {
            JsonObject order = (JsonObject) row;
            if (order.getString("subject").equals(subject)) {
                return order;
            }
        }
        return null;
    }
}
