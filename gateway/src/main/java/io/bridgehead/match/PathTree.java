package io.bridgehead.match;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 *
 * <p><b>Layout</b>: what a look-up reads of a large tree is not in the nearest cache, so that it counts how many places those are, and whether one
 * has to be read to find the next. Hash, flags and where the text is stand side by side in one array, all texts in one string, and where the
 * path alone decides the value is at hand: no node is looked at then.
 */
final class PathTree<T> {
    private static final long SPREAD = 0x9e3779b97f4a7c15L;
    private static final int ROTATION = 27;
    private static final int FACTORS_MAX = 64;
    private static final int SLOTS_FOR_EACH = 4;
    /** No path goes on from here. */
    private static final int LEAF = 1;
    /** The value at hand is that of a request for this whole path. */
    private static final int SURE_WHOLE = 2;
    /** The value at hand is that of a request for a longer path. */
    private static final int SURE_LONGER = 4;

    private static final int LENGTH_SHIFT = 8;
    private static final int LENGTH_MAX = 0xffffff;
    private static final int START_SHIFT = 32;

    private final boolean rootOnly;
    private final long factor;
    private final int shift;
    private final int mask;
    /** For each slot the hash, 0 where there is nothing; behind it start and length of the text, and flags. The root's is the last. */
    private final long[] places;

    private final @Nullable T[] sure;
    private final @Nullable Node<T>[] nodes;
    private final String texts;

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

        /** What a request gets for which this is the deepest place, when the path alone decides; else null. */
        private @Nullable T sure(boolean whole) {
            if (whole && exact != null) {
                return alone(exact);
            }
            Node<T> nearest = nearestPrefix();
            return expressions != null || nearest == null || nearest.prefix == null ? null : alone(nearest.prefix);
        }

        private static <T> @Nullable T alone(Choice<T> choice) {
            return choice instanceof Candidate<T> candidate && candidate.isUnconditional() ? candidate.value() : null;
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    PathTree(Contents<T> all) {
        SplittableRandom random = new SplittableRandom(all.exact().size());
        for (int tried = 0; tried < FACTORS_MAX; tried++) {
            long candidate = random.nextLong() | 1;
            List<Node<T>> made = nodes(all, candidate);
            int slots = Integer.highestOneBit(made.size()) * SLOTS_FOR_EACH;
            @Nullable Node<T>[] table = table(made, slots);
            if (table != null) {
                this.rootOnly = made.size() == 1;
                this.factor = candidate;
                this.nodes = table;
                this.mask = slots - 1;
                this.shift = shift(slots);
                this.places = new long[2 * table.length];
                this.sure = (T[]) new Object[table.length];
                this.texts = fill();
                return;
            }
        }
        // The hash is no polynomial of the factor, so paths that share theirs for every factor cannot be made.
        throw new IllegalStateException("no factor tells the hashes of paths apart");
    }

    /** Writes down what is to be said of each node at its slot. @return all texts */
    @SuppressWarnings("ReferenceEquality") // one slot has room for one value: is it that one?
    private String fill() {
        StringBuilder all = new StringBuilder();
        for (int slot = 0; slot < nodes.length; slot++) {
            Node<T> node = nodes[slot];
            if (node == null) {
                continue;
            }
            T whole = node.sure(true);
            T longer = node.sure(false);
            sure[slot] = whole == null ? longer : whole;
            int flags = (node.leaf ? LEAF : 0)
                    | (whole == null ? 0 : SURE_WHOLE)
                    | (longer != null && longer == sure[slot] ? SURE_LONGER : 0);
            places[2 * slot] = node.hash;
            places[2 * slot + 1] =
                    (long) all.length() << START_SHIFT | (long) node.path.length() << LENGTH_SHIFT | flags;
            all.append(node.path);
        }
        return all.toString();
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

    /** All by their hashes, at most half full, and the root behind them; null when two share one or one has none. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T> @Nullable Node<T> @Nullable [] table(List<Node<T>> made, int slots) {
        @Nullable Node<T>[] table = new Node[slots + 1];
        int shift = shift(slots);
        for (Node<T> node : made.subList(1, made.size())) {
            int slot = (int) ((node.hash * SPREAD) >>> shift);
            for (Node<T> other = table[slot]; other != null; other = table[slot]) {
                if (other.hash == node.hash) {
                    return null;
                }
                slot = (slot + 1) & (slots - 1);
            }
            if (node.hash == 0) {
                return null;
            }
            table[slot] = node;
        }
        table[slots] = made.getFirst();
        return table;
    }

    private static int shift(int slots) {
        return Long.numberOfLeadingZeros(slots) + 1;
    }

    /** Where the path of this hash is, or -1. */
    private int slot(long hash) {
        int slot = (int) ((hash * SPREAD) >>> shift);
        for (long there = places[2 * slot]; there != 0; there = places[2 * slot]) {
            if (there == hash) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
        return -1;
    }

    /** The deepest place whose elements a request's path begins with; the root for what is no path. */
    int deepest(String path) {
        if (rootOnly || path.isEmpty() || path.charAt(0) != '/') {
            return mask + 1;
        }
        int found = walk(path, false);
        return begins(found, path) ? found : walk(path, true);
    }

    /** What the path alone leads to from its deepest place; null when more has to be looked at. */
    @Nullable
    T sure(int place, String path) {
        long about = places[2 * place + 1];
        int length = length(about);
        boolean whole = path.length() == length || path.charAt(length) == '?';
        return (about & (whole ? SURE_WHOLE : SURE_LONGER)) == 0 ? null : sure[place];
    }

    /** What there is at a place. */
    Node<T> node(int place) {
        return Objects.requireNonNull(nodes[place]);
    }

    private static int length(long about) {
        return (int) (about >>> LENGTH_SHIFT) & LENGTH_MAX;
    }

    /** Whether a path has the elements of a place first. */
    private boolean begins(int place, String path) {
        long about = places[2 * place + 1];
        int length = length(about);
        return texts.regionMatches((int) (about >>> START_SHIFT), path, 0, length)
                && (path.length() == length || path.charAt(length) == '/' || path.charAt(length) == '?');
    }

    private int walk(String path, boolean comparing) {
        int at = mask + 1;
        int length = path.length();
        long hash = hash(0, '/', factor);
        for (int i = 1; ; i++) {
            char c = i < length ? path.charAt(i) : '?';
            if (c == '/' || c == '?') {
                int next = slot(hash);
                if (next < 0 || (comparing && (length(places[2 * next + 1]) != i || !begins(next, path)))) {
                    return at;
                }
                at = next;
                if (c == '?' || (places[2 * at + 1] & LEAF) != 0) {
                    return at;
                }
            }
            hash = hash(hash, c, factor);
        }
    }
}
