package io.bridgehead.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Makes rates, shares and latencies of the counts in two answers to {@code /v1/traffic}, or of one since the node's start.
 *
 * <p>Latencies are read off the buckets of a histogram, evenly within each; what took longer than the last bound is shown as that, with {@code >}.
 */
public final class TrafficRates {
    private static final double MILLIS = 1000;
    private static final JsonArray NOTHING = new JsonArray();

    private TrafficRates() {}

    /** Since the start of the node: puts {@code rate}, {@code errors}, {@code p50}, {@code p95} and {@code p99} into every row. */
    public static JsonObject sinceTheStart(JsonObject answer) {
        return complete(answer, answer.getLong("atMillis") - answer.getLong("startedMillis"));
    }

    /** Between two answers; a node that has started anew in between counts since then. */
    public static JsonObject between(JsonObject before, JsonObject after) {
        if (!before.getLong("startedMillis").equals(after.getLong("startedMillis"))) {
            return sinceTheStart(after);
        }
        Map<String, JsonObject> old = new HashMap<>();
        rows(before).forEach(row -> old.put(key(row), row));
        rows(after).forEach(row -> {
            JsonObject then = old.get(key(row));
            if (then != null) {
                subtract(row, then);
            }
        });
        return complete(after, after.getLong("atMillis") - before.getLong("atMillis"));
    }

    /** Of services, and of routes if the node is one that counts these. */
    private static List<JsonObject> rows(JsonObject answer) {
        List<JsonObject> rows = new ArrayList<>();
        answer.getJsonArray("traffic").forEach(row -> rows.add((JsonObject) row));
        answer.getJsonArray("routes", NOTHING).forEach(row -> rows.add((JsonObject) row));
        return rows;
    }

    private static String key(JsonObject row) {
        return row.getString("service") + " " + row.getString("route", "") + " " + row.getString("from") + " "
                + row.getString("to");
    }

    private static void subtract(JsonObject row, JsonObject then) {
        for (String count : new String[] {"requests", "failed", "refused"}) {
            row.put(count, Math.max(0, row.getLong(count) - then.getLong(count)));
        }
        JsonArray within = row.getJsonArray("within");
        JsonArray before = then.getJsonArray("within");
        JsonArray difference = new JsonArray();
        for (int i = 0; i < within.size() && i < before.size(); i++) {
            difference.add(Math.max(0, within.getLong(i) - before.getLong(i)));
        }
        row.put("within", difference);
    }

    private static JsonObject complete(JsonObject answer, long millis) {
        JsonArray bounds = answer.getJsonArray("boundsMillis", NOTHING);
        for (JsonObject row : rows(answer)) {
            long requests = row.getLong("requests");
            row.put("rate", millis <= 0 ? "-" : number(requests * MILLIS / millis) + "/s")
                    .put("errors", requests == 0 ? "-" : number(100.0 * row.getLong("failed") / requests) + "%")
                    .put("p50", quantile(row, bounds, 0.5))
                    .put("p95", quantile(row, bounds, 0.95))
                    .put("p99", quantile(row, bounds, 0.99));
        }
        return answer.put("overMillis", millis);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 || value == 0 ? "%.0f" : "%.1f", value);
    }

    private static String quantile(JsonObject row, JsonArray bounds, double share) {
        long requests = row.getLong("requests");
        if (requests == 0 || bounds.isEmpty()) {
            return "-";
        }
        JsonArray within = row.getJsonArray("within");
        double wanted = share * requests;
        double below = 0;
        double low = 0;
        for (int i = 0; i < within.size(); i++) {
            double count = within.getLong(i);
            double high = bounds.getLong(i);
            if (count >= wanted) {
                return number(low + (high - low) * (wanted - below) / Math.max(1, count - below)) + " ms";
            }
            below = count;
            low = high;
        }
        return ">" + number(low) + " ms";
    }
}
