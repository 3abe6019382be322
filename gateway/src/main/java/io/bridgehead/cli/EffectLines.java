package io.bridgehead.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What a plan does to routes and traffic, for people. */
final class EffectLines {
    private EffectLines() {}

    static List<String> of(JsonObject plan) {
        List<String> lines = new ArrayList<>();
        JsonObject effect = plan.getJsonObject("effect");
        if (effect != null) {
            JsonArray routes = effect.getJsonArray("routes", new JsonArray());
            lines.add("routes: " + count(routes, "added") + " added, " + count(routes, "changed") + " changed, "
                    + count(routes, "lost") + " lost");
            routes.forEach(route -> lines.add("  " + route((JsonObject) route)));
            for (Object service : effect.getJsonArray("traffic", new JsonArray())) {
                lines.add("traffic: " + traffic((JsonObject) service));
            }
        }
        plan.getJsonArray("notes", new JsonArray()).forEach(note -> lines.add("note: " + note));
        elsewhere(plan.getJsonObject("elsewhere", new JsonObject()), lines);
        return Output.cut(lines);
    }

    /** What other nodes would leave out, in their words; and who could not be asked. */
    private static void elsewhere(JsonObject elsewhere, List<String> lines) {
        for (Object one : elsewhere.getJsonArray("leftOut", new JsonArray())) {
            JsonObject node = (JsonObject) one;
            String who = node.getString("node") + " of site " + node.getString("site");
            node.getJsonArray("documents")
                    .forEach(document -> lines.add("left out on " + who + ": " + Output.plain((String) document)));
            if (node.getInteger("more", 0) > 0) {
                lines.add("left out on " + who + ": " + node.getInteger("more") + " more");
            }
        }
        for (Object one : elsewhere.getJsonArray("silent", new JsonArray())) {
            JsonObject node = (JsonObject) one;
            lines.add("not known what " + node.getString("node") + " would leave out: "
                    + Output.plain(node.getString("reason")));
        }
    }

    private static long count(JsonArray routes, String change) {
        return routes.stream()
                .filter(route -> ((JsonObject) route).getString("change").equals(change))
                .count();
    }

    private static String route(JsonObject route) {
        String match = route.getString("match");
        return switch (route.getString("change")) {
            case "added" -> "+ " + match + " -> " + route.getString("after");
            case "lost" -> "- " + match + ", now to " + route.getString("before");
            default ->
                "~ " + match + ": " + route.getString("before") + " -> " + route.getString("after")
                        + (route.getDouble("moved", 1.0) < 1 ? " (" + percent(route, "moved") + " would move)" : "");
        };
    }

    private static String traffic(JsonObject service) {
        List<String> sites = new ArrayList<>();
        for (Object one : service.getJsonArray("sites")) {
            JsonObject site = (JsonObject) one;
            String before = service.getString("change").equals("new") ? "" : percent(site, "before") + " -> ";
            sites.add(site.getString("site") + " " + before + percent(site, "after"));
        }
        String what = switch (service.getString("change")) {
            case "new" -> service.getBoolean("refused") ? "is new, and no site could serve it" : "is new";
            case "gone" -> "is gone: all of its requests would be refused";
            default ->
                service.getBoolean("refused")
                        ? "no site could serve it: all of its requests would be refused"
                        : percent(service, "moved") + " of its requests would move";
        };
        return service.getString("service") + ": " + what + " (" + String.join(", ", sites) + ")";
    }

    private static String percent(JsonObject of, String key) {
        return Math.round(of.getDouble(key) * 100) + "%";
    }
}
