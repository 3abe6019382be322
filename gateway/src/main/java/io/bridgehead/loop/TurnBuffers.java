package io.bridgehead.loop;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;

/**
 * Buffers of one loop that are used over and over for what is written, and read, in one turn: nearly always they are free again when the
 * turn ends, and then taking one costs nothing.
 *
 * <p><b>Limits</b>: at most {@value #SPARE_MAX} are kept, none larger than {@value #KEPT_BYTES_MAX} bytes. While Netty looks for lost
 * buffers none is kept, so that each is looked at.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class TurnBuffers {
    static final int BYTES_AT_FIRST = 2048;

    private static final int SPARE_MAX = 64;
    private static final int KEPT_BYTES_MAX = 32 * 1024;
    /** What is kept for good is no leak. */
    private static final ByteBufAllocator KEPT = new UnpooledByteBufAllocator(true, true);

    private final ByteBuf[] spare = new ByteBuf[SPARE_MAX];
    private int count;

    /** A buffer to write to; to be given back after it has been written and flushed. */
    public ByteBuf take(ByteBufAllocator otherwise) {
        if (isWatched()) {
            return otherwise.ioBuffer(BYTES_AT_FIRST);
        }
        return count > 0 ? spare[--count] : KEPT.directBuffer(BYTES_AT_FIRST);
    }

    /** Gives back one's own hold on a buffer; if nobody else has one, it is kept. */
    public void give(ByteBuf buffer) {
        if (buffer.refCnt() == 1 && count < SPARE_MAX && buffer.capacity() <= KEPT_BYTES_MAX && !isWatched()) {
            spare[count++] = buffer.clear();
        } else {
            buffer.release();
        }
    }

    static ByteBuf kept() {
        return KEPT.directBuffer(BYTES_AT_FIRST);
    }

    static boolean isWatched() {
        return ResourceLeakDetector.getLevel() == ResourceLeakDetector.Level.PARANOID;
    }
}
