package io.bridgehead.match;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a request must look like, all of it together (Gateway API v1, HTTPRouteMatch).
 *
 * @param headers by name in lower case; of several with one name only the first is kept
 * @param query of several with one name only the first is kept
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
        headers = firstOfEach(headers, name -> name.toLowerCase(Locale.ROOT));
        query = firstOfEach(query, UnaryOperator.identity());
    }

    private static List<NamedMatch> firstOfEach(List<NamedMatch> matches, UnaryOperator<String> form) {
        if (matches.isEmpty()) {
            return List.of();
        }
        Set<String> names = new HashSet<>();
        List<NamedMatch> first = new ArrayList<>();
        for (NamedMatch match : matches) {
            String name = form.apply(match.name());
            if (names.add(name)) {
                first.add(new NamedMatch(name, match.value()));
            }
        }
        return List.copyOf(first);
    }
}
