package io.bridgehead.cluster.disk;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Limits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The form of both files: 8 bytes of title, then frames.
 *
 * <pre>
 * magic(4) | length(4) | CRC-32C of the payload(4) | CRC-32C of the 12 bytes before(4) | payload
 * </pre>
 *
 * The header has a checksum of its own, so that a length can be believed: a frame that ends beyond the file was cut
 * short, while damage inside the file is stepped over to the next good header.
 */
final class Frames {
    static final Bytes TITLE = Bytes.utf8("BHSTATE1");
    static final int HEADER = 16;
    private static final int MAGIC = 0xB41D6EAD;
    private static final int PAYLOAD_MAX = Limits.RECORD_BYTES_MAX + 64;

    private Frames() {}

    static ByteBuffer frame(Bytes payload) {
        ByteBuffer frame = ByteBuffer.allocate(HEADER + payload.size());
        frame.putInt(MAGIC).putInt(payload.size()).putInt(crc(payload.asBuffer()));
        frame.putInt(crc(frame.duplicate().flip()));
        frame.put(payload.asBuffer());
        return frame.flip();
    }

    /** Reads a whole file. Never throws for its content. */
    static Scan scan(Bytes file) {
        return new Scanner(file.asBuffer()).scan();
    }

    /**
     * What a file holds.
     *
     * @param payloads the good frames in order, copied
     * @param goodEnd where the last good frame ends
     * @param cut the bytes after {@code goodEnd} that are an unfinished frame
     * @param damage what else is wrong with the file
     */
    record Scan(List<Bytes> payloads, long goodEnd, long cut, Optional<String> damage) {}

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** One pass over one file. Used by one thread. */
    private static final class Scanner {
        private final ByteBuffer file;
        private final List<Bytes> payloads = new ArrayList<>();
        private final List<String> damage = new ArrayList<>();

        Scanner(ByteBuffer file) {
            this.file = file;
        }

        Scan scan() {
            int size = file.limit();
            if (size < TITLE.size()) {
                return result(0, size);
            }
            boolean titled = file.slice(0, TITLE.size()).equals(TITLE.asBuffer());
            if (!titled) {
                damage.add("does not begin with \"" + TITLE.toUtf8() + "\"");
            }
            int at = titled ? TITLE.size() : nextHeader(0);
            while (at >= 0 && size - at >= HEADER) {
                if (!isHeader(at)) {
                    damage.add("no frame at offset " + at);
                    at = nextHeader(at + 1);
                    continue;
                }
                int length = file.getInt(at + 4);
                if (size - at - HEADER < length) {
                    break;
                }
                take(at, length);
                at += HEADER + length;
            }
            return at < 0 ? result(size, 0) : result(at, size - at);
        }

        private void take(int at, int length) {
            ByteBuffer payload = file.slice(at + HEADER, length);
            if (crc(payload.duplicate()) == file.getInt(at + 8)) {
                byte[] copy = new byte[length];
                payload.get(copy);
                payloads.add(Bytes.wrap(copy));
            } else {
                damage.add("checksum differs in the frame at offset " + at);
            }
        }

        private boolean isHeader(int at) {
            return file.getInt(at) == MAGIC
                    && file.getInt(at + 12) == crc(file.slice(at, 12))
                    && file.getInt(at + 4) >= 0
                    && file.getInt(at + 4) <= PAYLOAD_MAX;
        }

        private int nextHeader(int from) {
            for (int at = from; at + HEADER <= file.limit(); at++) {
                if (isHeader(at)) {
                    return at;
                }
            }
            return -1;
        }

        private Scan result(long goodEnd, long cut) {
            return new Scan(
                    List.copyOf(payloads),
                    goodEnd,
                    cut,
                    damage.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", damage)));
        }
    }
}
