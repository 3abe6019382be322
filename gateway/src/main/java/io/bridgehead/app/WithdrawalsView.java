package io.bridgehead.app;

import io.bridgehead.telemetry.Withdrawals;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What a node closed because it would not be admitted any more, as JSON with stable names. */
final class WithdrawalsView {
    private WithdrawalsView() {}

    static JsonObject of(Withdrawals withdrawals) {
        JsonObject counts = new JsonObject();
        withdrawals.counts().forEach((why, count) -> counts.put(why.text(), count));
        JsonArray last = new JsonArray();
        for (Withdrawals.Line line : withdrawals.lines()) {
            last.add(new JsonObject()
                    .put("what", line.kind().text())
                    .put("reason", line.why().text())
                    .put("identity", line.identity())
                    .put("place", line.place())
                    .put("detail", line.detail())
                    .put("count", line.count())
                    .put("time", line.last().toString()));
        }
        return new JsonObject().put("counts", counts).put("last", last);
    }
}
