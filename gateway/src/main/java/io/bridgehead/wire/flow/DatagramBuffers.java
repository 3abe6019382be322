package io.bridgehead.wire.flow;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Buffers of datagrams. Each is received in one that the longest would fit in. */
public final class DatagramBuffers {
    private static final int COPIED_MAX = 16 * 1024;

    private DatagramBuffers() {}

    /** The datagram in a buffer that is not much longer than it is, which may wait to be sent; the argument is taken over. */
    public static ByteBuf fitted(ByteBufAllocator allocator, ByteBuf datagram) {
        int length = datagram.readableBytes();
        if (length > COPIED_MAX) {
            return datagram;
        }
        ByteBuf copy = allocator.directBuffer(length).writeBytes(datagram);
        datagram.release();
        return copy;
    }
}
