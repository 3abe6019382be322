package io.bridgehead.cluster.api;

import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a changeset says of its ancestors beyond its parents: their names, as far back as {@link #WINDOW} numbers. With
 * it every node tells from the head alone which revisions lost in a cut, also one that holds nothing of what lies
 * between.
 */
public final class Ancestry {
    /** How many numbers below its own a changeset names. */
    public static final int WINDOW = 64;

    /** How many names it has room for; of more, those with the largest numbers are named. */
    public static final int MAX = 256;

    private Ancestry() {}

    /**
     * The ancestors of a changeset with these parents.
     *
     * @param theirs the parents of the parents, and what those name as ancestors
     */
    public static SortedSet<RevisionId> of(Collection<RevisionId> parents, Collection<RevisionId> theirs) {
        long number = parents.stream().mapToLong(RevisionId::number).max().orElse(0) + 1;
        TreeSet<RevisionId> ancestors = new TreeSet<>(theirs);
        ancestors.removeAll(parents);
        ancestors.removeIf(id -> id.number() < number - WINDOW);
        while (ancestors.size() > MAX) {
            ancestors.removeFirst();
        }
        return ancestors;
    }

    /** Everything that a changeset names, its parents included. */
    public static SortedSet<RevisionId> named(Changeset changeset) {
        TreeSet<RevisionId> named = new TreeSet<>(changeset.ancestors());
        named.addAll(changeset.parents());
        return named;
    }

    /** The lowest number from which on a changeset names all its ancestors; its own when it names none. */
    public static long namedFrom(Changeset changeset) {
        if (changeset.ancestors().size() >= MAX) {
            return changeset.ancestors().first().number() + 1;
        }
        boolean says = !changeset.ancestors().isEmpty() || changeset.number() <= 2;
        return says ? Math.max(1, changeset.number() - WINDOW) : changeset.number();
    }
}
