package io.bridgehead.app;

import io.bridgehead.admin.AdminApi.Reply;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Order;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.RecordVerifier;
import io.bridgehead.failover.SiteShare;
import io.bridgehead.failover.Why;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.sync.NodeReport;
import io.bridgehead.sync.OrderAction;
import io.bridgehead.sync.OrderBook;
import io.bridgehead.sync.OrderRecords;
import io.bridgehead.sync.StandingOrder;
import io.bridgehead.tunnel.PeerState;
import io.bridgehead.upstream.ServiceStatus;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Operators' orders through the admin API: what is held, what a new one would mean, and giving one. Any thread. */
final class NodeOrders {
    private final NodeParts parts;

    NodeOrders(NodeParts parts) {
        this.parts = parts;
    }

    /** What is in force, and what was and is remembered. */
    JsonObject all() {
        OrderBook book = parts.orders().book();
        List<StandingOrder> standing = book.inForce().orders();
        JsonArray over = new JsonArray();
        for (StandingOrder order : book.held()) {
            if (!standing.contains(order)) {
                over.add(row(order).put("state", state(order)));
            }
        }
        return new JsonObject().put("orders", inForce()).put("over", over);
    }

    /** The rows of what is in force. */
    JsonArray inForce() {
        JsonArray rows = new JsonArray();
        for (StandingOrder order : parts.orders().book().inForce().orders()) {
            rows.add(row(order).put("state", "in force"));
        }
        return rows;
    }

    /** What is in force and bears on a service, for people: what, until when, why and who. */
    List<String> about(ServiceRoute route) {
        Map<String, SiteName> sites = siteOfNode();
        List<String> lines = new ArrayList<>();
        for (StandingOrder standing : parts.orders().book().inForce().orders()) {
            Order order = standing.order();
            if (order != null && bearsOn(order, route, sites)) {
                String end = until(order).map(time -> "until " + time).orElse("until it is ended");
                lines.add(standing.text() + ", " + end + ": " + order.reason() + " (" + standing.signer() + ")");
            }
        }
        return lines;
    }

    /** Finds the orders that bear on sites of services; of one moment. */
    final class Bearing {
        private final List<StandingOrder> inForce =
                parts.orders().book().inForce().orders();
        private final Map<String, SiteName> sites = inForce.isEmpty() ? Map.of() : siteOfNode();

        /** In words, without reasons and times. A pin bears on every site of its service. */
        List<String> on(ServiceRoute route, SiteName site) {
            List<String> texts = new ArrayList<>();
            for (StandingOrder standing : inForce) {
                Order order = standing.order();
                if (order != null && NodeOrders.bearsOn(order, route, sites) && concerns(order, site)) {
                    texts.add(standing.text());
                }
            }
            return texts;
        }

        private boolean concerns(Order order, SiteName site) {
            if (OrderAction.of(order) == OrderAction.PIN
                    || (order.site().isEmpty() && order.node().isEmpty())) {
                return true;
            }
            return site.equals(order.node().isEmpty() ? new SiteName(order.site()) : sites.get(order.node()));
        }
    }

    Bearing bearing() {
        return new Bearing();
    }

    private static boolean bearsOn(Order order, ServiceRoute route, Map<String, SiteName> siteOfNode) {
        if (!order.service().isEmpty() && !order.service().equals(route.name().value())) {
            return false;
        }
        SiteName site = order.node().isEmpty()
                ? order.site().isEmpty() ? null : new SiteName(order.site())
                : siteOfNode.get(order.node());
        boolean everySite = order.node().isEmpty() && order.site().isEmpty();
        return everySite || (site != null && route.endpoints().containsKey(site));
    }

    private Map<String, SiteName> siteOfNode() {
        Map<String, SiteName> sites = new TreeMap<>();
        parts.fabric()
                .reports()
                .values()
                .forEach(report -> sites.put(
                        report.report().node().value(), report.report().site()));
        parts.path()
                .tunnels()
                .view()
                .all()
                .forEach(peer -> sites.put(peer.node().value(), peer.site()));
        sites.put(parts.config().node().value(), parts.config().site().name());
        return sites;
    }

    private String state(StandingOrder standing) {
        Order order = standing.order();
        if (order == null || OrderAction.of(order) == null) {
            return "not understood: of a newer version";
        }
        return order.ended() ? "ended" : "expired";
    }

