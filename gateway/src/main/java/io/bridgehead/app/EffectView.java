package io.bridgehead.app;

import io.bridgehead.compile.Effect;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** An effect as JSON with stable names. */
final class EffectView {
    private EffectView() {}

    static JsonObject of(Effect effect) {
        JsonArray routes = new JsonArray();
        effect.routes().forEach(route -> routes.add(route(route)));
        JsonArray traffic = new JsonArray();
        effect.traffic().forEach(change -> traffic.add(traffic(change)));
        return new JsonObject().put("routes", routes).put("traffic", traffic);
    }

    private static JsonObject route(Effect.RouteChange route) {
        String change = route.before() == null ? "added" : route.after() == null ? "lost" : "changed";
        return new JsonObject()
                .put("match", route.match())
                .put("change", change)
                .put("before", route.before())
                .put("after", route.after())
                .put("moved", route.moved());
    }

    private static JsonObject traffic(Effect.TrafficChange change) {
        JsonArray sites = new JsonArray();
        change.sites()
                .forEach(site -> sites.add(new JsonObject()
                        .put("site", site.site().value())
                        .put("before", site.before())
                        .put("after", site.after())));
        return new JsonObject()
                .put("service", change.service().value())
                .put("change", change.what().name().toLowerCase(Locale.ROOT))
                .put("moved", change.moved())
                .put("refused", change.refused())
                .put("sites", sites);
    }
}
