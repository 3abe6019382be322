package io.bridgehead.app;

import io.bridgehead.compile.gateway.Condition;
import io.bridgehead.compile.gateway.ObjectStatus;
import io.bridgehead.config.manifest.BackendTlsPolicy;
import io.bridgehead.config.manifest.Gateway;
import io.bridgehead.config.manifest.GatewayClass;
import io.bridgehead.config.manifest.ListenerSet;
import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.config.manifest.ManifestId;
import io.bridgehead.config.manifest.ParentReference;
import io.bridgehead.config.manifest.Route;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * How every manifest stands, as JSON in the form that the Gateway API gives to {@code status}; remembers since when each condition is what it is.
 *
 * <p><b>Threads</b>: {@link #write} by one at a time, reading from any.
 */
@OwnedBy(Owner.ANY_THREAD)
final class StatusBook {
    private final Clock clock;
    private Map<String, Since> times = new HashMap<>();
    private volatile List<Row> rows = List.of();

    /** One object. */
    private record Row(Manifest manifest, JsonObject shown) {}

    private record Since(boolean status, Instant time) {}

    StatusBook(Clock clock) {
        this.clock = clock;
    }

    /**
     * Takes what holds now.
     *
     * @param closed why ports of Gateways are not open, by name
     */
    void write(List<ObjectStatus> statuses, Map<String, String> closed) {
        Map<String, Since> now = new HashMap<>();
        List<Row> next = new ArrayList<>();
        Map<ManifestId, Integer> sets = attachedSets(statuses);
        for (ObjectStatus status : statuses) {
            JsonObject shown = row(status, closed, now);
            if (status.manifest() instanceof Gateway gateway) {
                shown.getJsonObject("status").put("attachedListenerSets", sets.getOrDefault(gateway.id(), 0));
            }
            next.add(new Row(status.manifest(), shown));
        }
        times = now;
        rows = List.copyOf(next);
    }

    /** How many sets of listeners each gateway has taken. */
    private static Map<ManifestId, Integer> attachedSets(List<ObjectStatus> statuses) {
        Map<ManifestId, Integer> sets = new HashMap<>();
        for (ObjectStatus status : statuses) {
            if (status.manifest() instanceof ListenerSet set
                    && Condition.holds(status.conditions(), Condition.ACCEPTED)) {
                sets.merge(set.parent(), 1, Integer::sum);
            }
        }
        return sets;
    }

    /** The answer of the admin API to {@code /v1/routes}, {@code gateways}, {@code policies} or {@code gatewayclasses}. */
    JsonObject of(String path) {
        return switch (path) {
            case "/v1/routes" -> list("routes", Route.class::isInstance);
            case "/v1/gateways" -> list("gateways", it -> it instanceof Gateway || it instanceof ListenerSet);
            case "/v1/policies" -> list("policies", BackendTlsPolicy.class::isInstance);
            default -> list("gatewayclasses", GatewayClass.class::isInstance);
        };
    }

    private JsonObject list(String name, Predicate<Manifest> wanted) {
        JsonArray all = new JsonArray();
        rows.stream().filter(row -> wanted.test(row.manifest())).forEach(row -> all.add(row.shown()));
        return new JsonObject().put(name, all);
    }

    private JsonObject row(ObjectStatus status, Map<String, String> closed, Map<String, Since> now) {
        ManifestId id = status.manifest().id();
        long generation = status.manifest().metadata().generation();
        JsonObject row = new JsonObject()
                .put("apiVersion", id.group() + "/v1")
                .put("kind", id.kind())
                .put("name", id.name())
                .put("namespace", id.namespace())
                .put("object", (id.namespace().isEmpty() ? "" : id.namespace() + "/") + id.name())
                .put(
                        "metadata",
                        new JsonObject()
                                .put("namespace", id.namespace())
                                .put("name", id.name())
                                .put("generation", generation));
        Writing writing = new Writing(id, generation, now);
        return status.manifest() instanceof Route route
                ? route(row, route, status, writing)
                : other(row, status, closed, writing);
    }

    private JsonObject route(JsonObject row, Route route, ObjectStatus status, Writing writing) {
        JsonArray parents = parents(status, writing);
        List<String> names = status.parents().stream()
                .map(parent -> parent.parent().name()
                        + (parent.parent().sectionName() == null
                                ? ""
                                : ":" + parent.parent().sectionName()))
                .toList();
        return row.put("hostnames", new JsonArray(route.hostnames()))
                .put("parents", String.join(", ", names))
                .put("accepted", summary(status, Condition.ACCEPTED))
                .put("resolvedRefs", summary(status, Condition.RESOLVED_REFS))
                .put("programmed", summary(status, Condition.PROGRAMMED))
                .put("status", new JsonObject().put("parents", parents));
    }

    /** True when it holds at every parent, else the first reason why not. */
    private static String summary(ObjectStatus status, String type) {
        if (status.parents().isEmpty()) {
            return "False (no parent)";
        }
        return status.parents().stream()
                .flatMap(parent -> parent.conditions().stream())
                .filter(condition -> condition.type().equals(type) && !condition.status())
                .findFirst()
                .map(condition -> "False (" + condition.reason() + ")")
                .orElse("True");
    }

    private JsonObject other(JsonObject row, ObjectStatus status, Map<String, String> closed, Writing writing) {
        JsonObject told = new JsonObject();
        List<String> failed = new ArrayList<>();
        JsonArray listeners = new JsonArray();
        for (ObjectStatus.ListenerStatus listener : status.listeners()) {
            List<Condition> conditions = new ArrayList<>(listener.conditions());
            listener.ports().stream().filter(closed::containsKey).findFirst().ifPresent(port -> {
                failed.add(listener.name() + ": " + closed.get(port));
                replace(conditions, Condition.no(Condition.PROGRAMMED, "Invalid", String.valueOf(closed.get(port))));
            });
            listeners.add(new JsonObject()
                    .put("name", listener.name())
                    .put("supportedKinds", kinds(listener.supportedKinds()))
                    .put("attachedRoutes", listener.attachedRoutes())
                    .put("conditions", writing.conditions("listener " + listener.name(), conditions)));
        }
        List<Condition> conditions = new ArrayList<>(status.conditions());
        if (!failed.isEmpty()) {
            replace(conditions, Condition.no(Condition.PROGRAMMED, "AddressNotUsable", String.join("; ", failed)));
        }
        told.put("conditions", writing.conditions("", conditions));
        if (!status.listeners().isEmpty()) {
            told.put("addresses", addresses(status)).put("listeners", listeners);
        }
        if (!status.parents().isEmpty()) {
            told.put("ancestors", parents(status, writing));
        }
        row.put("accepted", shown(conditions, Condition.ACCEPTED))
                .put("programmed", shown(conditions, Condition.PROGRAMMED))
                .put("resolvedRefs", shown(conditions, Condition.RESOLVED_REFS))
                .put("addresses", String.join(", ", status.addresses()))
                .put(
                        "listeners",
                        String.join(
                                ", ",
                                status.listeners().stream()
                                        .map(one -> one.name() + " (" + one.attachedRoutes() + ")")
                                        .toList()));
        return row.put("status", told);
    }

    private static void replace(List<Condition> conditions, Condition other) {
        conditions.removeIf(condition -> condition.type().equals(other.type()));
        conditions.add(other);
    }

    private static String shown(List<Condition> conditions, String type) {
        return conditions.stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .map(condition -> condition.status() ? "True" : "False (" + condition.reason() + ")")
                .orElse("");
    }

    private static JsonArray addresses(ObjectStatus status) {
        JsonArray all = new JsonArray();
        status.addresses()
                .forEach(address ->
                        all.add(new JsonObject().put("type", "IPAddress").put("value", address)));
        return all;
    }

    private static JsonArray kinds(List<String> kinds) {
        JsonArray all = new JsonArray();
        kinds.forEach(kind ->
                all.add(new JsonObject().put("group", ManifestId.GATEWAY_GROUP).put("kind", kind)));
        return all;
    }

    private static JsonArray parents(ObjectStatus status, Writing writing) {
        boolean route = status.manifest() instanceof Route;
        JsonArray all = new JsonArray();
        for (ObjectStatus.ParentStatus parent : status.parents()) {
            JsonObject reference = reference(parent.parent());
            all.add(new JsonObject()
                    .put(route ? "parentRef" : "ancestorRef", reference)
                    .put("controllerName", ObjectStatus.CONTROLLER)
                    .put("conditions", writing.conditions(reference.encode(), parent.conditions())));
        }
        return all;
    }

    private static JsonObject reference(ParentReference parent) {
        JsonObject shown = new JsonObject()
                .put("group", parent.group())
                .put("kind", parent.kind())
                .put("name", parent.name());
        if (parent.namespace() != null) {
            shown.put("namespace", parent.namespace());
        }
        if (parent.sectionName() != null) {
            shown.put("sectionName", parent.sectionName());
        }
        if (parent.port() != null) {
            shown.put("port", parent.port());
        }
        return shown;
    }

    /** Writes conditions of one object. */
    private final class Writing {
        private final ManifestId id;
        private final long generation;
        private final Map<String, Since> now;

        Writing(ManifestId id, long generation, Map<String, Since> now) {
            this.id = id;
            this.generation = generation;
            this.now = now;
        }

        JsonArray conditions(String part, List<Condition> conditions) {
            JsonArray all = new JsonArray();
            for (Condition condition : conditions) {
                all.add(new JsonObject()
                        .put("type", condition.type())
                        .put("status", condition.status() ? "True" : "False")
                        .put("reason", condition.reason())
                        .put("message", condition.message())
                        .put("observedGeneration", generation)
                        .put("lastTransitionTime", since(part, condition)));
            }
            return all;
        }

        private String since(String part, Condition condition) {
            String key = id.group() + "/" + id + "|" + part + "|" + condition.type();
            Since before = times.get(key);
            Since since = before != null && before.status() == condition.status()
                    ? before
                    : new Since(condition.status(), clock.instant().truncatedTo(ChronoUnit.SECONDS));
            now.put(key, since);
            return since.time().toString();
        }
    }
}
