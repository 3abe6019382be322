package io.bridgehead.cluster.disk;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.RecordVerifier;
import io.bridgehead.cluster.api.RecordVerifier.Rejected;
import io.bridgehead.cluster.api.StoreObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what the last run left: cuts an unfinished end, sets a damaged file aside and goes on with what is good in
 * it, and judges anew what does not carry this node's mark.
 */
final class Recovery {
    private final StateDirectory directory;
    private final Marks marks;
    private final RecordVerifier verifier;
    private final InstantSource clock;
    private final StoreObserver observer;

    Recovery(
            StateDirectory directory,
            Marks marks,
            RecordVerifier verifier,
            InstantSource clock,
            StoreObserver observer) {
        this.directory = directory;
        this.marks = marks;
        this.verifier = verifier;
        this.clock = clock;
        this.observer = observer;
    }

    List<EncodedRecord> read() throws IOException {
        List<EncodedRecord> records = new ArrayList<>(read(directory.snapshot()));
        records.addAll(read(directory.log()));
        return records;
    }

    private List<EncodedRecord> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        Frames.Scan scan = Frames.scan(directory.read(file));
        List<EncodedRecord> records = new ArrayList<>();
        List<Bytes> good = new ArrayList<>();
        Optional<String> damage = scan.damage();
        for (Bytes payload : scan.payloads()) {
            try {
                accept(payload).ifPresent(records::add);
                good.add(payload);
            } catch (MalformedException e) {
                damage = damage.or(() -> Optional.of(String.valueOf(e.getMessage())));
            }
        }
        repair(file, scan, damage, good);
        return records;
    }

    private void repair(Path file, Frames.Scan scan, Optional<String> damage, List<Bytes> good) throws IOException {
        if (damage.isPresent()) {
            setAside(file, damage.get(), good);
        } else if (scan.cut() > 0) {
            cut(file, scan, good);
            observer.tornTailCut(file, scan.cut());
        }
    }

    /**
     * A disk that is full keeps no node from starting: damage is stepped over each time the file is read, and the next
     * start tries again.
     */
    private void setAside(Path file, String damage, List<Bytes> good) {
        try {
            Path kept = directory.setAside(file, clock.instant());
            write(file, good);
            observer.corruptFileSetAside(file, kept, good.size(), damage);
        } catch (IOException e) {
            observer.writeFailed(file, e);
        }
    }

    /** In place where a title is left: that takes no space. */
    private void cut(Path file, Frames.Scan scan, List<Bytes> good) throws IOException {
        if (scan.goodEnd() < Frames.TITLE.size()) {
            write(file, good);
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(scan.goodEnd());
            channel.force(true);
        }
    }

    private void write(Path file, List<Bytes> good) throws IOException {
        List<ByteBuffer> parts = new ArrayList<>(good.size() + 1);
        parts.add(Frames.TITLE.asBuffer());
        good.forEach(payload -> parts.add(Frames.frame(payload)));
        directory.replace(file, parts);
    }

    private Optional<EncodedRecord> accept(Bytes payload) throws MalformedException {
        if (payload.size() < Marks.LENGTH) {
            throw new MalformedException("a frame has " + payload.size() + " bytes; expected a mark and a record");
        }
        EncodedRecord record = EncodedRecord.decode(Marks.record(payload));
        if (!marks.isOurs(payload) && verifier.verify(record) instanceof Rejected rejected) {
            observer.storedRecordRefused(record, rejected.reason());
            return Optional.empty();
        }
        return Optional.of(record);
    }
}
