package io.bridgehead.cluster.hazelcast;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Sha256;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands in the cell of a source for a record. A small record stands there itself. For a large one its name
 * does, and the record lies under that name in a map beside: else the change that follows ten thousand
 * documents at once would carry all of them over the network again, only to be compared. It lies there for as long as a
 * node has it as head, which says so at intervals; what lost or is superseded is removed, or goes by itself.
 *
 * <p>A name is "BHL", version 1, and the hash of the record: {@value #NAME_BYTES} bytes. No record begins so.
 *
 * <p>Threads: any that may wait.
 */
final class LargeRecords {
    /** Beyond this a record takes more round trips than its name and a map beside. */
    static final int CELL_BYTES_MAX = 16 << 10;

    /**
     * How long a record lies there after it was kept or renewed. Each node renews its own heads with every tenth
     * comparison, 20 to 50 s apart and what the network takes.
     */
    static final int KEPT_SECONDS = 600;

    static final int NAME_BYTES = 4 + Sha256.LENGTH;

    private static final Logger LOG = LoggerFactory.getLogger(LargeRecords.class);
    private static final byte[] MARK = {'B', 'H', 'L', 1};

    private final IMap<String, byte[]> records;
    private final AtomicReference<@Nullable Keeping> last = new AtomicReference<>();

    /** A record on its way to where its name leads. */
    private record Keeping(Sha256 id, CompletableFuture<Void> done) {}

    LargeRecords(HazelcastInstance member) {
        this.records = member.getMap(MemberConfig.LARGE);
    }

    /** What stands in a cell for this record. */
    static byte[] cell(EncodedRecord record) {
        if (isSmall(record)) {
            return record.bytes().toArray();
        }
        byte[] name = Arrays.copyOf(MARK, NAME_BYTES);
        record.id().value().asBuffer().get(name, MARK.length, Sha256.LENGTH);
        return name;
    }

    /** The name of a large record, where a cell holds one. */
    static Optional<Sha256> name(byte[] cell) {
        return cell.length == NAME_BYTES && Arrays.equals(cell, 0, MARK.length, MARK, 0, MARK.length)
                ? Optional.of(new Sha256(Bytes.copyOf(Arrays.copyOfRange(cell, MARK.length, NAME_BYTES))))
                : Optional.empty();
    }

    /**
     * Has the record lie where its name leads, before a cell may hold the name. Who tries the same record again waits
     * for what is under way: megabytes on a slow link are not sent twice.
     */
    void keep(EncodedRecord record) {
        if (isSmall(record)) {
            return;
        }
        Keeping before = last.get();
        if (before != null && before.id.equals(record.id()) && !before.done.isCompletedExceptionally()) {
            await(before, record);
            renew(record);
            return;
        }
        Keeping keeping = new Keeping(
                record.id(),
                records.setAsync(record.id().hex(), record.bytes().toArray()).toCompletableFuture());
        last.set(keeping);
        await(keeping, record);
    }

    private static void await(Keeping keeping, EncodedRecord record) {
        try {
            keeping.done.join();
        } catch (CompletionException e) {
            throw new HazelcastException("record " + record + " could not be handed to other members", e);
        }
    }

    /** Has the record lie on from now; puts it there if it is gone. The record itself travels only then. */
    void renew(EncodedRecord record) {
        String name = record.id().hex();
        if (!isSmall(record) && !records.setTtl(name, KEPT_SECONDS, TimeUnit.SECONDS)) {
            records.set(name, record.bytes().toArray());
        }
    }

    /** Removes a record that no cell names, without waiting; if that fails it goes after its time. */
    void drop(EncodedRecord record) {
        if (isSmall(record)) {
            return;
        }
        Keeping keeping = last.get();
        if (keeping != null && keeping.id.equals(record.id())) {
            last.compareAndSet(keeping, null);
        }
        try {
            var _ = records.deleteAsync(record.id().hex());
        } catch (HazelcastException | IllegalStateException e) {
            LOG.debug("Hazelcast refused to remove a record; it goes after its time.", e);
        }
    }

    private static boolean isSmall(EncodedRecord record) {
        return record.bytes().size() <= CELL_BYTES_MAX;
    }

    /** The bytes that a cell stands for; nothing where they are not kept any more, or others lie under the name. */
    Optional<Bytes> whole(byte[] cell) {
        Optional<Sha256> name = name(cell);
        if (name.isEmpty()) {
            return Optional.of(Bytes.copyOf(cell));
        }
        return Optional.ofNullable(records.get(name.get().hex()))
                .map(Bytes::copyOf)
                .filter(bytes -> Sha256.of(bytes).equals(name.get()));
    }
}
