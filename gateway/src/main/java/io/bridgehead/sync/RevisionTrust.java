package io.bridgehead.sync;

import io.bridgehead.cluster.api.Revision;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What of that which this node holds it serves, by whom it comes from: a revision, and in one that it serves each document. Asked whenever a table is built. */
@FunctionalInterface
public interface RevisionTrust extends Predicate<Revision> {
    /** Whether some signer may publish some documents only; where none is bound, nobody need look at each. */
    default boolean bindsDocuments() {
        return true;
    }

    /** Whether a signer may publish this source at all. */
    default boolean allowsSource(String signer, String source) {
        return true;
    }

    /** Whether a signer may publish a document of this name in this source. */
    default boolean allowsDocument(String signer, String source, String document) {
        return true;
    }

    /** Those of a source's documents that its revision's signer may publish. */
    default <T> SortedMap<String, T> allowed(String signer, String source, SortedMap<String, T> documents) {
        if (!bindsDocuments()) {
            return documents;
        }
        SortedMap<String, T> allowed = new TreeMap<>(documents);
        allowed.keySet().removeIf(name -> !allowsDocument(signer, source, name));
        return allowed;
    }
}
