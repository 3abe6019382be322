package io.bridgehead.sync;

import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.memory.MemoryStore;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;

/** Sources in a store of their own, for tests of what follows from what they say. */
public final class Sources {
    private final Store store = MemoryStore.create(InstantSource.system());

    /** A source says this from now on. */
    public String then(String source, long millis, Map<String, String> texts) throws IOException {
        return new Chain(store, source).then(millis, "", texts).toString();
    }

    public ActiveDocuments active() {
        return ActiveDocuments.of(store, new Texts(), _ -> true, new TreeMap<>());
    }

    public RevisionHistory history() {
        return new RevisionHistory(store);
    }
}
