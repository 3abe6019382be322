package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.Stream;
import java.io.ByteArrayOutputStream;

/** Gathers a body of bounded size from a control stream. */
final class Body {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int bytesMax;

    Body(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Takes a part and lets the peer send as much again; false when it is too much. */
    boolean take(Chunk chunk, Stream from) {
        int size = chunk.size();
        boolean fits = bytes.size() + size <= bytesMax;
        if (fits) {
            bytes.writeBytes(chunk.toBytes());
        }
        chunk.release();
        from.consumed(size);
        return fits;
    }

    Bytes bytes() {
        return Bytes.wrap(bytes.toByteArray());
    }
}
