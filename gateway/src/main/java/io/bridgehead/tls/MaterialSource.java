package io.bridgehead.tls;

import org.jspecify.annotations.Nullable;

/** Where key and trust material comes from, and comes again. One thread, which may wait. */
public interface MaterialSource {
    /**
     * The first material, at start.
     *
     * @throws MaterialException for the first thing that is wrong
     */
    KeyMaterial load() throws MaterialException;

    /**
     * Looks again because somebody asked: what is wrong is thrown at once and the old material stays.
     *
     * @return what is in force afterwards; the present generation when nothing has changed
     */
    LiveTls.Generation reload(LiveTls live) throws MaterialException;

    /**
     * What {@link #reload} would put in force now. Takes nothing.
     *
     * @return null when nothing has changed, or when what comes does not wait to be asked for
     * @throws MaterialException what {@link #reload} would throw
     */
    default @Nullable KeyMaterial ahead() throws MaterialException {
        return null;
    }

    /** Looks for a change and swaps it in. Never throws for what is found. Returns whether it swapped. */
    boolean poll(LiveTls live);

    /** Why nothing new comes, for {@code status}; empty when all is well. */
    default String problem() {
        return "";
    }

    /** Ends what it keeps open. */
    default void close() {}
}
