package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a node shares out the requests of one service at a moment.
 *
 * @param rows of {@code get services}
 */
record DrillShares(JsonArray rows) {
    private static final Pattern ANSWERED =
            Pattern.compile("http_server_request_duration_seconds_count\\{([^}]*)\\} ([0-9.eE+]+)");
    private static final double TOLERANCE = 1e-6;

    static DrillShares of(NodeAccess node, String service) throws NodeUnreachableException {
        return new DrillShares(node.get("/v1/services/" + service).getJsonArray("services", new JsonArray()));
    }

    /** How many requests of the service this node has answered from each site since it started. */
    static Map<String, Long> answered(NodeAccess node, String service) throws NodeUnreachableException {
        return answered(node.text("/metrics"), service);
    }

    static Map<String, Long> answered(String metrics, String service) {
        Map<String, Long> sites = new TreeMap<>();
        Matcher series = ANSWERED.matcher(metrics);
        while (series.find()) {
            if (service.equals(label(series.group(1), "service"))) {
                String site = label(series.group(1), "destination_site");
                sites.merge(site, Math.round(Double.parseDouble(series.group(2))), Long::sum);
            }
        }
        return sites;
    }

    private static String label(String labels, String name) {
        Matcher value = Pattern.compile("(?:^|,)" + name + "=\"([^\"]*)\"").matcher(labels);
        return value.find() ? value.group(1) : "";
    }

    /** 0 to 1; 0 for a site that the node does not use. */
    double of(String site) {
        JsonObject row = row(site);
        return row == null ? 0 : row.getDouble("weight");
    }

    /** Why a site has this share. */
    String reason(String site) {
        JsonObject row = row(site);
        return row == null ? "is not used" : row.getString("reason");
    }

    boolean has(String site, double share) {
        return of(site) >= share - TOLERANCE;
    }

    /** The sites that get anything. */
    Map<String, Double> serving() {
        Map<String, Double> sites = new TreeMap<>();
        for (Object row : rows) {
            String site = ((JsonObject) row).getString("site");
            if (of(site) > TOLERANCE) {
                sites.put(site, of(site));
            }
        }
        return sites;
    }

    @org.jspecify.annotations.Nullable
    private JsonObject row(String site) {
        for (Object row : rows) {
            if (site.equals(((JsonObject) row).getString("site"))) {
                return (JsonObject) row;
            }
        }
        return null;
    }
}
