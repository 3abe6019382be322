package io.bridgehead.app;

import io.bridgehead.failover.SiteShare;
import io.bridgehead.limit.RateLimit;
import io.bridgehead.limit.RateLimiter;
import io.bridgehead.model.ServiceName;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.ServiceStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Services as a running node shows them, as JSON with stable names. Reads snapshots only; any thread. */
final class ServiceViews {
    private final NodeParts parts;

    ServiceViews(NodeParts parts) {
        this.parts = parts;
    }

    /** A row for each service and site of its order. */
    JsonObject all() {
        JsonArray rows = new JsonArray();
        Map<ServiceName, ServiceStatus> statuses = statuses();
        for (ServiceRoute route : table().services()) {
            ServiceStatus status = statuses.get(route.name());
            if (status != null) {
                status.weights().shares().forEach(share -> rows.add(row(route, status, share)));
            }
        }
        return new JsonObject().put("revision", table().revision()).put("services", rows);
    }

    /** One service; no rows when there is none. */
    JsonObject one(String name) {
        JsonArray rows = new JsonArray();
        ServiceRoute route = ServiceName.isValid(name) ? table().byName(new ServiceName(name)) : null;
        ServiceStatus status = route == null ? null : parts.path().registry().status(route.name());
        if (route != null && status != null) {
            status.weights().shares().forEach(share -> rows.add(row(route, status, share)));
        }
        return new JsonObject().put("revision", table().revision()).put("services", rows);
    }

    private JsonObject row(ServiceRoute route, ServiceStatus status, SiteShare share) {
        boolean local = share.site().equals(parts.config().site().name());
        String health = share.view().fitShare().isPresent()
                ? Math.round(share.view().fitShare().getAsDouble() * 100) + "% fit"
                : "unknown";
        JsonObject row = new JsonObject()
                .put("service", route.name().value())
                .put("protocol", route.protocol().name())
                .put(
                        "hostnames",
                        new JsonArray(
                                route.hostnames().stream().map(Object::toString).toList()))
                .put("site", share.site().value())
                .put("tier", share.tier() + 1)
                .put("tierWord", share.tierWord())
                .put("share", Math.round(share.weight() * 100) + "%")
                .put("weight", share.weight())
                .put("health", local ? status.local().toString() : health)
                .put("state", share.view().reach().name().toLowerCase(Locale.ROOT))
                .put("reason", reason(status, share, local) + held(share));
        if (local) {
            JsonArray endpoints = new JsonArray();
            status.endpoints()
                    .forEach(endpoint -> endpoints.add(new JsonObject()
                            .put("endpoint", endpoint.endpoint().toString())
                            .put("listed", endpoint.listed().toString())
                            .put("fit", endpoint.fit())
                            .put("probes", endpoint.probes().name().toLowerCase(Locale.ROOT))
                            .put("detail", endpoint.detail())));
            row.put("endpoints", endpoints).put("names", new JsonArray(status.lookupProblems()));
        }
        return row;
    }

    /** A row for each rate limit of each service: what it is, and what became of requests since the node began or the limit was changed. */
    JsonObject limits() {
        JsonArray rows = new JsonArray();
        parts.path()
                .registry()
                .rates()
                .all()
                .forEach((service, limiters) -> limiters.forEach(limiter -> rows.add(row(service, limiter))));
        return new JsonObject().put("revision", table().revision()).put("limits", rows);
    }

    private static JsonObject row(ServiceName service, RateLimiter limiter) {
        RateLimit limit = limiter.limit();
        return new JsonObject()
                .put("service", service.value())
                .put("limit", limit.name())
                .put("scope", limit.fabric() ? "fabric" : "node")
                .put("what", limit.shown() + limit.match().shown())
                .put("passed", limiter.passed())
                .put("refused", limiter.refused())
                .put("keys", limiter.keys())
                .put("crowded", limiter.crowded());
    }

    private static String reason(ServiceStatus status, SiteShare share, boolean local) {
        List<String> lookups = local ? status.lookupProblems() : List.of();
        return lookups.isEmpty() ? share.why().text() : share.why().text() + "; " + String.join("; ", lookups);
    }

    /** How much longer a hold-down runs. */
    private String held(SiteShare share) {
        long left = share.heldUntilMillis() - parts.control().nanoTime() / 1_000_000;
        return share.heldUntilMillis() == SiteShare.NOT_HELD || left <= 0 ? "" : ", " + (left + 999) / 1000 + " s more";
    }

    /** What is known of each service, by name. */
    Map<ServiceName, ServiceStatus> statuses() {
        Map<ServiceName, ServiceStatus> byName = new TreeMap<>();
        parts.path().registry().statuses().forEach(status -> byName.put(status.service(), status));
        return byName;
    }

    private RoutingTable table() {
        return parts.path().table().get();
    }
}
