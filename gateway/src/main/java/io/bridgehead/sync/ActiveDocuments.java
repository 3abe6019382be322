package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.sync.RevisionHistory.Said;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Every document that is in force, with the revision of its source.
 *
 * @param revision one text for the state of all sources: the revision itself while there is one source, else {@code
 *     source@revision} of each, joined by commas; {@code 0} when nothing was ever applied
 * @param sources documents by source: name to text
 */
public record ActiveDocuments(String revision, SortedMap<String, SortedMap<String, String>> sources) {
    /** The revision of a fabric where nothing was ever applied. */
    public static final String NOTHING = "0";

    /**
     * What a store has in force now, without the sources whose revision, and the documents whose signer, this node does not trust any more.
     *
     * @param texts remembers what documents say
     * @param staged what is tried on this node in place of heads
     */
    static ActiveDocuments of(Store store, Texts texts, RevisionTrust trusted, SortedMap<String, Said> staged) {
        SortedMap<String, Said> said = new TreeMap<>();
        SortedMap<String, Revision> active = store.active();
        texts.retain(active);
        active.forEach((source, revision) -> {
            if (!trusted.test(revision)) {
                return;
            }
            Texts.Found found = texts.of(source, revision.documents(), hash -> store.content(source, hash));
            SortedMap<String, String> all = found.missing() == null ? found.texts() : new TreeMap<>();
            String signer = revision.record().record().origin();
            said.put(source, new Said(revision.id().toString(), trusted.allowed(signer, source, all)));
        });
        said.putAll(staged);
        return of(said);
    }

    /** These revisions of these sources. */
    public static ActiveDocuments of(SortedMap<String, Said> said) {
        SortedMap<String, SortedMap<String, String>> sources = new TreeMap<>();
        StringBuilder label = new StringBuilder();
        said.forEach((source, one) -> {
            sources.put(source, one.texts());
            String id = said.size() == 1 ? one.revision() : source + "@" + one.revision();
            label.append(label.isEmpty() ? "" : ",").append(id);
        });
        return new ActiveDocuments(label.isEmpty() ? NOTHING : label.toString(), sources);
    }

    /** The documents of one source as changesets carry them. */
    static SortedMap<String, Bytes> contents(Map<String, String> texts) {
        SortedMap<String, Bytes> contents = new TreeMap<>();
        texts.forEach((name, text) -> contents.put(name, Bytes.utf8(text)));
        return contents;
    }
}
