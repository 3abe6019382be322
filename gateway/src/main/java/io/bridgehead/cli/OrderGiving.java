package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.sync.OrderRecords;
import io.bridgehead.sync.OrderRecords.Wish;
import io.bridgehead.tls.RecordSigner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.SignatureException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A wish on its way to a node: what is in force about the same, what it would mean, and giving it as an order. For commands and for the page
 * that a command serves.
 */
record OrderGiving(NodeTalk node, Wish wish) {
    /** @throws Failure when the wish is none that can be ordered */
    OrderGiving {
        String problem = OrderRecords.problem(wish, Instant.now());
        if (problem != null) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + problem);
        }
    }

    /** What is in force about the same; null when nothing is. */
    @Nullable
    JsonObject inForce() throws NodeUnreachableException {
        return about(node.get("/v1/orders").getJsonArray("orders"));
    }

    /** The time of the stamp that the new order has to be later than. */
    long newestStamp() throws NodeUnreachableException {
        JsonObject all = node.get("/v1/orders");
        JsonObject standing = about(all.getJsonArray("orders"));
        JsonObject over = about(all.getJsonArray("over"));
        return Math.max(
                standing == null ? 0 : standing.getLong("stampMillis"), over == null ? 0 : over.getLong("stampMillis"));
    }

    private @Nullable JsonObject about(JsonArray rows) {
        String subject = OrderRecords.subject(wish, Instant.now());
        for (Object row : rows) {
            JsonObject order = (JsonObject) row;
            if (order.getString("subject").equals(subject)) {
                return order;
            }
        }
        return null;
    }

    /** What is said when there is nothing to end. */
    String nothing() {
        return "no such order is in force (" + OrderRecords.subject(wish, Instant.now()) + "); nothing was changed";
    }

    /** What is ordered or ended, for people. */
    String text(@Nullable JsonObject before) {
        if (wish.ends()) {
            return before == null
                    ? nothing()
                    : "ended: " + before.getString("order") + ", ordered by " + before.getString("author") + ": "
                            + before.getString("reason");
        }
        Instant now = Instant.now();
        String until = wish.lasts() == null
                ? "until it is ended"
                : "until " + Instant.ofEpochSecond(now.plus(wish.lasts()).getEpochSecond());
        String instead = before == null
                ? ""
                : "\ninstead of: " + before.getString("order") + " by " + before.getString("author") + ": "
                        + before.getString("reason");
        return "ordered: " + OrderRecords.text(wish, now) + ", " + until + instead;
    }

    /** What the node says that it would mean: {@code problem}, {@code warnings}, {@code shares}. */
    JsonObject outlook() throws NodeUnreachableException {
        JsonObject question = new JsonObject()
                .put("action", wish.action())
                .put("service", wish.service())
                .put("site", wish.site())
                .put("node", wish.node())
                .put("endpoint", wish.finer().endpoint())
                .put("ends", wish.ends());
        return node.post(
                "/v1/orders/plan",
                Map.of("content-type", "application/json"),
                question.encode().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Signs it and has the node take it.
     *
     * @param afterMillis what {@link #newestStamp} said
     * @return what the node answered
     */
    JsonObject send(RecordSigner signer, long afterMillis) throws NodeUnreachableException {
        byte[] record;
        try {
            record = OrderRecords.sign(wish, Instant.now(), afterMillis, signer);
        } catch (SignatureException | IllegalArgumentException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
        return node.post("/v1/orders", Map.of("content-type", "application/octet-stream"), record);
    }

    /** Where it holds, by the node's answer. */
    static String reach(JsonObject answer) {
        int others = answer.getInteger("nodes") - 1;
        return "in force at this node"
                + (others == 0
                        ? ", the only one that it knows"
                        : "; of " + others + " others that it knows, those that are connected follow within 2 s");
    }
}
