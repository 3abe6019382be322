package io.bridgehead.wire.http2;

import io.bridgehead.model.CloseReason;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.FrameLimits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps account of what a peer asks for: it looks at the header of every frame before Netty's reader does, whatever becomes of the
 * frame, and knows when a head has begun that is not complete.
 *
 * <p><b>Account</b>: a frame costs 1 (SETTINGS {@value #SETTINGS_COST}), DATA earns a third of its length less 1, so that gRPC's
 * smallest message costs nothing; DATA that nobody takes costs 1 however long ({@link UnwantedData}). A request that was not reset earns {@value #REQUEST_WORTH}; bytes sent earn
 * what a client needs for acknowledging them in steps of a few hundred; time earns {@link FrameLimits#perSecond}, looked at only when all
 * is spent. What is earned above the budget is forgotten. PUSH_PROMISE ends the connection, whatever is wrong with its head besides (RFC
 * 9113, sections 6.6 and 8.4): clients may never send one, and this side allows none to servers.
 *
 * <p>Costs a few instructions a frame and no allocation.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class FrameAccount implements Http2FrameReader {
    static final int REQUEST_WORTH = 20;
    static final int SETTINGS_COST = 8;

    private static final int HEADER_LENGTH = 9;
    private static final int TYPE_AT = 3;
    private static final int FLAGS_AT = 4;
    private static final int STREAM_AT = 5;
    private static final int PADDING_MAX = 256;
    private static final int DATA_BYTES_WORTH = 3;
    private static final int SENT_WORTH = 2;
    private static final int SENT_BYTES_SHIFT = 8;

    private final Http2FrameReader reader;
    private final FrameLimits limits;
    private final ResetCount resets;
    private final LongSupplier nanoTime;
    private final UnwantedData unwanted;
    private @Nullable LinkUser user;
    private int credit;
    private long refilledNanos;
    private long ahead;
    private boolean inHead;
    private boolean headComplete;
    private boolean headPending;
    private boolean exceeded;

    FrameAccount(
            Http2FrameReader reader,
            FrameLimits limits,
            ResetCount resets,
            LongSupplier nanoTime,
            UnwantedData unwanted) {
        this.reader = reader;
        this.limits = limits;
        this.resets = resets;
        this.nanoTime = nanoTime;
        this.unwanted = unwanted;
        this.credit = limits.budget();
        this.refilledNanos = nanoTime.getAsLong();
    }

    void tell(LinkUser told) {
        user = told;
        resets.tell(told);
    }

    @Override
    public void readFrame(ChannelHandlerContext ctx, ByteBuf in, Http2FrameListener listener) throws Http2Exception {
        if (exceeded) {
            in.skipBytes(in.readableBytes());
            return;
        }
        long next = in.readerIndex() + ahead;
        int end = in.writerIndex();
        while (next + HEADER_LENGTH <= end) {
            next += look(in, (int) next);
        }
        try {
            reader.readFrame(ctx, in, listener);
        } finally {
            ahead = next - in.readerIndex();
            boolean pending = inHead && (!headComplete || ahead > 0);
            if (pending != headPending) {
                headPending = pending;
                tellOfHead(pending);
            }
        }
    }

    private void tellOfHead(boolean pending) {
        LinkUser told = user;
        if (told != null) {
            told.onHeadPending(pending);
        }
    }

    /** @return the length of the frame */
    private int look(ByteBuf in, int at) throws Http2Exception {
        int length = in.getUnsignedMedium(at);
        byte flags = in.getByte(at + FLAGS_AT);
        inHead = false;
        switch (in.getByte(at + TYPE_AT)) {
            case Http2FrameTypes.DATA -> {
                if (unwanted.blames(in.getInt(at + STREAM_AT) & Integer.MAX_VALUE, length)) {
                    spend(1);
                } else {
                    data((flags & Http2Flags.PADDED) == 0 ? length : length - PADDING_MAX);
                }
            }
            case Http2FrameTypes.HEADERS, Http2FrameTypes.CONTINUATION -> {
                inHead = true;
                headComplete = (flags & Http2Flags.END_HEADERS) != 0;
                spend(1);
            }
            case Http2FrameTypes.SETTINGS -> spend((flags & Http2Flags.ACK) == 0 ? SETTINGS_COST : 1);
            case Http2FrameTypes.RST_STREAM -> {
                spend(1);
                LimitExceeded tooMany = resets.more();
                if (tooMany != null) {
                    exceeded = true;
                    throw tooMany;
                }
            }
            case Http2FrameTypes.PUSH_PROMISE -> {
                end();
                throw Http2Exception.connectionError(Http2Error.PROTOCOL_ERROR, "PUSH_PROMISE: nobody may push here");
            }
            default -> spend(1);
        }
        return HEADER_LENGTH + length;
    }

    private void data(int useful) throws Http2Exception {
        int worth = Math.max(0, useful) / DATA_BYTES_WORTH - 1;
        if (worth >= 0) {
            earn(worth);
        } else if (limits.tinyDataCounts() || useful <= 0) {
            spend(1);
        }
    }

    private void spend(int cost) throws Http2Exception {
        credit -= cost;
        if (credit < 0) {
            refill();
        }
    }

    private void refill() throws Http2Exception {
        long now = nanoTime.getAsLong();
        double seconds = (double) (now - refilledNanos) / TimeUnit.SECONDS.toNanos(1);
        refilledNanos = now;
        credit = (int) Math.floor(Math.min(limits.budget(), credit + seconds * limits.perSecond()));
        if (credit < 0) {
            exceeded = true;
            throw new LimitExceeded(CloseReason.FRAME_FLOOD, "more frames without use than requests and bodies");
        }
    }

    private void earn(int worth) {
        credit = Math.min(limits.budget(), credit + worth);
    }

    /** A request ended as it should. */
    void completed() {
        earn(REQUEST_WORTH);
    }

    /** Bytes of a body were given to the peer, who will acknowledge them. */
    void sent(int bytes) {
        earn(SENT_WORTH + (bytes >> SENT_BYTES_SHIFT));
    }

    /** A ping was sent, whose answer costs nothing. */
    void pinged() {
        earn(1);
    }

    /** A frame was wrong for its stream. @return whether nothing is left to be done: it is passed over, or its stream, one above the limit, reset */
    boolean settles(Http2Exception.StreamException error, Http2Link link) {
        if (unwanted.ignores(error)) {
            return true;
        }
        Http2Stream above = unwanted.aboveLimit(error.streamId());
        if (above == null) {
            return false;
        }
        link.writeReset(above, Http2Error.REFUSED_STREAM.code());
        LinkUser told = user;
        if (told != null) {
            told.onAboveLimit();
        }
        return true;
    }

    /** What is known of data that nobody takes. */
    UnwantedData unwanted() {
        return unwanted;
    }

    /** The connection has failed: whatever else comes is dropped. */
    void end() {
        exceeded = true;
    }

    @Override
    public Configuration configuration() {
        return reader.configuration();
    }

    @Override
    public void close() {
        reader.close();
    }
}
