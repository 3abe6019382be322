package io.bridgehead.cluster.ledger;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Manifest;
import io.bridgehead.cluster.api.Sha256;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which held changeset carries which content. Immutable. */
final class Contents {
    /** So many are looked up beside the others before they are put among them, which costs as much as all. */
    private static final int NEWER_MAX = 256;

    private final Map<Sha256, Entry> carriers;
    /** What counts before {@link #carriers}, so that one more does not copy all. */
    private final Map<Sha256, Entry> newer;

    private Contents(Map<Sha256, Entry> carriers, Map<Sha256, Entry> newer) {
        this.carriers = carriers;
        this.newer = newer;
    }

    /** Of several that carry one content the newest counts, so that nodes with the same records name the same one. */
    static Contents of(List<Entry> newestFirst) {
        Map<Sha256, Entry> carriers = new HashMap<>();
        for (Entry entry : newestFirst) {
            entry.carried().keySet().forEach(hash -> carriers.putIfAbsent(hash, entry));
        }
        return new Contents(carriers, Map.of());
    }

    /** With an entry that is newer than all these. */
    Contents withNewest(Entry newest) {
        boolean few = newer.size() + newest.carried().size() <= NEWER_MAX;
        Map<Sha256, Entry> more = new HashMap<>(few ? newer : carriers);
        if (!few) {
            more.putAll(newer);
        }
        newest.carried().keySet().forEach(hash -> more.put(hash, newest));
        return few ? new Contents(carriers, more) : new Contents(more, Map.of());
    }

    boolean has(Sha256 hash) {
        return find(hash) != null;
    }

    Optional<Entry> carrier(Sha256 hash) {
        return Optional.ofNullable(find(hash));
    }

    private @Nullable Entry find(Sha256 hash) {
        Entry entry = newer.isEmpty() ? null : newer.get(hash);
        return entry == null ? carriers.get(hash) : entry;
    }

    /** Those that carry the documents of a manifest, as far as they are held; each once. */
    @SuppressWarnings("ReferenceEquality")
    Collection<Entry> carriers(Manifest manifest) {
        Set<Entry> found = Collections.newSetFromMap(new IdentityHashMap<>());
        Entry last = null;
        for (Sha256 hash : manifest.documents().values()) {
            Entry entry = find(hash);
            if (entry != null && entry != last) {
                found.add(entry);
                last = entry;
            }
        }
        return found;
    }

    Optional<Bytes> content(Sha256 hash) {
        return carrier(hash).map(entry -> entry.carried().get(hash));
    }

    boolean haveAll(Manifest manifest) {
        for (Sha256 hash : manifest.documents().values()) {
            if (!has(hash)) {
                return false;
            }
        }
        return true;
    }

    Optional<SortedMap<String, Bytes>> documents(Manifest manifest) {
        SortedMap<String, Bytes> documents = new TreeMap<>();
        for (var named : manifest.documents().entrySet()) {
            Optional<Bytes> content = content(named.getValue());
            if (content.isEmpty()) {
                return Optional.empty();
            }
            documents.put(named.getKey(), content.get());
        }
        return Optional.of(documents);
    }
}
