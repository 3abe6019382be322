package io.bridgehead.loop;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a loop reads into: a few buffers for all its connections, of which one is enough as long as they are done with it when they have been
 * told, which heads and small bodies are. A connection that needs more, because much comes, gets buffers of its own in the size that Netty
 * finds right; so does each while all of these are held by somebody.
 *
 * <p><b>Limits</b>: {@value #SHARED_MAX} buffers of 2 KiB.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class ReceiveBuffers implements RecvByteBufAllocator {
    private static final int SHARED_MAX = 64;

    private final AdaptiveRecvByteBufAllocator adaptive;
    private final ByteBuf[] shared = new ByteBuf[SHARED_MAX];
    private int made;
    private int next;

    ReceiveBuffers(AdaptiveRecvByteBufAllocator adaptive) {
        this.adaptive = adaptive;
    }

    @Override
    @SuppressWarnings("deprecation") // the interface asks for it
    public Handle newHandle() {
        return new Sharing((ExtendedHandle) adaptive.newHandle());
    }

    /** One that nobody holds, or null. Those that were used last are tried last, because they are held most likely. */
    private @Nullable ByteBuf take() {
        if (made > 0 && shared[next].refCnt() == 1) {
            return shared[next].clear().retain();
        }
        for (int i = 0; i < made; i++) {
            next = next + 1 < made ? next + 1 : 0;
            if (shared[next].refCnt() == 1) {
                return shared[next].clear().retain();
            }
        }
        if (made == SHARED_MAX) {
            return null;
        }
        next = made++;
        shared[next] = TurnBuffers.kept();
        return shared[next].retain();
    }

    /** Netty's handle of one connection, but for what it allocates. */
    private final class Sharing implements ExtendedHandle {
        private final ExtendedHandle handle;

        Sharing(ExtendedHandle handle) {
            this.handle = handle;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            ByteBuf buffer = handle.guess() > TurnBuffers.BYTES_AT_FIRST || TurnBuffers.isWatched() ? null : take();
            return buffer == null ? handle.allocate(allocator) : buffer;
        }

        @Override
        public int guess() {
            return handle.guess();
        }

        @Override
        @SuppressWarnings("deprecation") // the interface asks for it
        public void reset(io.netty.channel.ChannelConfig config) {
            handle.reset(config);
        }

        @Override
        public void incMessagesRead(int messages) {
            handle.incMessagesRead(messages);
        }

        @Override
        public void lastBytesRead(int bytes) {
            handle.lastBytesRead(bytes);
        }

        @Override
        public int lastBytesRead() {
            return handle.lastBytesRead();
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            handle.attemptedBytesRead(bytes);
        }

        @Override
        public int attemptedBytesRead() {
            return handle.attemptedBytesRead();
        }

        @Override
        public boolean continueReading() {
            return handle.continueReading();
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier mayHaveMore) {
            return handle.continueReading(mayHaveMore);
        }

        @Override
        public void readComplete() {
            handle.readComplete();
        }
    }
}
