package io.bridgehead.wire.http1;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.buffer.ByteBuf;

/** Looks for the empty line that ends a head, without looking at a byte twice however slowly the bytes arrive. */
@OwnedBy(Owner.EVENT_LOOP)
final class HeadScanner {
    static final int NEED_MORE = 0;
    static final int TOO_LARGE = -1;

    private int scanned;
    private int lineStart;

    /**
     * The length of the head at the reader index, its empty line included (2 or less for an empty line alone), or
     * {@link #NEED_MORE},
     * or {@link #TOO_LARGE} when it is longer than {@code max}.
     */
    int find(ByteBuf in, int max) {
        int base = in.readerIndex();
        int end = in.writerIndex();
        while (true) {
            int lineFeed = in.indexOf(base + scanned, end, (byte) '\n');
            if (lineFeed < 0) {
                scanned = end - base;
                return scanned > max ? TOO_LARGE : NEED_MORE;
            }
            int offset = lineFeed - base;
            int lineLength = offset - lineStart;
            if (lineLength == 0 || (lineLength == 1 && in.getByte(lineFeed - 1) == '\r')) {
                reset();
                return offset + 1 > max ? TOO_LARGE : offset + 1;
            }
            lineStart = offset + 1;
            scanned = lineStart;
        }
    }

    /** Starts anew. */
    void reset() {
        scanned = 0;
        lineStart = 0;
    }
}
