package io.bridgehead.match;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Exact paths, prefixes, and expressions by the elements that they begin with, found by walking down the elements of a request's path: one
 * hash table of all paths and of all that they begin with. The hash of a part of the path is that of the part before and the characters
 * behind it, so a walk reads each character once, and stops where no path goes on. Its cost grows with the depth of the path only, not with
 * the number of paths.
 *
 * <p>A walk believes the hashes, which no two paths of the tree share, and compares characters once at its end; in the rare case that this
 * fails, as for a path that was made to fool it, it walks again and compares at each element.
 */
final class PathTree<T> {
    private static final long SPREAD = 0x9e3779b97f4a7c15L;
    private static final int ROTATION = 27;
    private static final int FACTORS_MAX = 64;

    private final Node<T> root;
    private final boolean rootOnly;
    private final long factor;
    private final @Nullable Node<T>[] nodes;
    private final int shift;

    /**
     * What there is for each path; the last two by the elements that they begin with, where the empty text is for every path and no text ends
     * in a slash that is no element's.
     */
    record Contents<T>(
            Map<String, Choice<T>> exact,
            Map<String, Choice<T>> prefixes,
            Map<String, List<ByExpression<T>>> expressions) {
        private List<String> paths() {
            List<String> paths = new ArrayList<>(exact.keySet());
            paths.addAll(prefixes.keySet());
            paths.addAll(expressions.keySet());
            return paths;
        }
    }

    /** A path, or the beginning of paths. */
    static final class Node<T> {
        private final String path;
        private final long hash;
        /** Whether no path goes on from here. */
        private final boolean leaf;

        private final @Nullable Choice<T> exact;
        private final @Nullable Choice<T> prefix;
        private final @Nullable Node<T> outerPrefix;
        private final @Nullable Expressions<T> expressions;

        private Node(String path, long hash, boolean leaf, @Nullable Node<T> parent, Contents<T> all) {
            this.path = path;
            this.hash = hash;
            this.leaf = leaf;
            this.exact = all.exact().get(path);
            this.prefix = all.prefixes().get(path);
            this.outerPrefix = parent == null ? null : parent.nearestPrefix();
            Expressions<T> outer = parent == null ? null : parent.expressions;
            List<ByExpression<T>> own = all.expressions().get(path);
            this.expressions = own == null ? outer : new Expressions<>(own, outer);
        }

        /** What this leads to as a whole path. */
        @Nullable
        Choice<T> exact() {
            return exact;
        }

        /** What this leads to as a prefix. */
        @Nullable
        Choice<T> prefix() {
            return prefix;
        }

        /** The longest prefix that is shorter than this. */
        @Nullable
        Node<T> outerPrefix() {
            return outerPrefix;
        }

        /** This where it is a prefix, else the longest shorter one. */
        @Nullable
        Node<T> nearestPrefix() {
            return prefix == null ? outerPrefix : this;
        }

        /** The expressions that a path from here on could fit. */
        @Nullable
        Expressions<T> expressions() {
            return expressions;
        }

        /** Whether this is the whole path of a request that begins so. */
        boolean isAll(String requested) {
            return requested.length() == path.length() || requested.charAt(path.length()) == '?';
        }

        /** Whether a path has these elements first. */
        private boolean begins(String requested) {
            int end = path.length();
            return requested.startsWith(path)
                    && (requested.length() == end || requested.charAt(end) == '/' || requested.charAt(end) == '?');
        }
    }

    PathTree(Contents<T> all) {
        SplittableRandom random = new SplittableRandom(all.exact().size());
        for (int tried = 0; tried < FACTORS_MAX; tried++) {
            long candidate = random.nextLong() | 1;
            List<Node<T>> made = nodes(all, candidate);
            @Nullable Node<T>[] table = table(made);
            if (table != null) {
                this.root = made.getFirst();
                this.rootOnly = made.size() == 1;
                this.factor = candidate;
                this.nodes = table;
                this.shift = shift(table.length);
                return;
            }
        }
        // The hash is no polynomial of the factor, so paths that share theirs for every factor cannot be made.
        throw new IllegalStateException("no factor tells the hashes of paths apart");
    }

    /** All paths and what they begin with, each behind its parent. */
    private static <T> List<Node<T>> nodes(Contents<T> all, long factor) {
        Set<String> inner = inner(all);
        Map<String, Node<T>> made = new HashMap<>();
        List<Node<T>> nodes = new ArrayList<>();
        Node<T> root = new Node<>("", 0, false, null, all);
        made.put("", root);
        nodes.add(root);
        Deque<String> missing = new ArrayDeque<>();
        for (String path : all.paths()) {
            String next = path;
            while (!made.containsKey(next)) {
                missing.push(next);
                next = parent(next);
            }
            Node<T> parent = made.get(next);
            while (!missing.isEmpty()) {
                String child = missing.pop();
                parent = new Node<>(child, hash(child, factor), !inner.contains(child), parent, all);
                made.put(child, parent);
                nodes.add(parent);
            }
        }
        return nodes;
    }

    /** The paths that others go on from. */
    private static Set<String> inner(Contents<?> all) {
        Set<String> inner = new HashSet<>();
        for (String path : all.paths()) {
            String next = path;
            while (!next.isEmpty() && inner.add(parent(next))) {
                next = parent(next);
            }
        }
        return inner;
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    private static long hash(String path, long factor) {
        long hash = 0;
        for (int i = 0; i < path.length(); i++) {
            hash = hash(hash, path.charAt(i), factor);
        }
        return hash;
    }

    private static long hash(long before, char c, long factor) {
        return Long.rotateLeft((before ^ c) * factor, ROTATION);
    }

    /** All but the root by their hashes, at most a quarter full, or null when two share one. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T> @Nullable Node<T> @Nullable [] table(List<Node<T>> made) {
        @Nullable Node<T>[] table = new Node[Integer.highestOneBit(made.size()) * 8];
        int shift = shift(table.length);
        for (Node<T> node : made.subList(1, made.size())) {
            int slot = (int) ((node.hash * SPREAD) >>> shift);
            for (Node<T> other = table[slot]; other != null; other = table[slot]) {
                if (other.hash == node.hash) {
                    return null;
                }
                slot = (slot + 1) & (table.length - 1);
            }
            table[slot] = node;
        }
        return table;
    }

    private static int shift(int slots) {
        return Long.numberOfLeadingZeros(slots) + 1;
    }

    private @Nullable Node<T> get(long hash) {
        int slot = (int) ((hash * SPREAD) >>> shift);
        Node<T> node = nodes[slot];
        while (node != null && node.hash != hash) {
            slot = (slot + 1) & (nodes.length - 1);
            node = nodes[slot];
        }
        return node;
    }

    /** The deepest place whose elements a request's path begins with; the root for what is no path. */
    Node<T> deepest(String path) {
        if (rootOnly || path.isEmpty() || path.charAt(0) != '/') {
            return root;
        }
        Node<T> found = walk(path, false);
        return found.begins(path) ? found : walk(path, true);
    }

    private Node<T> walk(String path, boolean comparing) {
        Node<T> at = root;
        int length = path.length();
        long hash = hash(0, '/', factor);
        for (int i = 1; ; i++) {
            char c = i < length ? path.charAt(i) : '?';
            if (c == '/' || c == '?') {
                Node<T> next = get(hash);
                if (next == null || (comparing && (next.path.length() != i || !path.startsWith(next.path)))) {
                    return at;
                }
                at = next;
                if (c == '?' || at.leaf) {
                    return at;
                }
            }
            hash = hash(hash, c, factor);
        }
    }
}
