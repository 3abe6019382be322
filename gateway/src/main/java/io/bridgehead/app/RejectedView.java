package io.bridgehead.app;

import io.bridgehead.authn.OriginLedger;
import io.bridgehead.sync.RejectedRecords;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What a node did not take of others, as JSON with stable names. */
final class RejectedView {
    private RejectedView() {}

    static JsonArray all(RejectedRecords rejected) {
        JsonArray lines = new JsonArray();
        rejected.lines()
                .forEach(line -> lines.add(new JsonObject()
                        .put("cause", line.fault().text())
                        .put("origin", line.origin())
                        .put("subject", line.subject())
                        .put("carrier", line.carrier())
                        .put("reason", line.reason())
                        .put("count", line.count())
                        .put("since", line.since().toString())
                        .put("last", line.last().toString())));
        return lines;
    }

    /** What was refused of what other gateways say of callers. */
    static JsonArray origins(OriginLedger refused) {
        JsonArray lines = new JsonArray();
        refused.lines()
                .forEach(line -> lines.add(new JsonObject()
                        .put("cause", line.fault().text())
                        .put("peer", line.peer().toString())
                        .put("reason", line.reason())
                        .put("count", line.count())
                        .put("since", line.since().toString())
                        .put("last", line.last().toString())));
        return lines;
    }
}
