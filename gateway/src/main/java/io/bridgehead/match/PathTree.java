package io.bridgehead.match;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Exact paths and prefixes, found by walking down the elements of a request's path: one hash table of all paths and of all that they begin
 * with. The hash of a part of the path is that of the part before and the characters behind it, so a walk reads each character once, and
 * stops where no path goes on. Its cost grows with the depth of the path only, not with the number of paths.
 *
 * <p>A walk believes the hashes, which no two paths of the tree share, and compares characters once at its end; in the rare case that this
 * fails, as for a path that was made to fool it, it walks again and compares at each element.
 */
final class PathTree<T> {
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private final Node<T> root;
    private final boolean rootOnly;
    private final long factor;
    private final long[] hashes;
    private final @Nullable Node<T>[] nodes;
    private final int shift;

    /** A path, or the beginning of paths. */
    record Node<T>(
            String path,
            @Nullable Choice<T> exact,
            @Nullable Prefixes<T> prefixes) {
        /** Whether this is the whole path of a request. */
        boolean isAll(String requested) {
            return requested.length() == path.length()
                    ? requested.equals(path)
                    : requested.length() > path.length() && requested.charAt(path.length()) == '?';
        }

        /** Whether a path has these elements first. */
        private boolean begins(String requested) {
            int end = path.length();
            if (!requested.startsWith(path)) {
                return false;
            }
            return requested.length() == end || requested.charAt(end) == '/' || requested.charAt(end) == '?';
        }
    }

    /** What a prefix leads to, and the longest that it begins with. */
    record Prefixes<T>(Choice<T> choice, @Nullable Prefixes<T> shorter) {}

    /** @param prefixes without the slash at their ends; the empty one fits every path */
    @SuppressWarnings({"unchecked", "rawtypes"})
    PathTree(Map<String, Choice<T>> exact, Map<String, Choice<T>> prefixes) {
        List<Node<T>> all = nodes(exact, prefixes);
        this.root = all.getFirst();
        this.rootOnly = all.size() == 1;
        this.factor = factor(all);
        this.hashes = new long[Integer.highestOneBit(all.size()) * 4];
        this.nodes = new Node[hashes.length];
        this.shift = Long.numberOfLeadingZeros(hashes.length) + 1;
        for (Node<T> node : all.subList(1, all.size())) {
            put(node);
        }
    }

    /** All paths and what they begin with, each behind its parent. */
    private static <T> List<Node<T>> nodes(Map<String, Choice<T>> exact, Map<String, Choice<T>> prefixes) {
        Set<String> paths = new HashSet<>();
        for (String path : exact.keySet()) {
            addWithParents(path, paths);
        }
        for (String path : prefixes.keySet()) {
            addWithParents(path, paths);
        }
        Map<String, Node<T>> made = new HashMap<>();
        List<Node<T>> all = new ArrayList<>();
        Choice<T> every = prefixes.get("");
        all.add(new Node<>("", null, every == null ? null : new Prefixes<>(every, null)));
        made.put("", all.getFirst());
        List<String> shortestFirst = new ArrayList<>(paths);
        shortestFirst.sort((a, b) -> Integer.compare(a.length(), b.length()));
        for (String path : shortestFirst) {
            Node<T> parent = made.get(parent(path));
            Prefixes<T> inherited = parent == null ? null : parent.prefixes();
            Choice<T> own = prefixes.get(path);
            Node<T> node = new Node<>(path, exact.get(path), own == null ? inherited : new Prefixes<>(own, inherited));
            made.put(path, node);
            all.add(node);
        }
        return all;
    }

    private static void addWithParents(String path, Set<String> paths) {
        String next = path;
        while (!next.isEmpty() && paths.add(next)) {
            next = parent(next);
        }
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    /** A factor by which no two of these paths have one hash, and none has 0. */
    private static <T> long factor(List<Node<T>> all) {
        SplittableRandom random = new SplittableRandom(all.size());
        while (true) {
            long factor = random.nextLong() | 1;
            Set<Long> seen = new HashSet<>();
            seen.add(0L);
            if (all.stream().skip(1).allMatch(node -> seen.add(hash(node.path(), factor)))) {
                return factor;
            }
        }
    }

    private static long hash(String path, long factor) {
        long hash = 0;
        for (int i = 0; i < path.length(); i++) {
            hash = hash * factor + path.charAt(i);
        }
        return hash;
    }

    private void put(Node<T> node) {
        long hash = hash(node.path(), factor);
        int slot = (int) ((hash * SPREAD) >>> shift);
        while (nodes[slot] != null) {
            slot = (slot + 1) & (hashes.length - 1);
        }
        hashes[slot] = hash;
        nodes[slot] = node;
    }

    private @Nullable Node<T> get(long hash) {
        int slot = (int) ((hash * SPREAD) >>> shift);
        while (hashes[slot] != hash) {
            if (hashes[slot] == 0) {
                return null;
            }
            slot = (slot + 1) & (hashes.length - 1);
        }
        return nodes[slot];
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
        long hash = '/';
        for (int i = 1; ; i++) {
            char c = i < length ? path.charAt(i) : '?';
            if (c == '/' || c == '?') {
                Node<T> next = get(hash);
                if (next == null || (comparing && (next.path().length() != i || !path.startsWith(next.path())))) {
                    return at;
                }
                at = next;
                if (c == '?') {
                    return at;
                }
            }
            hash = hash * factor + c;
        }
    }
}
