package io.bridgehead.app.publish;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** How the documents of a folder stand towards the head of its source, and so whether they may be published. */
enum FolderStanding {
    /** The source says what the folder says. */
    EQUAL,
    /** The folder says something else, and nobody but the folder has said anything since they agreed: it may publish. */
    AHEAD,
    /** Somebody else has changed the source since, the folder has not changed: it has nothing new to say. */
    BEHIND,
    /** Both have changed, or they never agreed: people have to say which is right. */
    CONFLICT;

    /**
     * The head of a source.
     *
     * @param revision its name
     * @param own whether this node signed it
     * @param hashes its documents
     */
    record Head(String revision, boolean own, SortedMap<String, String> hashes) {}

    /**
     * Decides.
     *
     * @param head null when nobody has published the source yet
     * @param base what both had in common last; null when that is not known
     */
    static FolderStanding of(FolderContent folder, @Nullable Head head, @Nullable FolderBase base) {
        if (head == null) {
            return folder.hashes().isEmpty() ? EQUAL : AHEAD;
        }
        if (head.hashes().equals(folder.hashes())) {
            return EQUAL;
        }
        if (base == null) {
            return head.own() ? AHEAD : CONFLICT;
        }
        if (base.revision().equals(head.revision())) {
            return AHEAD;
        }
        return base.digest().equals(folder.digest()) ? BEHIND : CONFLICT;
    }
}
