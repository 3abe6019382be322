package io.bridgehead.match;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request must look like, all of it together (Gateway API v1, HTTPRouteMatch).
 *
 * @param method in its exact case, or null for every method
 */
public record RequestMatch(
        PathMatch path,
        List<NamedMatch> headers,
        List<NamedMatch> query,
        @Nullable String method) {
    /** Every request. */
    public static final RequestMatch ANY = new RequestMatch(PathMatch.ANY, List.of(), List.of(), null);

    public RequestMatch {
        headers = List.copyOf(headers);
        query = List.copyOf(query);
    }
}
