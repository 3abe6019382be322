package io.bridgehead.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** Bytes of a body on their way through. Whoever is handed one owns it: pass it on, or {@link #release()} it, once. */
public final class Chunk {
    private final ByteBuf bytes;

    private Chunk(ByteBuf bytes) {
        this.bytes = bytes;
    }

    /** A chunk over this array, which must not change afterwards. */
    public static Chunk of(byte[] bytes) {
        return new Chunk(Unpooled.wrappedBuffer(bytes));
    }

    /** The number of bytes. */
    public int size() {
        return bytes.readableBytes();
    }

    /** A second owner's view of the same bytes. */
    public Chunk share() {
        return new Chunk(bytes.retainedDuplicate());
    }

    /** The bytes, copied; the chunk stays owned by the caller. */
    public byte[] toBytes() {
        return ByteBufUtil.getBytes(bytes);
    }

    /** Gives the bytes back. */
    public void release() {
        bytes.release();
    }

    /** A chunk over this buffer, which is taken over; only for packages that may see Netty. */
    public static Chunk of(ByteBuf bytes) {
        return new Chunk(bytes);
    }

    /** A chunk without bytes, for an end that comes alone. */
    public static Chunk empty() {
        return new Chunk(Unpooled.EMPTY_BUFFER);
    }

    /** The buffer itself, with the chunk's ownership; only for packages that may see Netty. */
    public ByteBuf bytes() {
        return bytes;
    }
}
