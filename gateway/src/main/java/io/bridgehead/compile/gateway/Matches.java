package io.bridgehead.compile.gateway;

import io.bridgehead.config.manifest.GrpcRoute;
import io.bridgehead.config.manifest.HttpRoute;
import io.bridgehead.match.NamedMatch;
import io.bridgehead.match.PathMatch;
import io.bridgehead.match.RequestMatch;
import io.bridgehead.match.ValueMatch;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Matches of routes as the routing table has them. */
final class Matches {
    private Matches() {}

    static RequestMatch of(HttpRoute.Match match) {
        HttpRoute.PathMatch path = match.path();
        return new RequestMatch(
                switch (path.type()) {
                    case EXACT -> new PathMatch.Exact(path.value());
                    case PATH_PREFIX -> new PathMatch.Prefix(path.value());
                    case REGULAR_EXPRESSION -> new PathMatch.Regex(path.value());
                },
                headers(match.headers()),
                match.queryParams().stream()
                        .map(one -> new NamedMatch(one.name(), value(one)))
                        .toList(),
                match.method());
    }

    /** The path of a gRPC call is {@code /service/method}. */
    static RequestMatch of(GrpcRoute.Match match) {
        return new RequestMatch(path(match.method()), headers(match.headers()), List.of(), null);
    }

    private static PathMatch path(GrpcRoute.@Nullable MethodMatch match) {
        if (match == null) {
            return PathMatch.ANY;
        }
        String service = match.service();
        String method = match.method();
        if (match.regularExpression()) {
            return new PathMatch.Regex("/" + (service == null ? "[^/]+" : "(?:" + service + ")") + "/"
                    + (method == null ? "[^/]+" : "(?:" + method + ")"));
        }
        if (service != null && method != null) {
            return new PathMatch.Exact("/" + service + "/" + method);
        }
        return service != null
                ? new PathMatch.Prefix("/" + service)
                : new PathMatch.Regex("/[^/]+/" + quoted(String.valueOf(method)));
    }

    private static String quoted(String text) {
        return text.replaceAll("[^A-Za-z0-9_]", "\\\\$0");
    }

    /** Of names that differ only in case the first alone counts. */
    private static List<NamedMatch> headers(List<HttpRoute.ValueMatch> matches) {
        Map<String, NamedMatch> byName = new TreeMap<>();
        for (HttpRoute.ValueMatch match : matches) {
            String name = match.name().toLowerCase(Locale.ROOT);
            byName.putIfAbsent(name, new NamedMatch(name, value(match)));
        }
        return List.copyOf(byName.values());
    }

    private static ValueMatch value(HttpRoute.ValueMatch match) {
        return match.regularExpression() ? new ValueMatch.Regex(match.value()) : new ValueMatch.Exact(match.value());
    }
}
