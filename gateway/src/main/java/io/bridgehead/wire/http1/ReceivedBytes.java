package io.bridgehead.wire.http1;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/** What has come on a connection and was not read on yet: one buffer, or none. */
@OwnedBy(Owner.EVENT_LOOP)
final class ReceivedBytes {
    private @Nullable ByteBuf bytes;

    /** Takes ownership of what came. */
    void add(ChannelHandlerContext ctx, ByteBuf more) {
        ByteBuf before = bytes;
        bytes = before == null ? more : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), before, more);
    }

    /** What is there to be read; null when there is nothing. */
    @Nullable
    ByteBuf readable() {
        ByteBuf present = bytes;
        return present == null || !present.isReadable() ? null : present;
    }

    boolean isEmpty() {
        return readable() == null;
    }

    /** Gives back a buffer that has been read to its end. */
    void tidy() {
        if (isEmpty()) {
            drop();
        }
    }

    /** Nobody wants it. */
    void drop() {
        ByteBuf present = bytes;
        bytes = null;
        if (present != null) {
            present.release();
        }
    }
}
