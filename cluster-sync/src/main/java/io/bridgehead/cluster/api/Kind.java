package io.bridgehead.cluster.api;

import java.util.regex.Pattern;

/** What a record is about, as a short lower-case word; kinds unknown to a node are carried, kept and not understood. */
public record Kind(String name) implements Comparable<Kind> {
    // Before the constants, whose constructor uses it.
    private static final Pattern SHAPE = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    /** The body is a {@link Changeset}; the subject is its source. Kept as a history. */
    public static final Kind CHANGESET = new Kind("changeset");
    /**
     * The body is a {@link HealthMessage}; the subject is the node, with what else it tells of after a slash.
     * Delivered, never stored.
     */
    public static final Kind HEALTH = new Kind("health");
    /** The body is an {@link Order}; the subject is its own. The newest of each subject is kept, whoever signed it. */
    public static final Kind ORDER = new Kind("order");
    /**
     * A changeset that some nodes try before it is committed; the subject is its source. The newest of each origin and
     * subject is kept.
     */
    public static final Kind STAGE = new Kind("stage");

    public Kind {
        if (!SHAPE.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "kind is \"" + name + "\"; expected 1-32 of a-z, 0-9 and -, a letter first");
        }
    }

    @Override
    public int compareTo(Kind other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