    private static JsonObject row(StandingOrder standing) {
        JsonObject row = new JsonObject()
                .put("subject", standing.subject())
                .put("order", standing.text())
                .put("author", standing.signer())
                .put("stampMillis", standing.stampMillis());
        Order order = standing.order();
        if (order != null) {
            row.put("action", order.action())
                    .put("service", order.service())
                    .put("site", order.site())
                    .put("node", order.node())
                    .put("reason", order.reason())
                    .put("given", order.given().toString())
                    .put("endpoint", order.detail().endpoint())
                    .put("until", until(order).map(Instant::toString).orElse(""));
        }
        return row;
    }

    /** When it is over by itself: a way back when the whole share is there again. */
    private static Optional<Instant> until(Order order) {
        boolean returns = order.ended() && !order.detail().over().isZero();
        return returns ? Optional.of(order.back()) : order.until();
    }

    /**
     * Takes a signed order: verified, about something that is there, durable here, and on its way to all others.
     *
     * @param evenIfLost whether a drill may leave a service without a site that serves it
     */
    Future<Reply> give(byte[] record, boolean evenIfLost) {
        CompletionStage<Reply> reply = CompletableFuture.supplyAsync(
                        () -> judge(record, evenIfLost), parts.threads().blocking())
                .thenCompose(this::spread);
        return Future.fromCompletionStage(reply);
    }

    private CompletionStage<Reply> spread(Judged judged) {
        OrderRecords.Given given = judged.given();
        return given == null
                ? CompletableFuture.completedStage(Reply.bad(judged.status(), judged.problem(), List.of()))
                : parts.state().order(given).thenApply(receipt -> reply(given, receipt));
    }

    private record Judged(OrderRecords.@Nullable Given given, int status, String problem) {}

    private Judged judge(byte[] record, boolean evenIfLost) {
        OrderRecords.Given given;
        try {
            given = OrderRecords.read(record);
        } catch (MalformedException e) {
            return new Judged(null, 400, String.valueOf(e.getMessage()));
        }
        if (parts.orders().verifier().verify(given.record()) instanceof RecordVerifier.Rejected rejected) {
            return new Judged(null, 403, "refused: " + rejected.reason());
        }
        String absent = given.order().ended() ? null : absent(given.order());
        if (absent != null) {
            return new Judged(null, 400, "nothing was ordered: " + absent);
        }
        String lost = evenIfLost ? null : lostBy(given.order());
        return lost == null ? new Judged(given, 200, "") : new Judged(null, 409, "nothing was ordered: " + lost);
    }

    /** What a drill would do beyond moving traffic; null when another site takes it. */
    private @Nullable String lostBy(Order order) {
        if (order.ended() || !order.action().equals(OrderAction.DRILL.word())) {
            return null;
        }
        ServiceStatus status = parts.path().registry().status(new ServiceName(order.service()));
        SiteName taken = new SiteName(order.site());
        if (status == null) {
            return null;
        }
        boolean frozen = status.weights().shares().stream().anyMatch(share -> share.why() == Why.FROZEN);
        if (frozen || nobodyElse(status, taken)) {
            return (frozen ? "an operator froze the shares of service '" : "no other site can take service '")
                    + order.service() + "', as seen from this node: " + status.weights()
                    + "; --even-if-lost drills all the same";
        }
        return null;
    }

    /** What an order is about and this node does not know. A quarantine may be about what nobody sees any more. */
    @Nullable
    String absent(Order order) {
        if (order.action().equals(OrderAction.QUARANTINE.word())) {
            return null;
        }
        TreeSet<String> services = new TreeSet<>();
        TreeSet<String> sites = new TreeSet<>();
        TreeSet<String> nodes = new TreeSet<>();
        known(order, services, sites, nodes);
        if (!order.service().isEmpty() && !services.contains(order.service())) {
            return unknown("service", order.service(), services);
        }
        if (!order.site().isEmpty() && !sites.contains(order.site())) {
            return order.service().isEmpty()
                    ? unknown("site", order.site(), sites)
                    : "service '" + order.service() + "' has no endpoints in site '" + order.site()
                            + "', or does not use it; expected one of " + sites;
        }
        String endpoint = order.detail().endpoint();
        if (!endpoint.isEmpty()) {
            Set<String> endpoints = endpoints(order);
            return endpoints.contains(endpoint)
                    ? null
                    : "service '" + order.service() + "' has no endpoint '" + endpoint + "' in site '" + order.site()
                            + "'; expected one of " + endpoints;
        }
        return order.node().isEmpty() || nodes.contains(order.node()) ? null : unknown("node", order.node(), nodes);
    }

