package io.bridgehead.app;

import io.bridgehead.config.AuthorizationDocument;
import io.bridgehead.config.TrafficPolicyDocument.Selector;
import io.bridgehead.control.Documents;
import io.bridgehead.policy.AccessPolicy;
import io.bridgehead.policy.ExternalCheck;
import io.bridgehead.routing.ServiceRoute;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the admin API says of AuthorizationPolicies and external checks: whom they are about and how often they mattered. May wait. */
final class PolicyViews {
    private static final int SERVICES_MAX = 20;

    private final NodeParts parts;

    PolicyViews(NodeParts parts) {
        this.parts = parts;
    }

    /** Those of the Gateway API, then AuthorizationPolicies, then who else is asked. */
    JsonObject all(String path) {
        JsonObject answer = parts.gateways().book().of(path);
        JsonArray rows = answer.getJsonArray("policies");
        Map<String, Set<String>> services = services();
        for (AuthorizationDocument document :
                Documents.policies(parts.state().documents(), parts.tables().context())) {
            Set<String> held = services.getOrDefault(document.name(), Set.of());
            rows.add(new JsonObject()
                    .put("apiVersion", "bridgehead.io/v1")
                    .put("kind", AuthorizationDocument.KIND)
                    .put("name", document.name())
                    .put("object", document.name())
                    .put("action", document.spec().action().name())
                    .put("dryRun", document.spec().dryRun())
                    .put("targets", targets(document.spec().services()))
                    .put("rules", document.spec().rules().size())
                    .put("services", held.size())
                    .put(
                            "holdsFor",
                            new JsonArray(held.stream().limit(SERVICES_MAX).toList()))
                    .put("matches", parts.telemetry().matches(document.name())));
        }
        parts.path().table().get().services().forEach(route -> addCheck(route, rows));
        return answer;
    }

    private void addCheck(ServiceRoute route, JsonArray rows) {
        ExternalCheck check = route.allow().check();
        if (check != null) {
            String service = route.name().value();
            rows.add(new JsonObject()
                    .put("apiVersion", "bridgehead.io/v1")
                    .put("kind", "ExternalAuthorization")
                    .put("name", service)
                    .put("object", service)
                    .put("action", "ASK " + check.checker())
                    .put("says", check.shown())
                    .put("targets", service)
                    .put("services", 1)
                    .put("holdsFor", new JsonArray(List.of(service)))
                    .put("matches", parts.telemetry().checks(service)));
        }
    }

    private Map<String, Set<String>> services() {
        Map<String, Set<String>> services = new TreeMap<>();
        for (ServiceRoute route : parts.path().table().get().services()) {
            for (AccessPolicy policy : route.allow().policies()) {
                services.computeIfAbsent(policy.name(), _ -> new TreeSet<>())
                        .add(route.name().value());
            }
        }
        return services;
    }

    /** As it is written: names, and labels that services must have. */
    private static String targets(Selector selector) {
        List<String> names = selector.names();
        String labels = new TreeMap<>(selector.labels())
                .entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(" "));
        String named = names.isEmpty() ? "every service" : String.join(",", names);
        return labels.isEmpty() ? named : named + " with " + labels;
    }
}
