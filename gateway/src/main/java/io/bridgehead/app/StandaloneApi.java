package io.bridgehead.app;

import io.bridgehead.admin.AdminApi;
import io.bridgehead.compile.Explain;
import io.bridgehead.compile.LiveView;
import io.bridgehead.compile.Question;
import io.bridgehead.failover.SiteWeights;
import io.bridgehead.limit.Pressure;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.ServiceStatus;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The admin API of a standalone node. */
@OwnedBy(Owner.ANY_THREAD)
final class StandaloneApi implements AdminApi {
    private final StandaloneNode.Parts parts;
    private final StandaloneControl control;
    private volatile String notReady = "the node is starting";

    StandaloneApi(StandaloneNode.Parts parts, StandaloneControl control) {
        this.parts = parts;
        this.control = control;
    }

    void markReady() {
        notReady = "";
    }

    void markDraining() {
        notReady = "the node is draining";
    }

    @Override
    public Future<Reply> get(String path) {
        return Future.succeededFuture(
                switch (path) {
                    case "/v1/status" -> Reply.good(status());
                    case "/v1/listeners" -> Reply.good(new JsonObject().put("listeners", listeners()));
                    case "/v1/services" -> Reply.good(services());
                    case "/v1/traffic" -> Reply.good(traffic().traffic());
                    case "/v1/events" -> Reply.good(traffic().events());
                    case "/v1/overview" ->
                        Reply.good(OverviewView.of(
                                new OverviewView.Sources(status(), services(), traffic(), null, null, null, null)));
                    case "/v1/routes", "/v1/gateways", "/v1/policies", "/v1/gatewayclasses" ->
                        Reply.good(control.book().of(path));
                    default ->
                        Reply.bad(
                                404,
                                "'" + path
                                        + "' is not served by a standalone node; expected /v1/status, overview, listeners, services, traffic,"
                                        + " events, routes, gateways, gatewayclasses or policies",
                                List.of());
                });
    }

    private TrafficViews traffic() {
        return new TrafficViews(parts.telemetry(), parts.up());
    }

    private JsonObject status() {
        List<String> problems = new ArrayList<>(control.problems());
        String reason = notReady;
        if (!reason.isEmpty()) {
            problems.add(reason);
        }
        return new JsonObject()
                .put("node", parts.config().node().value())
                .put("site", parts.config().site().name().value())
                .put("version", parts.version())
                .put("standalone", true)
                .put("ready", reason.isEmpty())
                .put("healthy", problems.isEmpty())
                .put("uptimeSeconds", parts.up().millis() / 1000)
                .put("revision", parts.path().table().get().revision())
                .put("services", parts.path().table().get().services().size())
                .put("overload", overload())
                .put("listeners", listeners())
                .put("notes", new JsonArray(control.notes()))
                .put("problems", new JsonArray(problems));
    }

    private JsonArray listeners() {
        JsonArray listeners = new JsonArray();
        parts.path()
                .listeners()
                .open()
                .forEach((name, listener) -> listeners.add(new JsonObject()
                        .put("name", name)
                        .put("address", NodeViews.text(listener.address()))
                        .put("protocol", listener.spec().protocol().name())
                        .put("connections", listener.connections())));
        return listeners;
    }

    private JsonObject overload() {
        Pressure pressure = parts.overload().pressure();
        return new JsonObject()
                .put("level", parts.path().overload().level().name().toLowerCase(Locale.ROOT))
                .put("heap", pressure.heap())
                .put("directMemory", pressure.directMemory())
                .put("descriptors", pressure.descriptors())
                .put("loopLag", pressure.loopLag());
    }

    private JsonObject services() {
        JsonArray rows = new JsonArray();
        for (ServiceStatus status : parts.path().registry().statuses()) {
            ServiceRoute route = parts.path().table().get().byName(status.service());
            if (route != null) {
                status.weights()
                        .shares()
                        .forEach(share -> rows.add(new JsonObject()
                                .put("service", status.service().value())
                                .put("protocol", route.protocol().name())
                                .put("site", share.site().value())
                                .put("tier", share.tier() + 1)
                                .put("share", Math.round(share.weight() * 100) + "%")
                                .put("weight", share.weight())
                                .put("capacity", Math.round(share.capacity() * 100) + "%")
                                .put("health", ServiceViews.health(share))
                                .put(
                                        "up",
                                        status.local().fit() + "/"
                                                + status.local().total())
                                .put("fit", status.local().fit())
                                .put("unknown", status.local().unknown())
                                .put("total", status.local().total())
                                .put("load", status.local().load())
                                .put("state", share.view().reach().name().toLowerCase(Locale.ROOT))
                                .put("reason", share.why().text())
                                .put("endpoints", endpoints(status))));
            }
        }
        return new JsonObject().put("services", rows);
    }

    private static JsonArray endpoints(ServiceStatus status) {
        JsonArray all = new JsonArray();
        status.endpoints()
                .forEach(endpoint -> all.add(new JsonObject()
                        .put("endpoint", endpoint.endpoint().toString())
                        .put("listed", endpoint.listed().toString())
                        .put("fit", endpoint.fit())
                        .put("detail", endpoint.detail())));
        return all;
    }

    @Override
    public Future<Reply> post(String path, Function<String, @Nullable String> fields, byte[] body, Requester by) {
        if (!path.equals("/v1/explain")) {
            return Future.succeededFuture(Reply.bad(
                    404, "'" + path + "': a standalone node follows its folder and takes no orders", List.of()));
        }
        try {
            RoutingTable table = parts.path().table().get();
            Question question = GatewayQuestions.of(
                    new JsonObject(new String(body, StandardCharsets.UTF_8)), table, parts.config());
            Explain explain = new Explain(control.context(), table, new Live(parts));
            return Future.succeededFuture(Reply.good(GatewayQuestions.answer(explain.explain(question))));
        } catch (DecodeException | IllegalArgumentException | ClassCastException e) {
            return Future.succeededFuture(Reply.bad(400, String.valueOf(e.getMessage()), List.of()));
        }
    }

    /** The weights and endpoints of this moment. */
    private record Live(StandaloneNode.Parts parts) implements LiveView {
        private @Nullable ServiceStatus status(ServiceName service) {
            return parts.path().registry().statuses().stream()
                    .filter(status -> status.service().equals(service))
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public @Nullable SiteWeights weights(ServiceName service) {
            ServiceStatus status = status(service);
            return status == null ? null : status.weights();
        }

        @Override
        public @Nullable Endpoint owner(ServiceRoute service, Question question) {
            return parts.path().registry().owner(service, question.fields(), question.caller());
        }

        @Override
        public @Nullable String endpointState(ServiceName service, Endpoint endpoint) {
            ServiceStatus status = status(service);
            return status == null ? null : status.stateOf(endpoint);
        }
    }

    @Override
    public Future<String> ready() {
        return Future.succeededFuture(notReady);
    }

    @Override
    public String scrape(String contentType) {
        return parts.telemetry().scrape(contentType);
    }
}