    private Set<String> endpoints(Order order) {
        Set<String> endpoints = new TreeSet<>();
        for (ServiceRoute route : parts.path().table().get().services()) {
            if (route.name().value().equals(order.service())) {
                route.endpointsIn(new SiteName(order.site())).forEach(one -> endpoints.add(one.toString()));
            }
        }
        if (order.site().equals(parts.config().site().name().value())) {
            // here the addresses of names are known as well
            parts.path().registry().statuses().stream()
                    .filter(status -> status.service().value().equals(order.service()))
                    .forEach(status -> status.endpoints()
                            .forEach(one -> endpoints.add(one.endpoint().toString())));
        }
        return endpoints;
    }

    private static String unknown(String what, String name, Set<String> known) {
        return what + " '" + name + "' is not known to this node; expected one of " + known;
    }

    private void known(Order order, Set<String> services, Set<String> sites, Set<String> nodes) {
        for (ServiceRoute route : parts.path().table().get().services()) {
            services.add(route.name().value());
            if (order.service().isEmpty() || order.service().equals(route.name().value())) {
                route.endpoints().keySet().forEach(site -> sites.add(site.value()));
            }
        }
        nodes.add(parts.config().node().value());
        if (order.service().isEmpty()) {
            sites.add(parts.config().site().name().value());
        }
        for (NodeReport report : parts.fabric().reports().values()) {
            seen(order, report.report().site(), report.report().node(), sites, nodes);
        }
        for (PeerState peer : parts.path().tunnels().view().all()) {
            seen(order, peer.site(), peer.node(), sites, nodes);
        }
    }

    private static void seen(Order order, SiteName site, NodeName node, Set<String> sites, Set<String> nodes) {
        nodes.add(node.value());
        if (order.service().isEmpty()) {
            sites.add(site.value());
        }
    }

    private Reply reply(OrderRecords.Given given, Receipt receipt) {
        return switch (receipt) {
            case Receipt.Accepted accepted ->
                Reply.good(new JsonObject()
                        .put("changed", true)
                        .put("subject", given.order().subject())
                        .put("nodes", 1 + parts.fabric().reports().size())
                        .put("warnings", new JsonArray(warnings(given.order()))));
            case Receipt.Known known ->
                Reply.bad(
                        409,
                        "a newer order about '" + given.order().subject()
                                + "' is there already; look at 'bridgehead get orders' and give it again",
                        List.of());
            case Receipt.Rejected rejected -> Reply.bad(403, "refused: " + rejected.reason(), List.of());
        };
    }

    /** Services that lose their last site by this order. */
    List<String> warnings(Order order) {
        boolean takesASite = order.action().equals(OrderAction.DRAIN.word())
                || order.action().equals(OrderAction.QUARANTINE.word());
        if (order.ended()
                || order.site().isEmpty()
                || !takesASite
                || !order.detail().endpoint().isEmpty()) {
            return List.of();
        }
        SiteName taken = new SiteName(order.site());
        List<String> warnings = new ArrayList<>();
        Map<ServiceName, ServiceStatus> statuses = new TreeMap<>();
        parts.path().registry().statuses().forEach(status -> statuses.put(status.service(), status));
        statuses.forEach((service, status) -> {
            boolean about = order.service().isEmpty() || order.service().equals(service.value());
            if (about && status.weights().of(taken) != null && nobodyElse(status, taken)) {
                warnings.add("service " + service + ": no other site can serve it as seen from this node; its requests"
                        + " will be refused");
            }
        });
        return warnings;
    }

    private static boolean nobodyElse(ServiceStatus status, SiteName taken) {
        for (SiteShare share : status.weights().shares()) {
            boolean other = !share.site().equals(taken);
            if (other
                    && (share.weight() > 0
                            || (share.capacity() > 0 && !share.why().isKeptAway()))) {
                return false;
            }
        }
        return true;
    }
}
