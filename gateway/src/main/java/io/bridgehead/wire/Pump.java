package io.bridgehead.wire;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import org.jspecify.annotations.Nullable;

/**
 * One direction of an exchange: gives what one stream receives to another stream to send, no faster than that takes it.
 *
 * <p>It is the source's {@link StreamEvents}. That the sink is writable again is an event of the sink, so whoever
 * gets the sink's
 * events calls {@link #sinkWritable}; two pumps that form the two directions of one exchange are joined by {@link
 * #join}.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class Pump implements StreamEvents {
    private final Stream source;
    private final Stream sink;
    private final PumpEvents events;
    private @Nullable Pump opposite;
    private long bytes;
    private int unconsumed;
    private boolean over;

    public Pump(Stream source, Stream sink, PumpEvents events) {
        this.source = source;
        this.sink = sink;
        this.events = events;
    }

    /** Makes these two the directions of one exchange: each tells the other when its sink is writable. */
    public static void join(Pump one, Pump other) {
        one.opposite = other;
        other.opposite = one;
    }

    /** The body bytes passed on. */
    public long bytes() {
        return bytes;
    }

    /** Whether the source has ended or was reset. */
    public boolean isOver() {
        return over;
    }

    @Override
    public void onData(Chunk chunk, boolean end) {
        if (over) {
            chunk.release();
            return;
        }
        int size = chunk.size();
        bytes += size;
        over = end;
        sink.sendData(chunk, end);
        if (end) {
            source.consumed(size + takeUnconsumed());
            events.onEnded(this);
        } else if (sink.writable()) {
            source.consumed(size + takeUnconsumed());
        } else {
            unconsumed += size;
        }
    }

    @Override
    public void onTrailers(HeaderFields trailers) {
        if (!over) {
            over = true;
            events.onTrailers(trailers);
            sink.sendTrailers(trailers);
            events.onEnded(this);
        }
    }

    @Override
    public void onReset(StreamReset reset) {
        if (!over || opposite == null || !opposite.over) {
            over = true;
            sink.reset(reset == StreamReset.PEER_RESET ? StreamReset.CANCEL : reset);
            events.onReset(this, reset);
        }
    }

    @Override
    public void onWritable() {
        if (opposite != null) {
            opposite.sinkWritable();
        }
    }

    /** The sink takes data again. */
    public void sinkWritable() {
        if (unconsumed > 0 && sink.writable()) {
            source.consumed(takeUnconsumed());
        }
    }

    private int takeUnconsumed() {
        int bytesToConsume = unconsumed;
        unconsumed = 0;
        return bytesToConsume;
    }
}
