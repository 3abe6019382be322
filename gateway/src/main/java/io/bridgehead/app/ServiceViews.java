package io.bridgehead.app;

import io.bridgehead.failover.SiteShare;
import io.bridgehead.health.ServiceHealth;
import io.bridgehead.limit.RateLimit;
import io.bridgehead.limit.RateLimiter;
import io.bridgehead.model.ServiceName;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.sync.NodeReport;
import io.bridgehead.upstream.ServiceStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Services as a running node shows them, as JSON with stable names. Reads snapshots only; any thread. */
final class ServiceViews {
    private final NodeParts parts;

    ServiceViews(NodeParts parts) {
        this.parts = parts;
    }

    /** A row for each service and site of its order. */
    JsonObject all() {
        JsonArray rows = new JsonArray();
        NodeOrders.Bearing orders = new NodeOrders(parts).bearing();
        Map<ServiceName, ServiceStatus> statuses = statuses();
        for (ServiceRoute route : table().services()) {
            ServiceStatus status = statuses.get(route.name());
            if (status != null) {
                status.weights().shares().forEach(share -> rows.add(row(route, status, share, orders)));
            }
        }
        return new JsonObject().put("revision", table().revision()).put("services", rows);
    }

    /** One service; no rows when there is none. */
    JsonObject one(String name) {
        JsonArray rows = new JsonArray();
        NodeOrders.Bearing orders = new NodeOrders(parts).bearing();
        ServiceRoute route = ServiceName.isValid(name) ? table().byName(new ServiceName(name)) : null;
        ServiceStatus status = route == null ? null : parts.path().registry().status(route.name());
        if (route != null && status != null) {
            status.weights().shares().forEach(share -> rows.add(row(route, status, share, orders)));
        }
        return new JsonObject().put("revision", table().revision()).put("services", rows);
    }

    private JsonObject row(ServiceRoute route, ServiceStatus status, SiteShare share, NodeOrders.Bearing orders) {
        boolean local = share.site().equals(parts.config().site().name());
        ServiceHealth health = local ? status.local() : reported(route.name(), share);
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
                .put("capacity", Math.round(share.capacity() * 100) + "%")
                .put("health", health(share))
                .put(
                        "up",
                        health == null
                                ? "-/" + route.endpointsIn(share.site()).size()
                                : health.fit() + "/" + health.total())
                .put("state", share.view().reach().name().toLowerCase(Locale.ROOT))
                .put("orders", new JsonArray(orders.on(route, share.site())))
                .put("reason", reason(status, share, local) + held(share));
        if (health != null) {
            row.put("fit", health.fit())
                    .put("unknown", health.unknown())
                    .put("total", health.total())
                    .put("load", health.load());
        }
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
                .put("share", Math.round(limiter.part() * 100) + "%")
                .put("what", limit.shown() + limit.match().shown())
                .put("passed", limiter.passed())
                .put("refused", limiter.refused())
                .put("keys", limiter.keys())
                .put("crowded", limiter.crowded());
    }

    /** What is known of its endpoints, in words. */
    static String health(SiteShare share) {
        OptionalDouble fit = share.view().fitShare();
        return fit.isPresent() ? Math.round(fit.getAsDouble() * 100) + "% fit" : "unknown";
    }

    /** What the best node of another site said last that is known to be alive; null when none has said anything. */
    private @Nullable ServiceHealth reported(ServiceName service, SiteShare share) {
        ServiceHealth best = null;
        if (share.view().fitShare().isPresent()) {
            for (NodeReport report : parts.fabric().reports().values()) {
                if (report.report().site().equals(share.site())) {
                    best = ServiceHealth.better(best, report.report().services().get(service));
                }
            }
        }
        return best;
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
