package io.bridgehead.cluster.api;

import java.io.IOException;
import java.nio.file.Path;

/** Is told what happened to the files of a store. Called on the thread that did it; must not wait. */
public interface StoreObserver {
    StoreObserver NONE = new StoreObserver() {};

    /** The last entry of the log was not complete, as after a loss of power; it had not been acknowledged. */
    default void tornTailCut(Path log, long bytes) {}

    /** A file was damaged. It was copied to {@code kept}; the store goes on with {@code entries} good entries of it. */
    default void corruptFileSetAside(Path file, Path kept, int entries, String reason) {}

    /** A record on disk did not carry this node's mark and was refused when it was judged again. */
    default void storedRecordRefused(EncodedRecord record, String reason) {}

    /** The log became long and its content was written as a snapshot. */
    default void snapshotWritten(Path snapshot, int entries, long bytes) {}

    /** Something could not be written; what is in memory is served on. */
    default void writeFailed(Path file, IOException problem) {}
}
