package io.bridgehead.app;

import io.bridgehead.admin.AdminApi;
import io.bridgehead.cluster.api.ClusterState;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.sync.OrdersInForce;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The admin API of a running node: which resource is where. */
@OwnedBy(Owner.ANY_THREAD)
final class NodeApi implements AdminApi {
    private static final long READY_MILLIS_MAX = 1_000;
    private static final String RELOAD = "/v1/reload";
    private static final String RELOAD_PLAN = "/v1/reload/plan";
    private static final Requester BY_SIGNAL = new Requester("", "SIGHUP");
    private static final String SERVICE = "/v1/services/";
    private static final String RIGHTS = "/v1/rights/";

    private final NodeParts parts;
    private final NodeViews views;
    private final ServiceViews services;
    private final HistoryViews history;
    private final NodePlans plans;
    private final StageViews stages;
    private final PolicyViews policies;
    private final NodeChanges changes;
    private final Reloads reloads;
    private final NodeOrders orders;
    private final OrderOutlook outlook;
    private final CertificateViews certificates;
    private final TrafficViews traffic;
    private volatile String notReady = "the node is starting";

    NodeApi(NodeParts parts) {
        this.parts = parts;
        this.views = new NodeViews(parts, this::notReady);
        this.services = new ServiceViews(parts);
        this.history = new HistoryViews(parts.state().history(), parts.state()::base, parts.folders()::statuses);
        this.stages = new StageViews(parts);
        this.policies = new PolicyViews(parts);
        this.plans = new NodePlans(parts, views);
        this.changes = new NodeChanges(parts);
        this.reloads = new Reloads(change -> new NodeReload(parts, change).reload(), NodeReload::say);
        this.orders = new NodeOrders(parts);
        this.outlook = new OrderOutlook(parts, orders);
        this.certificates = new CertificateViews(parts);
        this.traffic = new TrafficViews(parts.telemetry(), parts.up());
    }

    /** Why nobody should send clients here, or empty. */
    private String notReady() {
        return notReady.isEmpty() ? ordered() : notReady;
    }

    private String ordered() {
        OrdersInForce inForce = parts.orders().book().inForce();
        if (!inForce.ownQuarantine().isEmpty()) {
            return "the node is quarantined: " + inForce.ownQuarantine();
        }
        return inForce.standing().drainedNodes().contains(parts.config().node())
                ? "the node is drained by an operator"
                : "";
    }

    void markReady() {
        notReady = "";
    }

    void markDraining() {
        reloads.end(Reply.bad(503, "nothing was changed: the node is stopping", List.of()));
        notReady = "the node is draining";
    }

    /** The same for whoever sent a signal to the process. */
    void hangUp() {
        CompletionStage<?> _ = reload().thenAccept(reply ->
                AdminAudit.line(RELOAD, new byte[0], BY_SIGNAL, reply).write());
    }

    /** Has the node read its files again, after the reload that is under way. A node that stops opens nothing any more. */
    CompletionStage<Reply> reload() {
        return reloads.ask();
    }

    @Override
    public Future<Reply> get(String path) {
        if (HistoryViews.serves(path)) {
            return blocking(() -> history.get(path));
        }
        if (path.startsWith(SERVICE)) {
            return Future.succeededFuture(Reply.good(services.one(path.substring(SERVICE.length()))));
        }
        if (path.startsWith(RIGHTS)) {
            return blocking(() -> outlook.rights(path.substring(RIGHTS.length())));
        }
        return switch (path) {
            case "/v1/status" -> blocking(() -> Reply.good(views.status()));
            case "/v1/overview" -> blocking(() -> Reply.good(overview()));
            case "/v1/traffic" -> blocking(() -> Reply.good(traffic.traffic()));
            case "/v1/events" -> blocking(() -> Reply.good(traffic.events()));
            case "/v1/services" -> blocking(() -> Reply.good(services.all()));
            case "/v1/limits" -> blocking(() -> Reply.good(services.limits()));
            case "/v1/sites" -> blocking(() -> Reply.good(views.sites()));
            case "/v1/nodes" -> Future.succeededFuture(Reply.good(views.nodes()));
            case "/v1/stages" -> blocking(stages::all);
            case "/v1/listeners" ->
                Future.succeededFuture(Reply.good(new JsonObject().put("listeners", views.listeners())));
            case "/v1/tunnels" -> Future.succeededFuture(Reply.good(views.tunnels()));
            case "/v1/policies" -> blocking(() -> Reply.good(policies.all(path)));
            case "/v1/routes", "/v1/gateways", "/v1/gatewayclasses" ->
                blocking(() -> Reply.good(parts.gateways().book().of(path)));
            case "/v1/orders" -> Future.succeededFuture(Reply.good(orders.all()));
            case "/v1/certs" -> blocking(() -> Reply.good(certificates.all()));
            case "/v1/tokens" -> blocking(parts.identity()::tokens);
            default ->
                Future.succeededFuture(Reply.bad(
                        404,
                        "'" + path
                                + "' is not served here; expected /v1/status, overview, services, traffic, events, limits, routes, gateways,"
                                + " policies, gatewayclasses, sites, nodes, listeners, tunnels, stages, orders, certs, tokens, history or sources",
                        List.of()));
        };
    }

