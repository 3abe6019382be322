package io.bridgehead.app;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the status page shows, put together of what the other resources of the admin API answer and bounded: what is not well comes first and is
 * not left out.
 */
final class OverviewView {
    static final int SERVICES_MAX = 200;
    private static final int TRAFFIC_MAX = 200;
    private static final int CERTIFICATES_MAX = 40;
    private static final int EVENTS_MAX = 40;
    private static final int UNFIT_MAX = 5;
    private static final List<String> OF_STATUS = List.of(
            "node",
            "site",
            "version",
            "ready",
            "healthy",
            "standalone",
            "uptimeSeconds",
            "revision",
            "services",
            "cluster",
            "overload",
            "flapping",
            "notes",
            "problems");
    private static final List<String> OF_SERVICES = List.of(
            "service",
            "protocol",
            "site",
            "tier",
            "tierWord",
            "share",
            "weight",
            "capacity",
            "health",
            "up",
            "fit",
            "unknown",
            "total",
            "load",
            "state",
            "orders",
            "reason");

    private static final List<String> OF_CERTIFICATES =
            List.of("use", "subject", "id", "issuer", "serial", "notBefore", "notAfter", "renewal", "problem");

    private OverviewView() {}

    /** What it is made of; null for what a node does not have. */
    record Sources(
            JsonObject status,
            JsonObject services,
            TrafficViews traffic,
            @Nullable JsonObject sites,
            @Nullable JsonObject nodes,
            @Nullable JsonObject tunnels,
            @Nullable JsonObject certificates) {}

    static JsonObject of(Sources from) {
        JsonObject traffic = from.traffic.traffic(TRAFFIC_MAX);
        JsonArray events = from.traffic.events().getJsonArray("events");
        JsonArray services = from.services.getJsonArray("services");
        return new JsonObject()
                .put("atMillis", traffic.getLong("atMillis"))
                .put("startedMillis", traffic.getLong("startedMillis"))
                .put("boundsMillis", traffic.getJsonArray("boundsMillis"))
                .put("status", only(from.status, OF_STATUS))
                .put("orders", from.status.getJsonArray("orders", new JsonArray()))
                .put("sites", list(from.sites, "sites"))
                .put("nodes", nodes(list(from.nodes, "nodes"), from.status.getJsonArray("nodes", new JsonArray())))
                .put("tunnels", list(from.tunnels, "tunnels"))
                .put("services", services(services))
                .put("traffic", traffic.getJsonArray("traffic"))
                .put("routes", traffic.getJsonArray("routes"))
                .put("trafficRows", traffic.getInteger("rows"))
                .put("certificates", certificates(list(from.certificates, "certificates")))
                .put("events", first(events, EVENTS_MAX));
    }

    private static JsonObject only(JsonObject whole, List<String> keys) {
        JsonObject part = new JsonObject();
        for (String key : keys) {
            if (whole.containsKey(key)) {
                part.put(key, whole.getValue(key));
            }
        }
        return part;
    }

    private static JsonArray list(@Nullable JsonObject answer, String name) {
        return answer == null ? new JsonArray() : answer.getJsonArray(name);
    }

    private static JsonArray first(JsonArray all, int max) {
        return new JsonArray(all.stream().limit(max).toList());
    }

    /** The nodes that are known, with what is said of them in {@code status}. */
    private static JsonArray nodes(JsonArray known, JsonArray heard) {
        Map<String, JsonObject> more = new HashMap<>();
        heard.forEach(row -> more.put(((JsonObject) row).getString("node"), (JsonObject) row));
        for (Object row : known) {
            JsonObject node = (JsonObject) row;
            JsonObject said = more.get(node.getString("node"));
            if (said != null) {
                node.put("behind", said.getJsonArray("behind"))
                        .put("silent", said.getBoolean("silent"))
                        .put("heardMillisAgo", said.getLong("heardMillisAgo"));
            }
        }
        return known;
    }

    /** Services that are not well in some site first, each with all its sites. */
    static JsonArray services(JsonArray all) {
        Set<String> ill = new HashSet<>();
        for (Object row : all) {
            if (isIll((JsonObject) row)) {
                ill.add(((JsonObject) row).getString("service"));
            }
        }
        List<JsonObject> rows = new ArrayList<>();
        Set<String> shown = new HashSet<>();
        all.stream()
                .map(JsonObject.class::cast)
                .sorted(Comparator.comparing(row -> !ill.contains(row.getString("service"))))
                .filter(row -> shown.contains(row.getString("service")) || shown.size() < SERVICES_MAX)
                .forEach(row -> {
                    shown.add(row.getString("service"));
                    rows.add(service(row));
                });
        return new JsonArray(rows);
    }

    private static boolean isIll(JsonObject row) {
        return !row.getJsonArray("orders", new JsonArray()).isEmpty()
                || !Objects.equals(row.getValue("fit"), row.getValue("total"))
                || !"up".equals(row.getString("state"));
    }

    private static JsonObject service(JsonObject row) {
        JsonArray unfit = new JsonArray();
        for (Object each : row.getJsonArray("endpoints", new JsonArray())) {
            JsonObject endpoint = (JsonObject) each;
            if (!endpoint.getBoolean("fit") && unfit.size() < UNFIT_MAX) {
                unfit.add(endpoint.getString("endpoint") + ": " + endpoint.getString("detail"));
            }
        }
        return only(row, OF_SERVICES).put("unfit", unfit);
    }

    /** Such that what does not end comes last. */
    private static String end(JsonObject certificate) {
        String end = certificate.getString("notAfter", "");
        return end.isEmpty() ? "~" : end;
    }

    /** Those that end first. */
    static JsonArray certificates(JsonArray all) {
        return new JsonArray(all.stream()
                .map(JsonObject.class::cast)
                .sorted(Comparator.comparing(OverviewView::end))
                .limit(CERTIFICATES_MAX)
                .map(row -> only(row, OF_CERTIFICATES))
                .toList());
    }
}
