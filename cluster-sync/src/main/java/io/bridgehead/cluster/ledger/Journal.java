package io.bridgehead.cluster.ledger;

import io.bridgehead.cluster.api.EncodedRecord;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** Where a store makes its records durable. Called by one thread at a time. */
public interface Journal {
    /** Keeps nothing: the records live as long as the process. */
    Journal NONE = new Journal() {
        @Override
        public void append(EncodedRecord record) {}

        @Override
        public void close() {}
    };

    /** Returns when the record would survive the loss of power. Throws IOException when it would not. */
    void append(EncodedRecord record) throws IOException;

    /** An occasion to write everything held anew, after an append; failures are told to an observer. */
    default void compactIfLong(Supplier<List<EncodedRecord>> everything) {}

    void close();
}
