package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.Stream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request on its way from the client to the attempt that takes it, kept for another attempt as long as it is
 * small.
 *
 * <p><b>Limits</b>: as {@link ProxyLimits}. Back-pressure: the client may send more only when the taker is ready for more, so what
 * is here without a taker is bounded by the client's window.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class RequestBody {
    private final Stream source;
    private final ReplayBudget budget;
    private final int keptBytesMax;
    private final ArrayDeque<Chunk> kept = new ArrayDeque<>(0);
    private @Nullable Stream taker;
    private @Nullable HeaderFields trailers;
    private long keptBytes;
    private long passedBytes;
    private int unconsumed;
    private boolean whole = true;
    private boolean ended;

    RequestBody(Stream source, ReplayBudget budget, int keptBytesMax) {
        this.source = source;
        this.budget = budget;
        this.keptBytesMax = keptBytesMax;
    }

    /** Whether all that came is still here, so that another attempt can have it. */
    boolean isKept() {
        return whole;
    }

    /** Whether the client has sent all of it. */
    boolean isEnded() {
        return ended;
    }

    /** Whether more of it is here than the attempt takes. */
    boolean isHeldUp() {
        Stream to = taker;
        return to != null && unconsumed > 0 && !to.writable();
    }

    /** Whether the request is over with its head. */
    boolean isEmpty() {
        return ended && whole && kept.isEmpty() && trailers == null;
    }

    /** What the attempt that takes it, or took it last, was given. Two that run side by side have both been given all of it. */
    long passedBytes() {
        return passedBytes;
    }

    /** The request has no body. */
    void endedWithHead() {
        ended = true;
    }

    void add(Chunk chunk, boolean end) {
        int size = chunk.size();
        unconsumed += size;
        ended = end;
        Stream to = taker;
        if (to == null) {
            keep(chunk, size);
            return;
        }
        if (whole && canKeep(size)) {
            keep(chunk.share(), size);
        } else {
            forget();
        }
        passedBytes += size;
        to.sendData(chunk, end);
        passOn();
    }

    void addTrailers(HeaderFields fields) {
        trailers = fields;
        ended = true;
        Stream to = taker;
        if (to != null) {
            to.sendTrailers(fields.copy());
            passOn();
        }
    }

    /** Sends this stream what is here, and from now on what comes. */
    void sendTo(Stream stream, boolean openedWithEnd) {
        assert whole : "a body of which a part is gone is not sent again";
        taker = stream;
        passedBytes = 0;
        if (openedWithEnd) {
            return;
        }
        HeaderFields last = trailers;
        boolean endsWithData = ended && last == null;
        int left = kept.size();
        for (Chunk chunk : kept) {
            left--;
            passedBytes += chunk.size();
            stream.sendData(chunk.share(), endsWithData && left == 0);
        }
        if (endsWithData && kept.isEmpty()) {
            stream.sendData(Chunk.empty(), true);
        } else if (last != null) {
            stream.sendTrailers(last.copy());
        }
        passOn();
    }

    /** The taker failed: what comes is only kept. */
    void detach() {
        taker = null;
    }

    /** The taker is ready for more. */
    void passOn() {
        Stream to = taker;
        if (to == null || unconsumed == 0 || !(ended || to.writable())) {
            return;
        }
        int bytes = unconsumed;
        unconsumed = 0;
        if (keptBytes > keptBytesMax) {
            forget();
        }
        source.consumed(bytes);
    }

    /** No other attempt will be made: what was kept is given back. */
    void forget() {
        whole = false;
        for (Chunk chunk = kept.poll(); chunk != null; chunk = kept.poll()) {
            chunk.release();
        }
        budget.gaveBack(keptBytes);
        keptBytes = 0;
    }

    /** What nobody has taken yet is pinned anyway, so keeping it costs nothing more. */
    private boolean canKeep(int size) {
        boolean pinned = unconsumed == keptBytes + size;
        return pinned || (keptBytes + size <= keptBytesMax && budget.hasRoomFor(size));
    }

    private void keep(Chunk chunk, int size) {
        if (size == 0 || !whole) {
            chunk.release();
            return;
        }
        kept.add(chunk);
        keptBytes += size;
        budget.took(size);
    }
}
