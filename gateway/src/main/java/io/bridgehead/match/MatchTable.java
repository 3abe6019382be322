package io.bridgehead.match;

import io.bridgehead.model.RequestHead;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request leads to by its path, method, header fields and query: an immutable table of matches in the Gateway API's order
 * of precedence. An exact path comes before an expression, an expression before a prefix, a longer prefix before a shorter one; then
 * a match with a method before one without, more header fields before fewer, more parameters before fewer, and the earlier before the later.
 *
 * <p><b>Cost</b>: a look-up reads the path once and does not grow with the number of exact paths and prefixes, nor with the number of matches
 * for one path that want different values of something. Expressions are tried one after the other, but only those that begin with
 * elements of the path, or with none. It allocates only for an expression that is tried.
 *
 * @param <T> what a match leads to
 */
public final class MatchTable<T> {
    private static final Comparator<RequestMatch> PRECEDENCE = Comparator.<RequestMatch, Boolean>comparing(
                    match -> match.method() == null)
            .thenComparingInt(match -> -match.headers().size())
            .thenComparingInt(match -> -match.query().size());

    private final List<Entry<T>> entries;
    private final PathTree<T> paths;

    private MatchTable(List<Entry<T>> entries, PathTree<T> paths) {
        this.entries = entries;
        this.paths = paths;
    }

    /** A match and what it leads to. */
    public record Entry<T>(RequestMatch match, T value) {}

    /**
     * The table of these matches.
     *
     * @param entries the earlier wins among matches of equal precedence
     */
    public static <T> MatchTable<T> of(List<Entry<T>> entries) {
        List<Entry<T>> inOrder = new ArrayList<>(entries);
        inOrder.sort(Comparator.comparing(Entry::match, PRECEDENCE));
        Map<String, List<Candidate<T>>> exact = new LinkedHashMap<>();
        Map<String, List<Candidate<T>>> prefixes = new LinkedHashMap<>();
        Map<String, List<ByExpression<T>>> expressions = new HashMap<>();
        Map<String, Expression> compiled = new HashMap<>();
        for (int rank = 0; rank < inOrder.size(); rank++) {
            RequestMatch match = inOrder.get(rank).match();
            Candidate<T> candidate =
                    new Candidate<>(rank, match, inOrder.get(rank).value());
            switch (match.path()) {
                case PathMatch.Exact(String path) -> add(exact, path, candidate);
                case PathMatch.Prefix(String path) -> add(prefixes, withoutSlash(path), candidate);
                case PathMatch.Regex(String text) -> {
                    Expression expression = compiled.computeIfAbsent(text, Expression::of);
                    ByExpression<T> tried = new ByExpression<>(expression, candidate);
                    expressions
                            .computeIfAbsent(tried.elements(), e -> new ArrayList<>())
                            .add(tried);
                }
            }
        }
        return new MatchTable<>(
                List.copyOf(entries),
                new PathTree<>(new PathTree.Contents<>(choices(exact), choices(prefixes), expressions)));
    }

    private static <T> void add(Map<String, List<Candidate<T>>> to, String path, Candidate<T> candidate) {
        to.computeIfAbsent(path, p -> new ArrayList<>(1)).add(candidate);
    }

    private static <T> Map<String, Choice<T>> choices(Map<String, List<Candidate<T>>> candidates) {
        Map<String, Choice<T>> choices = new HashMap<>();
        candidates.forEach((path, of) -> choices.put(path, Choice.of(of)));
        return choices;
    }

    private static String withoutSlash(String prefix) {
        return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    }

    /** The matches and what they lead to, as they were given. */
    public List<Entry<T>> entries() {
        return entries;
    }

    /** The value of the best match of a request, or null when none fits. */
    public @Nullable T find(RequestHead head) {
        String path = head.path();
        int at = paths.deepest(path);
        T sure = paths.sure(at, path);
        return sure == null ? find(head, paths.node(at)) : sure;
    }

    private @Nullable T find(RequestHead head, PathTree.Node<T> place) {
        String path = head.path();
        Choice<T> exact = place.exact();
        Candidate<T> found = exact != null && place.isAll(path) ? exact.find(head) : null;
        if (found == null && place.expressions() != null) {
            found = place.expressions().find(head);
        }
        PathTree.Node<T> prefix = place.nearestPrefix();
        while (found == null && prefix != null && prefix.prefix() != null) {
            found = prefix.prefix().find(head);
            prefix = prefix.outerPrefix();
        }
        return found == null ? null : found.value();
    }
}
