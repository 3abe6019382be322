package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.Iterator;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The documents of sources as texts. Of each source the last ones are remembered, so that after a change of one of ten thousand documents
 * one is looked up and decoded, and the others are the same objects as before.
 *
 * <p><b>Threads</b>: any.
 */
@OwnedBy(Owner.ANY_THREAD)
final class Texts {
    private final ConcurrentMap<String, SortedMap<String, Hashed>> last = new ConcurrentHashMap<>();

    private record Hashed(Sha256 hash, String text) {}

    /**
     * The texts of a manifest; nothing, and the name, when one is missing.
     *
     * @param contents by hash
     */
    Found of(String source, SortedMap<String, Sha256> manifest, Function<Sha256, Optional<Bytes>> contents) {
        SortedMap<String, Hashed> known = last.getOrDefault(source, new TreeMap<>());
        SortedMap<String, Hashed> now = new TreeMap<>();
        SortedMap<String, String> texts = new TreeMap<>();
        Walk walk = new Walk(known);
        for (Entry<String, Sha256> named : manifest.entrySet()) {
            Hashed hashed = walk.at(named.getKey());
            if (hashed == null || !hashed.hash.equals(named.getValue())) {
                Optional<Bytes> content = contents.apply(named.getValue());
                if (content.isEmpty()) {
                    return new Found(texts, named.getKey());
                }
                hashed = new Hashed(named.getValue(), content.get().toUtf8());
            }
            now.put(named.getKey(), hashed);
            texts.put(named.getKey(), hashed.text);
        }
        last.put(source, now);
        return new Found(texts, null);
    }

    /** Forgets sources that are not there any more. */
    void retain(Map<String, ?> sources) {
        last.keySet().retainAll(sources.keySet());
    }

    /**
     * What was found.
     *
     * @param texts by name; when one is missing, those before it
     * @param missing the name of a document whose content is not there, or null
     */
    record Found(SortedMap<String, String> texts, @Nullable String missing) {}

    /** Goes through a sorted map beside another one, so that nothing is searched. */
    @OwnedBy(Owner.ANY_THREAD)
    private static final class Walk {
        private final Iterator<Entry<String, Hashed>> rest;
        private @Nullable Entry<String, Hashed> here;

        Walk(SortedMap<String, Hashed> known) {
            this.rest = known.entrySet().iterator();
            this.here = rest.hasNext() ? rest.next() : null;
        }

        /** The value of a name; names ascend from call to call. */
        @Nullable
        Hashed at(String name) {
            while (here != null && here.getKey().compareTo(name) < 0) {
                here = rest.hasNext() ? rest.next() : null;
            }
            return here != null && here.getKey().equals(name) ? here.getValue() : null;
        }
    }
}
