package io.bridgehead.cli;

import io.bridgehead.admin.AdminApi.Reply;
import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.admin.OperatorDesk;
import io.bridgehead.sync.OrderRecords.Wish;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/**
 * What the page on an operator's machine asks: a node by the operator's way to it, and orders by the operator's key, which are signed as those of
 * the commands are. Way and key are found anew for each question, as identities are renewed while the page is open. Any thread.
 */
record PageDesk(NodeAccess node) implements OperatorDesk {
    private static final Set<String> ACTIONS = Set.of("drain", "pin", "freeze", "quarantine");
    private static final Lasting.Reader TIMES = new Lasting.Reader();
    private static final String PREFIX = "bridgehead: ";

    @Override
    public JsonObject overview() {
        try {
            NodeTalk talk = node.anew();
            JsonObject overview = talk.get("/v1/overview");
            boolean alone = overview.getJsonObject("status").getBoolean("standalone", false);
            return overview.put(
                    "desk", alone ? closed("a standalone node follows its folder and takes no orders") : desk(talk));
        } catch (Failure | NodeUnreachableException e) {
            return new JsonObject().put("unreachable", plain(e));
        }
    }

    private JsonObject desk(NodeTalk talk) throws NodeUnreachableException {
        JsonObject desk = closed("");
        try {
            String operator = node.operator().signer().id().toString();
            desk.put("operator", operator);
            JsonObject rights = talk.get("/v1/rights/" + URLEncoder.encode(operator, StandardCharsets.UTF_8));
            return desk.put("may", rights.getBoolean("order", false)).put("reason", rights.getString("reason", ""));
        } catch (Failure e) {
            return desk.put("reason", plain(e));
        }
    }

    private static JsonObject closed(String reason) {
        return new JsonObject().put("operator", "").put("may", false).put("reason", reason);
    }

    /** For a page, which knows what it is of. */
    private static String plain(Exception problem) {
        String text = String.valueOf(problem.getMessage());
        return text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
    }

    /** A question about an order. */
    @FunctionalInterface
    private interface Question {
        JsonObject ask(OrderGiving giving) throws NodeUnreachableException;
    }

    @Override
    public Reply plan(JsonObject wish) {
        return answer(wish, PageDesk::planned);
    }

    private static JsonObject planned(OrderGiving giving) throws NodeUnreachableException {
        JsonObject before = giving.inForce();
        boolean nothing = giving.wish().ends() && before == null;
        JsonObject outlook = giving.outlook();
        String problem = nothing ? giving.nothing() : outlook.getString("problem", "");
        return new JsonObject()
                .put("text", nothing ? "" : "would be " + giving.text(before))
                .put("problem", problem)
                .put("warnings", outlook.getJsonArray("warnings", new JsonArray()))
                .put("shares", outlook.getJsonArray("shares", new JsonArray()))
                .put("after", giving.newestStamp());
    }

    @Override
    public Reply give(JsonObject wish) {
        return answer(wish, giving -> given(giving, wish.getLong("after")));
    }

    /** @param planned the newest order about the same when it was planned */
    private JsonObject given(OrderGiving giving, @Nullable Long planned) throws NodeUnreachableException {
        long newest = giving.newestStamp();
        if (planned == null || planned != newest) {
            throw new Failure(
                    Failure.REFUSED,
                    "nothing was ordered: somebody has ordered something about this since it was planned; look at what holds now");
        }
        String text = giving.text(giving.inForce());
        JsonObject answer = giving.send(node.operator().signer(), newest);
        return new JsonObject()
                .put("text", text)
                .put("reach", OrderGiving.reach(answer))
                .put("warnings", answer.getJsonArray("warnings", new JsonArray()));
    }

    private Reply answer(JsonObject wish, Question question) {
        try {
            return Reply.good(question.ask(new OrderGiving(node.anew(), wish(wish))));
        } catch (Failure e) {
            return Reply.bad(e.exitCode() == Failure.REFUSED ? 403 : 400, plain(e), List.of());
        } catch (NodeUnreachableException e) {
            return Reply.bad(502, plain(e), List.of());
        } catch (ClassCastException | TypeConversionException e) {
            return Reply.bad(400, "an order: expected texts as the page gives them: " + e.getMessage(), List.of());
        }
    }

    private static Wish wish(JsonObject said) {
        String action = text(said, "action");
        String reason = text(said, "reason").strip();
        if (!ACTIONS.contains(action)) {
            throw new Failure(
                    Failure.PROBLEM, "action '" + action + "': expected drain, pin, freeze or quarantine from a page");
        }
        if (reason.isEmpty()) {
            throw new Failure(Failure.PROBLEM, "reason '': expected why, for whoever sees the order");
        }
        boolean ends = Boolean.TRUE.equals(said.getValue("ends"));
        Duration lasts = ends ? null : TIMES.convert(text(said, "lasts")).time();
        return new Wish(action, text(said, "service"), text(said, "site"), text(said, "node"), reason, lasts, ends);
    }

    private static String text(JsonObject said, String key) {
        Object value = said.getValue(key);
        return value == null ? "" : value.toString();
    }
}
