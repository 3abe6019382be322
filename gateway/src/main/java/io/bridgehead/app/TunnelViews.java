package io.bridgehead.app;

import io.bridgehead.model.HostPort;
import io.bridgehead.tunnel.TunnelReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a running node shows of its tunnels, as JSON with stable names. */
final class TunnelViews {
    private static final double MICROS_PER_MILLI = 1000;

    private TunnelViews() {}

    static JsonObject all(List<TunnelReport> reports) {
        JsonArray rows = new JsonArray();
        for (TunnelReport report : reports) {
            rows.add(new JsonObject()
                    .put("address", report.address())
                    .put("node", report.node() == null ? "" : report.node().value())
                    .put("site", report.site() == null ? "" : report.site().value())
                    .put("state", report.state())
                    .put(
                            "roundTrip",
                            String.format(Locale.ROOT, "%.2f ms", report.roundTripMicros() / MICROS_PER_MILLI))
                    .put("roundTripMicros", report.roundTripMicros())
                    .put("roundTripVariationMicros", report.roundTripVariationMicros())
                    .put("pingsSent", report.pingsSent())
                    .put("pingsUnanswered", report.pingsUnanswered())
                    .put("connections", report.connections())
                    .put("connectionsAccepted", report.connectionsAccepted())
                    .put("streams", report.streams())
                    .put("security", report.security())
                    .put("sinceMillis", report.sinceMillis())
                    .put("lastError", report.lastError()));
        }
        return new JsonObject().put("tunnels", rows);
    }

    /**
     * Addresses at which no node was seen since the start, and why.
     *
     * @param neighbours addresses of which nothing is said
     */
    static JsonArray unreached(List<TunnelReport> reports, Set<HostPort> neighbours) {
        Set<String> unsaid = neighbours.stream().map(HostPort::toString).collect(Collectors.toSet());
        JsonArray rows = new JsonArray();
        for (TunnelReport report : reports) {
            if (report.node() == null && report.isTried() && !unsaid.contains(report.address())) {
                rows.add(new JsonObject().put("address", report.address()).put("lastError", report.lastError()));
            }
        }
        return rows;
    }
}
