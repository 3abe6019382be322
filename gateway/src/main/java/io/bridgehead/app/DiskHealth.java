package io.bridgehead.app;

import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.StoreObserver;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether the state directory takes what is written to it; tells the log of everything, and {@code status} of what is wrong now. The node serves
 * on from memory meanwhile, and takes no new revision that it could not keep.
 */
@OwnedBy(Owner.ANY_THREAD)
final class DiskHealth implements StoreObserver {
    private static final String UNWRITTEN = ": cannot be written (";

    private final StoreObserver log;
    private final Map<Path, String> failing = new ConcurrentHashMap<>();

    DiskHealth(StoreObserver log) {
        this.log = log;
    }

    /** What could not be written when it was last tried, a sentence for each file. */
    List<String> problems() {
        return List.copyOf(new TreeMap<>(failing).values());
    }

    /** A record was written: the log takes records again. */
    void recordKept() {
        failing.keySet().removeIf(file -> file.endsWith("log"));
    }

    /** What says whom the node has heard could not be understood at the start. */
    void nodesSetAside(Path file, Path kept, String damage) {
        nodesNotRead(file, "damaged: " + damage);
        log.corruptFileSetAside(file, kept, 0, damage);
    }

    /** Whom the node has heard could not be read at the start. */
    void nodesNotRead(Path file, String problem) {
        failing.put(
                file,
                file + ": cannot be read (" + problem
                        + "); whom this node misses is known only when all were heard anew");
    }

    /** Whom the node has heard could not be written. */
    void nodesNotKept(Path file, IOException problem) {
        String before = failing.put(
                file,
                file + UNWRITTEN + problem.getMessage()
                        + "); started anew while it is cut off, this node would not know whom it misses");
        if (before == null || !before.startsWith(file + UNWRITTEN)) {
            log.writeFailed(file, problem);
        }
    }

    void nodesKept(Path file) {
        failing.remove(file);
    }

    @Override
    public void writeFailed(Path file, IOException problem) {
        failing.put(
                file,
                file + ": cannot be written (" + problem.getMessage()
                        + "); the node serves what it has and takes no new revision: free space, or repair the disk");
        log.writeFailed(file, problem);
    }

    @Override
    public void snapshotWritten(Path snapshot, int entries, long bytes) {
        failing.keySet().removeIf(file -> !file.endsWith(KnownNodesFile.NAME));
        log.snapshotWritten(snapshot, entries, bytes);
    }

    @Override
    public void tornTailCut(Path file, long bytes) {
        log.tornTailCut(file, bytes);
    }

    @Override
    public void corruptFileSetAside(Path file, Path kept, int entries, String reason) {
        log.corruptFileSetAside(file, kept, entries, reason);
    }

    @Override
    public void storedRecordRefused(EncodedRecord record, String reason) {
        log.storedRecordRefused(record, reason);
    }
}
