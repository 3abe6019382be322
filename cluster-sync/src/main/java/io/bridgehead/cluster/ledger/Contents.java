package io.bridgehead.cluster.ledger;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Manifest;
import io.bridgehead.cluster.api.Sha256;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which held changeset carries which content. Immutable. */
final class Contents {
    private final Map<Sha256, Entry> carriers;

    private Contents(Map<Sha256, Entry> carriers) {
        this.carriers = carriers;
    }

    /** Of several that carry one content the newest counts, so that nodes with the same records name the same one. */
    static Contents of(List<Entry> newestFirst) {
        Map<Sha256, Entry> carriers = new HashMap<>();
        for (Entry entry : newestFirst) {
            entry.carried().keySet().forEach(hash -> carriers.putIfAbsent(hash, entry));
        }
        return new Contents(carriers);
    }

    /** With an entry that is newer than all these. */
    Contents withNewest(Entry newest) {
        Map<Sha256, Entry> more = new HashMap<>(carriers);
        newest.carried().keySet().forEach(hash -> more.put(hash, newest));
        return new Contents(more);
    }

    boolean has(Sha256 hash) {
        return carriers.containsKey(hash);
    }

    Optional<Entry> carrier(Sha256 hash) {
        return Optional.ofNullable(carriers.get(hash));
    }

    Optional<Bytes> content(Sha256 hash) {
        return carrier(hash).map(entry -> entry.carried().get(hash));
    }

    boolean haveAll(Manifest manifest) {
        return carriers.keySet().containsAll(manifest.documents().values());
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
