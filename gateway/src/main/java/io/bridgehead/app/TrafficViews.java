package io.bridgehead.app;

import io.bridgehead.admin.TrafficRates;
import io.bridgehead.telemetry.RecentEvents;
import io.bridgehead.telemetry.Telemetry;
import io.bridgehead.telemetry.TrafficRow;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What a node's meters say of its traffic, and what its log said last, as JSON with stable names. Any thread but an event loop. */
record TrafficViews(Telemetry telemetry, Uptime up) {
    private static final int ROWS_MAX = 1_000;

    /** Traffic by service and sites since the start, the busiest first, and by route where a service has several. */
    JsonObject traffic() {
        return traffic(ROWS_MAX);
    }

    /** The busiest so many rows of each. */
    JsonObject traffic(int rowsMax) {
        List<TrafficRow> all = telemetry.rows();
        JsonArray services = new JsonArray();
        JsonArray routes = new JsonArray();
        int count = 0;
        for (TrafficRow row : all) {
            boolean whole = row.route().isEmpty();
            count += whole ? 1 : 0;
            JsonArray rows = whole ? services : routes;
            if (rows.size() < rowsMax) {
                rows.add(whole ? row(row) : row(row).put("route", row.route()));
            }
        }
        return TrafficRates.sinceTheStart(new JsonObject()
                .put("atMillis", up.atMillis())
                .put("startedMillis", up.startedMillis())
                .put("boundsMillis", new JsonArray(TrafficRow.bounds()))
                .put("rows", count)
                .put("traffic", services)
                .put("routes", routes));
    }

    private static JsonObject row(TrafficRow row) {
        return new JsonObject()
                .put("service", row.service())
                .put("from", row.from())
                .put("to", row.to())
                .put("requests", row.requests())
                .put("failed", row.failed())
                .put("refused", row.refused())
                .put("seconds", row.seconds())
                .put("within", new JsonArray(row.within()));
    }

    /** The last lines of the log, the newest first. */
    JsonObject events() {
        JsonArray rows = new JsonArray();
        for (RecentEvents.Event event : telemetry.events().newest()) {
            rows.add(new JsonObject()
                    .put("number", event.number())
                    .put("at", event.at().toString())
                    .put("level", event.level())
                    .put("text", event.text())
                    .put("about", new JsonArray(event.about())));
        }
        return new JsonObject().put("events", rows);
    }
}
