package io.bridgehead.limit;

import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which requests of its service a {@link RateLimit} counts; what is empty fits all.
 *
 * @param methods in upper case
 * @param pathPrefix what the path begins with, as clients ask for it
 * @param route {@code <namespace>/<name>} of the route that takes the request
 * @param rule the name or the number of its rule
 */
public record RateMatch(Set<String> methods, PathPrefix pathPrefix, String route, String rule) {
    /** Every request, and every connection. */
    public static final RateMatch ANY = new RateMatch(Set.of(), PathPrefix.ANY, "", "");

    private static final String RULE = " rule ";

    public RateMatch {
        methods = Set.copyOf(methods);
    }

    /**
     * Whether a request is counted.
     *
     * @param method empty for a connection
     * @param path with its query; empty for a connection
     * @param taker the rule that took it, such as {@code HTTPRoute default/shop rule 2 (checkout)}; null where a host alone decided
     */
    public boolean fits(String method, String path, @Nullable String taker) {
        return (methods.isEmpty() || methods.contains(method))
                && (!pathPrefix.asks() || pathPrefix.fits(path))
                && (route.isEmpty() || (taker != null && fitsRule(taker)));
    }

    /** For people, such as {@code , of POST below /api that default/shop takes}; empty for every request. */
    public String shown() {
        StringBuilder text = new StringBuilder();
        if (!methods.isEmpty()) {
            text.append(" of ").append(String.join(", ", new TreeSet<>(methods)));
        }
        if (pathPrefix.asks()) {
            text.append(" below ").append(pathPrefix.text());
        }
        if (!route.isEmpty()) {
            text.append(" that ")
                    .append(route)
                    .append(rule.isEmpty() ? "" : " rule " + rule)
                    .append(" takes");
        }
        return text.isEmpty() ? "" : "," + text;
    }

    private boolean fitsRule(String taker) {
        int name = taker.indexOf(' ') + 1;
        int after = name + route.length();
        if (!taker.startsWith(route, name) || !taker.startsWith(RULE, after)) {
            return false;
        }
        int number = after + RULE.length();
        int end = taker.indexOf(' ', number);
        int close = taker.length() - 1;
        return rule.isEmpty()
                || (taker.startsWith(rule, number) && number + rule.length() == (end < 0 ? taker.length() : end))
                || (end > 0 && taker.startsWith(rule, end + 2) && end + 2 + rule.length() == close);
    }
}
