package io.bridgehead.config.manifest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@code GRPCRoute}. */
public record GrpcRoute(
        ManifestMetadata metadata,
        List<ParentReference> parentRefs,
        List<String> hostnames,
        List<Rule> rules,
        ManifestSource source)
        implements Route {
    /** The kind as it is written. */
    public static final String KIND = "GRPCRoute";

    public GrpcRoute {
        parentRefs = List.copyOf(parentRefs);
        hostnames = List.copyOf(hostnames);
        rules = List.copyOf(rules);
    }

    /**
     * What is matched, what is done, and where it goes.
     *
     * @param name unique in the route; null when not given
     * @param matches any of them suffices; empty: every request
     * @param filters header modifiers, mirrors, extensions and unknown ones only
     */
    public record Rule(
            @Nullable String name,
            List<Match> matches,
            List<HttpFilter> filters,
            List<RouteBackend> backendRefs,
            @Nullable SessionPersistence sessionPersistence) {
        public Rule {
            matches = List.copyOf(matches);
            filters = List.copyOf(filters);
            backendRefs = List.copyOf(backendRefs);
        }
    }

    /**
     * What a request must be; all of it.
     *
     * @param method null: any
     * @param headers of names that differ only in case the first alone counts
     */
    public record Match(@Nullable MethodMatch method, List<HttpRoute.ValueMatch> headers) {
        public Match {
            headers = List.copyOf(headers);
        }
    }

    /**
     * How service and method are compared.
     *
     * @param regularExpression whether both are one, rather than the exact text
     * @param service with its package; null: any
     * @param method null: any
     */
    public record MethodMatch(
            boolean regularExpression,
            @Nullable String service,
            @Nullable String method) {}
}
