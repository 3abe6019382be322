package io.bridgehead.app;

import io.bridgehead.admin.AdminApi.Reply;
import io.bridgehead.cluster.api.Order;
import io.bridgehead.failover.SiteShare;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.sync.OrderAction;
import io.bridgehead.sync.OrderRecords;
import io.bridgehead.sync.OrderRecords.Finer;
import io.bridgehead.sync.OrderRecords.Wish;
import io.bridgehead.upstream.ServiceStatus;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an order would mean at this node before anybody signs it, and who may give one. Changes nothing; any thread but an event loop. */
final class OrderOutlook {
    private static final int SHARES_MAX = 20;

    private final NodeParts parts;
    private final NodeOrders orders;
    private final Clock clock;

    OrderOutlook(NodeParts parts, NodeOrders orders) {
        this.parts = parts;
        this.orders = orders;
        this.clock = parts.clock();
    }

    /**
     * Whether an identity may give orders here: {@code order}, and the {@code reason} why not.
     *
     * @param encoded its SPIFFE ID, as part of a URL
     */
    Reply rights(String encoded) {
        SpiffeId id;
        try {
            id = SpiffeId.parse(URLDecoder.decode(encoded, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Reply.bad(400, "rights of '" + encoded + "': " + e.getMessage(), List.of());
        }
        String objection = objection(id);
        return Reply.good(new JsonObject()
                .put("operator", id.toString())
                .put("order", objection == null)
                .put("reason", objection == null ? "" : objection));
    }

    private @Nullable String objection(SpiffeId id) {
        TrustDomain domain = parts.config().identity().trustDomain();
        return id.trustDomain().equals(domain)
                ? parts.orders().verifier().orderObjection(id)
                : id + " may not give orders here: expected an operator of trust domain " + domain;
    }

    /**
     * What would become of an order: the {@code problem} for which it would not be taken, or empty; {@code warnings}; and {@code shares}, who has now
     * what it is about.
     *
     * @param body {@code action}, {@code service}, {@code site}, {@code node}, {@code endpoint} and {@code ends}, all but the first may be left out
     */
    Reply plan(byte[] body) {
        Order order;
        try {
            order = OrderRecords.unsigned(
                    wish(new JsonObject(new String(body, StandardCharsets.UTF_8))), clock.instant());
        } catch (DecodeException | IllegalArgumentException e) {
            return Reply.bad(
                    400, "an order to look at: expected JSON with 'action' and texts: " + e.getMessage(), List.of());
        }
        String problem = OrderAction.problem(order);
        if (problem == null && !order.ended()) {
            problem = orders.absent(order);
        }
        return Reply.good(new JsonObject()
                .put("problem", problem == null ? "" : problem)
                .put("warnings", new JsonArray(problem == null ? orders.warnings(order) : List.of()))
                .put("shares", new JsonArray(problem == null ? shares(order) : List.of())));
    }

    private static Wish wish(JsonObject body) {
        return new Wish(
                text(body, "action"),
                text(body, "service"),
                text(body, "site"),
                text(body, "node"),
                "to look at",
                null,
                Boolean.TRUE.equals(body.getValue("ends")),
                new Finer(text(body, "endpoint"), Duration.ZERO));
    }

    private static String text(JsonObject body, String key) {
        Object value = body.getValue(key);
        return value == null ? "" : value.toString();
    }

    /** Which services have requests where the order bears, and how much of them. */
    private List<String> shares(Order order) {
        List<ServiceStatus> about = parts.path().registry().statuses().stream()
                .filter(status -> order.service().isEmpty()
                        || order.service().equals(status.service().value()))
                .sorted(Comparator.comparing(status -> status.service().value()))
                .toList();
        List<String> lines = new ArrayList<>();
        for (ServiceStatus status : about) {
            String line = line(order, status);
            if (!line.isEmpty()) {
                lines.add(line);
            }
        }
        if (lines.size() > SHARES_MAX) {
            int more = lines.size() - SHARES_MAX;
            lines = new ArrayList<>(lines.subList(0, SHARES_MAX));
            lines.add("and " + more + " more services");
        }
        return lines;
    }

    private static String line(Order order, ServiceStatus status) {
        boolean leavesASite = !order.site().isEmpty() && !OrderAction.PIN.word().equals(order.action());
        List<String> sites = new ArrayList<>();
        for (SiteShare share : status.weights().shares()) {
            boolean shown = leavesASite
                    ? share.site().value().equals(order.site())
                    : !order.service().isEmpty();
            if (shown && share.weight() > 0) {
                sites.add(String.format(Locale.ROOT, "%.0f %% to %s", 100 * share.weight(), share.site()));
            }
        }
        return sites.isEmpty() ? "" : "service " + status.service() + " goes " + String.join(", ", sites) + " now";
    }
}
