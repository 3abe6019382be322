package io.bridgehead.match;

import io.bridgehead.model.RequestHead;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says for people why one match comes before another, or why it does not fit: by the order and the conditions of {@link MatchTable}. */
public final class Precedence {
    /** The better first, of matches that fit one request; those that {@link MatchTable} takes by their place are equal. */
    public static final Comparator<RequestMatch> ORDER = Comparator.<RequestMatch>comparingInt(
                    match -> kind(match.path()))
            .thenComparingInt(match -> -prefixLength(match.path()))
            .thenComparing(match -> match.method() == null)
            .thenComparingInt(match -> -match.headers().size())
            .thenComparingInt(match -> -match.query().size());

    private static final List<String> KINDS = List.of("an exact path", "an expression for the path", "a prefix");

    private Precedence() {}

    private static int kind(PathMatch path) {
        return switch (path) {
            case PathMatch.Exact _ -> 0;
            case PathMatch.Regex _ -> 1;
            case PathMatch.Prefix _ -> 2;
        };
    }

    private static int prefixLength(PathMatch path) {
        if (path instanceof PathMatch.Prefix(String prefix)) {
            return prefix.endsWith("/") ? prefix.length() - 1 : prefix.length();
        }
        return 0;
    }

    /**
     * The first criterion by which a match comes before another, both of which fit a request; null when all of them are alike, and the
     * place decides.
     */
    public static @Nullable String between(RequestMatch first, RequestMatch other) {
        int kind = kind(first.path());
        int otherKind = kind(other.path());
        if (kind != otherKind) {
            return KINDS.get(kind) + " comes before " + KINDS.get(otherKind);
        }
        if (prefixLength(first.path()) != prefixLength(other.path())) {
            return "prefix " + shown(first.path()) + " is longer than " + shown(other.path());
        }
        if ((first.method() == null) != (other.method() == null)) {
            return "a method comes before none";
        }
        String fields = more(first.headers().size(), other.headers().size(), "header fields");
        return fields == null ? more(first.query().size(), other.query().size(), "query parameters") : fields;
    }

    private static @Nullable String more(int first, int other, String what) {
        return first == other ? null : "more " + what + " come before fewer";
    }

    /** What of a match the request does not meet first: the path, the method, a header field or a query parameter; null when it fits. */
    public static @Nullable String missing(RequestMatch match, RequestHead head) {
        if (!fits(new RequestMatch(match.path(), List.of(), List.of(), null), head)) {
            return "its path is " + shown(match.path());
        }
        String method = match.method();
        if (method != null && !fits(new RequestMatch(PathMatch.ANY, List.of(), List.of(), method), head)) {
            return "its method is " + method;
        }
        for (NamedMatch header : match.headers()) {
            if (!fits(new RequestMatch(PathMatch.ANY, List.of(header), List.of(), null), head)) {
                return "it wants header field " + header.name() + " " + shown(header.value());
            }
        }
        for (NamedMatch parameter : match.query()) {
            if (!fits(new RequestMatch(PathMatch.ANY, List.of(), List.of(parameter), null), head)) {
                return "it wants query parameter " + parameter.name() + " " + shown(parameter.value());
            }
        }
        return null;
    }

    private static boolean fits(RequestMatch match, RequestHead head) {
        return MatchTable.of(List.of(new MatchTable.Entry<>(match, true))).find(head) != null;
    }

    /** A match in words, such as {@code GET /v2/... with header version 'two'}; equal ones alike. */
    public static String shown(RequestMatch match) {
        StringBuilder shown = new StringBuilder();
        if (match.method() != null) {
            shown.append(match.method()).append(' ');
        }
        shown.append(shown(match.path()));
        match.headers()
                .forEach(header -> shown.append(" header ")
                        .append(header.name())
                        .append(' ')
                        .append(shown(header.value())));
        match.query()
                .forEach(one -> shown.append(" parameter ")
                        .append(one.name())
                        .append(' ')
                        .append(shown(one.value())));
        return shown.toString();
    }

    private static String shown(PathMatch path) {
        return switch (path) {
            case PathMatch.Exact(String exact) -> exact;
            case PathMatch.Regex(String expression) -> "one that fits " + expression;
            case PathMatch.Prefix(String prefix) -> prefix + (prefix.endsWith("/") ? "" : "/") + "...";
        };
    }

    private static String shown(ValueMatch value) {
        return switch (value) {
            case ValueMatch.Exact(String exact) -> "'" + exact + "'";
            case ValueMatch.Regex(String expression) -> "that fits '" + expression + "'";
        };
    }
}
