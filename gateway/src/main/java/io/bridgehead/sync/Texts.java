package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.NamedValues;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.Set;
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
    private final ConcurrentMap<String, Known> last = new ConcurrentHashMap<>();

    /** What a manifest said, name by name. */
    private record Known(SortedMap<String, Sha256> manifest, NamedValues<String> texts) {
        static final Known NOTHING = new Known(new TreeMap<>(), NamedValues.of(new TreeMap<>()));
    }

    /**
     * The texts of a manifest, not to be changed; nothing, and the name, when one is missing.
     *
     * @param contents by hash
     */
    Found of(String source, SortedMap<String, Sha256> manifest, Function<Sha256, Optional<Bytes>> contents) {
        Known known = last.getOrDefault(source, Known.NOTHING);
        SortedMap<String, Sha256> changed = new TreeMap<>();
        int kept = changed(known.manifest, manifest, changed);
        boolean fewer = kept < known.manifest.size();
        if (changed.isEmpty() && !fewer) {
            return new Found(known.texts, null);
        }
        Set<String> gone = new HashSet<>();
        if (fewer) {
            known.texts.keySet().stream()
                    .filter(name -> !manifest.containsKey(name))
                    .forEach(gone::add);
        }
        SortedMap<String, String> texts = new TreeMap<>();
        for (Entry<String, Sha256> named : changed.entrySet()) {
            Optional<Bytes> content = contents.apply(named.getValue());
            if (content.isEmpty()) {
                return new Found(texts, named.getKey());
            }
            texts.put(named.getKey(), content.get().toUtf8());
        }
        NamedValues<String> now = known.texts.with(gone, texts);
        last.put(source, new Known(manifest, now));
        return new Found(now, null);
    }

    /**
     * Collects what is new or otherwise.
     *
     * @return how many names there were before
     */
    private static int changed(
            SortedMap<String, Sha256> before, SortedMap<String, Sha256> now, SortedMap<String, Sha256> changed) {
        Walk walk = new Walk(before);
        int kept = 0;
        for (Entry<String, Sha256> named : now.entrySet()) {
            Sha256 hash = walk.at(named.getKey());
            kept += hash == null ? 0 : 1;
            if (!named.getValue().equals(hash)) {
                changed.put(named.getKey(), named.getValue());
            }
        }
        return kept;
    }

    /** Forgets sources that are not there any more. */
    void retain(Map<String, ?> sources) {
        last.keySet().retainAll(sources.keySet());
    }

    /**
     * What was found.
     *
     * @param texts by name; when one is missing, some
     * @param missing the name of a document whose content is not there, or null
     */
    record Found(SortedMap<String, String> texts, @Nullable String missing) {}

    /** Goes through a sorted map beside another one, so that nothing is searched. */
    @OwnedBy(Owner.ANY_THREAD)
    private static final class Walk {
        private final Iterator<Entry<String, Sha256>> rest;
        private @Nullable Entry<String, Sha256> here;

        Walk(SortedMap<String, Sha256> known) {
            this.rest = known.entrySet().iterator();
            this.here = rest.hasNext() ? rest.next() : null;
        }

        /** The value of a name; names ascend from call to call. */
        @Nullable
        Sha256 at(String name) {
            while (here != null && here.getKey().compareTo(name) < 0) {
                here = rest.hasNext() ? rest.next() : null;
            }
            return here != null && here.getKey().equals(name) ? here.getValue() : null;
        }
    }
}
