package io.bridgehead.sync;

import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Services by the digests of their names, which stand for them where names would be too long: the first eight bytes of SHA-256, big-endian.
 * Names are those of the documents that this node holds; of a service that it does not hold it has no use for a report.
 *
 * <p><b>Threads</b>: any; one immutable map behind a volatile field, made anew when the documents are others.
 */
@OwnedBy(Owner.ANY_THREAD)
final class ServiceDigests {
    private static final String SERVICE = "Service/";

    private final Store store;
    private volatile Known known = new Known(new TreeMap<>(), Map.of());

    ServiceDigests(Store store) {
        this.store = store;
    }

    private record Known(SortedMap<String, RevisionId> revisions, Map<Long, ServiceName> names) {}

    /** Writes digests of one message; for one thread. */
    static final class Maker {
        private final MessageDigest sha256 = Sha256.newDigest();

        long of(String name) {
            return ByteBuffer.wrap(sha256.digest(name.getBytes(StandardCharsets.UTF_8)))
                    .getLong();
        }
    }

    /** The services of the documents that are held now, by digest; two that share one are left out. */
    Map<Long, ServiceName> names() {
        SortedMap<String, Revision> active = store.active();
        SortedMap<String, RevisionId> revisions = new TreeMap<>();
        active.forEach((source, revision) -> revisions.put(source, revision.id()));
        Known present = known;
        if (!present.revisions.equals(revisions)) {
            present = new Known(revisions, named(active));
            known = present;
        }
        return present.names;
    }

    private static Map<Long, ServiceName> named(SortedMap<String, Revision> active) {
        Map<Long, ServiceName> names = new HashMap<>();
        Set<Long> ambiguous = new HashSet<>();
        Maker maker = new Maker();
        for (Revision revision : active.values()) {
            for (String document : revision.documents().keySet()) {
                @Nullable ServiceName name = serviceOf(document);
                if (name == null) {
                    continue;
                }
                long digest = maker.of(name.value());
                ServiceName other = names.put(digest, name);
                if (other != null && !other.equals(name)) {
                    ambiguous.add(digest);
                }
            }
        }
        names.keySet().removeAll(ambiguous);
        return Map.copyOf(names);
    }

    private static @Nullable ServiceName serviceOf(String document) {
        if (!document.startsWith(SERVICE)) {
            return null;
        }
        String name = document.substring(SERVICE.length());
        return ServiceName.isValid(name) ? new ServiceName(name) : null;
    }
}