    private JsonObject overview() {
        return OverviewView.of(new OverviewView.Sources(
                views.status(),
                services.all(),
                traffic,
                views.sites(),
                views.nodes(),
                views.tunnels(),
                certificates.all()));
    }

    private Future<Reply> blocking(Supplier<Reply> answer) {
        return Future.fromCompletionStage(
                CompletableFuture.supplyAsync(answer, parts.threads().blocking()));
    }

    @Override
    public Future<Reply> post(String path, Function<String, @Nullable String> fields, byte[] body, Requester by) {
        Future<Reply> reply = post(path, fields, body);
        if (AdminAudit.isChange(path)) {
            reply.otherwise(failure -> Reply.bad(500, String.valueOf(failure), List.of()))
                    .onSuccess(answer -> parts.threads()
                            .blocking()
                            .execute(() ->
                                    AdminAudit.line(path, body, by, answer).write()));
        }
        return reply;
    }

    private Future<Reply> post(String path, Function<String, @Nullable String> fields, byte[] body) {
        return switch (path) {
            case "/v1/changesets" -> changes.commit(body, fields.apply("x-bridgehead-wait"));
            case "/v1/stages" -> changes.stage(body);
            case "/v1/stages/end" -> changes.endStage(body);
            case "/v1/orders/plan" -> blocking(() -> outlook.plan(body));
            case "/v1/orders" -> orders.give(body, fields.apply("x-bridgehead-even-if-lost") != null);
            case "/v1/tokens" -> blocking(() -> parts.identity().order(body));
            case "/v1/plan" -> Future.fromCompletionStage(plans.plan(body));
            case RELOAD -> Future.fromCompletionStage(reload());
            case RELOAD_PLAN -> Future.fromCompletionStage(new ReloadOutlook(parts).outlook());
            case "/v1/explain" -> blocking(() -> views.explain(body));
            default ->
                Future.succeededFuture(Reply.bad(
                        404,
                        "'" + path
                                + "' takes no POST; expected /v1/changesets, /v1/orders, /v1/orders/plan, /v1/tokens,"
                                + " /v1/plan, /v1/reload, /v1/reload/plan or /v1/explain",
                        List.of()));
        };
    }

    @Override
    public Future<String> ready() {
        String reason = notReady();
        if (!reason.isEmpty()) {
            return Future.succeededFuture(reason);
        }
        List<Loop> loops = parts.loops().all();
        Promise<String> answer = Promise.promise();
        AtomicInteger missing = new AtomicInteger(loops.size());
        for (Loop loop : loops) {
            loop.execute(() -> {
                if (missing.decrementAndGet() == 0) {
                    answer.tryComplete("");
                }
            });
        }
        parts.control()
                .after(
                        READY_MILLIS_MAX,
                        () -> answer.tryComplete(
                                missing.get() + " of " + loops.size() + " event loops made no progress for a second"));
        return answer.future();
    }

    @Override
    public String scrape(String contentType) {
        return parts.telemetry().scrape(contentType);
    }

    /** Whether the cluster is as it should be. */
    static boolean clusterIsWell(ClusterState state) {
        return state.phase() == ClusterState.Phase.JOINED || state.phase() == ClusterState.Phase.ALONE;
    }
}
