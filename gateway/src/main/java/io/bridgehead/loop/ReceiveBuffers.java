package io.bridgehead.loop;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * What a loop reads into: one buffer for all its connections as long as they are done with it when they have been told, which heads and small
 * bodies are. A connection that needs more, because much comes, gets buffers of its own in the size that Netty finds right.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class ReceiveBuffers implements RecvByteBufAllocator {
    private final AdaptiveRecvByteBufAllocator adaptive;
    private ByteBuf shared = TurnBuffers.kept();

    ReceiveBuffers(AdaptiveRecvByteBufAllocator adaptive) {
        this.adaptive = adaptive;
    }

    @Override
    @SuppressWarnings("deprecation") // the interface asks for it
    public Handle newHandle() {
        return new Sharing((ExtendedHandle) adaptive.newHandle());
    }

    private ByteBuf take() {
        if (shared.refCnt() != 1) {
            shared.release();
            shared = TurnBuffers.kept();
        }
        return shared.clear().retain();
    }

    /** Netty's handle of one connection, but for what it allocates. */
    private final class Sharing implements ExtendedHandle {
        private final ExtendedHandle handle;

        Sharing(ExtendedHandle handle) {
            this.handle = handle;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return handle.guess() > TurnBuffers.BYTES_AT_FIRST || TurnBuffers.isWatched()
                    ? handle.allocate(allocator)
                    : take();
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
