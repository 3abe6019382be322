package io.bridgehead.app;

import io.bridgehead.compile.Explanation;
import io.bridgehead.compile.Question;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.routing.PortRoutes;
import io.bridgehead.routing.RoutingTable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what people ask about requests at ports that Gateways describe. */
final class GatewayQuestions {
    private GatewayQuestions() {}

    /** Whether the listener, or the port of the URL when no listener is given, is that of a Gateway. */
    static boolean isAbout(JsonObject asked, RoutingTable table) {
        return port(asked, table) != null;
    }

    /**
     * The question.
     *
     * @throws IllegalArgumentException naming what is wrong with it
     */
    static Question of(JsonObject asked, RoutingTable table, NodeConfig config) {
        String listener = port(asked, table);
        if (listener == null) {
            throw new IllegalArgumentException(
                    "no Gateway has a port for '" + asked.getString("url", "") + "': expected --listener with one of "
                            + table.ports().keySet().stream().sorted().toList());
        }
        String from = asked.getString("from");
        SpiffeId identity = from == null
                ? SpiffeId.unauthenticated(
                        config.identity().trustDomain(), config.site().name())
                : SpiffeId.parse(from);
        Caller caller =
                new Caller(identity, Caller.Proof.LISTENER, config.site().name(), "127.0.0.1");
        URI url = url(asked);
        String authority = url.getRawAuthority() == null ? "" : url.getRawAuthority();
        if (asked.getString("method", "GET").equals("CONNECT")) {
            return Question.connection(listener, authority, caller);
        }
        return Question.request(listener, asked.getString("method", "GET"), authority, path(url), caller)
                .with(fields(asked));
    }

    /** The path of a request for a URL, with its query. */
    static String path(URI url) {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    /** The answer of the admin API. Its keys stay. */
    static JsonObject answer(Explanation explanation) {
        JsonArray endpoints = new JsonArray();
        explanation
                .endpoints()
                .forEach(one -> endpoints.add(new JsonObject()
                        .put("endpoint", one.endpoint().toString())
                        .put("state", one.state())));
        return new JsonObject()
                .put("revision", explanation.revision())
                .put("request", explanation.request())
                .put("caller", explanation.caller())
                .put("matched", explanation.matched())
                .put("passedOver", new JsonArray(explanation.passedOver()))
                .put("policy", explanation.policy())
                .put("applies", new JsonArray(explanation.policies()))
                .put("sites", sites(explanation))
                .put("endpoints", endpoints)
                .put(
                        "service",
                        explanation.service() == null
                                ? null
                                : explanation.service().value())
                .put("allowed", explanation.allowed())
                .put("orders", new JsonArray(explanation.orders()))
                .put("outcome", explanation.outcome())
                .put("lines", new JsonArray(explanation.lines()));
    }

    private static JsonArray sites(Explanation explanation) {
        JsonArray sites = new JsonArray();
        explanation
                .sites()
                .forEach(line -> sites.add(new JsonObject()
                        .put("site", line.site().value())
                        .put("tier", line.tier())
                        .put("tierWord", line.word())
                        .put("weight", line.weight())
                        .put("reason", line.reason())));
        return sites;
    }

    private static URI url(JsonObject asked) {
        return URI.create(asked.getString("url", ""));
    }

    private static @Nullable String port(JsonObject asked, RoutingTable table) {
        String given = asked.getString("listener");
        if (given != null) {
            return table.port(given) == null ? null : given;
        }
        URI url = url(asked);
        int number = url.getPort() >= 0 ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80;
        List<String> names = table.ports().entrySet().stream()
                .filter(entry -> entry.getValue().port() == number)
                .map(Map.Entry<String, PortRoutes>::getKey)
                .sorted()
                .toList();
        return names.isEmpty() ? null : names.getFirst();
    }

    static HeaderFields fields(JsonObject asked) {
        HeaderFields fields = new HeaderFields();
        for (Object one : asked.getJsonArray("headers", new JsonArray())) {
            String line = String.valueOf(one);
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("header '" + line + "': expected Name: value");
            }
            fields.add(
                    HeaderName.of(line.substring(0, colon).strip().toLowerCase(Locale.ROOT)),
                    line.substring(colon + 1).strip());
        }
        return fields;
    }
}
