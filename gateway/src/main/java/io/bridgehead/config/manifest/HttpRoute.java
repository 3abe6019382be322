package io.bridgehead.config.manifest;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An {@code HTTPRoute}. Without rules in the file it has one that matches every request. */
public record HttpRoute(
        ManifestMetadata metadata,
        List<ParentReference> parentRefs,
        List<String> hostnames,
        List<Rule> rules,
        ManifestSource source)
        implements Route {
    /** The kind as it is written. */
    public static final String KIND = "HTTPRoute";

    public HttpRoute {
        parentRefs = List.copyOf(parentRefs);
        hostnames = List.copyOf(hostnames);
        rules = List.copyOf(rules);
    }

    /**
     * What is matched, what is done, and where it goes.
     *
     * @param name unique in the route; null when not given
     * @param matches any of them suffices; never empty: without any in the file, the prefix {@code /}
     */
    public record Rule(
            @Nullable String name,
            List<Match> matches,
            List<HttpFilter> filters,
            List<RouteBackend> backendRefs,
            Timeouts timeouts,
            @Nullable Retry retry,
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
     * @param path the prefix {@code /} unless given
     * @param headers of names that differ only in case the first alone counts
     * @param queryParams no name twice
     * @param method upper case; null: any
     */
    public record Match(
            PathMatch path,
            List<ValueMatch> headers,
            List<ValueMatch> queryParams,
            @Nullable String method) {
        public Match {
            headers = List.copyOf(headers);
            queryParams = List.copyOf(queryParams);
        }
    }

    /** How a path is compared. For EXACT and PATH_PREFIX the value begins with {@code /}. */
    public record PathMatch(PathMatchType type, String value) {
        /** What holds unless given. */
        public static final PathMatch ALL = new PathMatch(PathMatchType.PATH_PREFIX, "/");
    }

    /** The kinds of comparison of paths. */
    public enum PathMatchType {
        /** The whole path, with case. */
        EXACT,
        /** Element by element; a slash at the end means nothing. */
        PATH_PREFIX,
        /** A regular expression. */
        REGULAR_EXPRESSION
    }

    /**
     * How a header field or a query parameter is compared.
     *
     * @param regularExpression whether the value is one, rather than the exact text
     */
    public record ValueMatch(String name, String value, boolean regularExpression) {}

    /**
     * How long a request may take; zero means no bound.
     *
     * @param request all of it; null: not given
     * @param backendRequest one attempt; null: not given. No longer than {@code request} unless that is zero
     */
    public record Timeouts(
            @Nullable Duration request, @Nullable Duration backendRequest) {
        /** None is given. */
        public static final Timeouts NONE = new Timeouts(null, null);
    }

    /**
     * When an attempt is made again (GEP-1731).
     *
     * @param codes status codes, 400 to 599
     * @param attempts most further attempts; null: not given
     * @param backoff the least wait between attempts; null: not given
     */
    public record Retry(
            List<Integer> codes,
            @Nullable Integer attempts,
            @Nullable Duration backoff) {
        public Retry {
            codes = List.copyOf(codes);
        }
    }
}
