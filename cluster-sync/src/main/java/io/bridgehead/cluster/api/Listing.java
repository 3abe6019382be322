package io.bridgehead.cluster.api;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** How a changeset says which documents its source holds: all of them, or what differs from its first parent. */
public sealed interface Listing {
    /** How many documents the source holds then. */
    int documents();

    /** The hash of its whole {@link Manifest}. */
    Sha256 hash();

    /** How many differences lie between it and a whole manifest, itself included; 0 for that. */
    int depth();

    /** The hash of a document that it names as new or changed, or of any when it names all; null for another. */
    default @Nullable Sha256 named(String document) {
        return switch (this) {
            case Whole(Manifest manifest) -> manifest.documents().get(document);
            case Difference difference -> difference.changed().get(document);
        };
    }

    /** Every document. */
    record Whole(Manifest manifest) implements Listing {
        @Override
        public int documents() {
            return manifest.size();
        }

        @Override
        public Sha256 hash() {
            return manifest.hash();
        }

        @Override
        public int depth() {
            return 0;
        }
    }

    /**
     * What differs from the first parent, beside the names that the changeset removes. It binds where it starts and
     * what comes out, so whoever holds the parent checks it, and who does not waits for it.
     *
     * @param base the hash of the parent's manifest
     * @param hash the hash of the manifest that comes out
     * @param depth one more than the parent's, at most {@link Limits#DIFFERENCES_MAX}
     * @param documents how many there are then
     * @param changed documents that are new or changed: name to hash of content
     */
    record Difference(Sha256 base, Sha256 hash, int depth, int documents, SortedMap<String, Sha256> changed)
            implements Listing {
        public Difference {
            Limits.requireSize("changeset's documents", documents, 0, Limits.DOCUMENTS_MAX);
            Limits.requireSize("changeset's changed documents", changed.size(), 0, Limits.DOCUMENTS_MAX);
            if (depth < 1 || depth > Limits.DIFFERENCES_MAX) {
                throw new IllegalArgumentException("changeset's differences since a whole manifest are " + depth
                        + "; expected 1 to " + Limits.DIFFERENCES_MAX);
            }
            changed = NamedValues.of(changed);
        }
    }
}
