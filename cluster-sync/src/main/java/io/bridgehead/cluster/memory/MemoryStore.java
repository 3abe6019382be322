package io.bridgehead.cluster.memory;

import io.bridgehead.cluster.api.Retention;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.ledger.Journal;
import io.bridgehead.cluster.ledger.LedgerStore;
import java.time.InstantSource;
import java.util.List;

/** A store that forgets when the process ends: for tests, and for tools that only look. */
public final class MemoryStore {
    private MemoryStore() {}

    public static Store create(InstantSource clock) {
        return new LedgerStore(Journal.NONE, List.of(), Retention.STANDARD, clock);
    }

    public static Store create(Retention retention, InstantSource clock) {
        return new LedgerStore(Journal.NONE, List.of(), retention, clock);
    }
}
