package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import java.util.ArrayDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits for something that others find out before it is known what becomes of it.
 *
 * <p><b>Limits</b>: what comes of its body meanwhile is not passed on as consumed, so that the windows of its connection bound it.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class HeldRequest implements StreamEvents {
    private final ProxyContext context;
    private final ExchangeRecord record;
    private final Runnable onGone;
    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>(0);
    private @Nullable HeaderFields trailers;
    private boolean ended;
    private boolean gone;
    private boolean begun;
    /** How the client was lost while it was begun. */
    private @Nullable StreamReset lost;

    private @Nullable StreamEvents next;

    HeldRequest(ProxyContext context, ExchangeRecord record) {
        this(context, record, () -> {});
    }

    /** @param onGone is told that the client has gone before it was known what becomes of the request */
    HeldRequest(ProxyContext context, ExchangeRecord record, Runnable onGone) {
        this.context = context;
        this.record = record;
        this.onGone = onGone;
    }

    /** It is known what becomes of it, unless its client has gone. */
    void goOn(Supplier<StreamEvents> begin) {
        if (gone) {
            return;
        }
        begun = true;
        StreamEvents events = begin.get();
        next = events;
        int left = chunks.size();
        for (Chunk chunk = chunks.poll(); chunk != null; chunk = chunks.poll()) {
            left--;
            events.onData(chunk, ended && trailers == null && left == 0);
        }
        HeaderFields last = trailers;
        if (last != null) {
            events.onTrailers(last);
        }
        StreamReset reset = lost;
        if (reset != null) {
            events.onReset(reset);
        }
    }

    @Override
    public void onData(Chunk chunk, boolean end) {
        StreamEvents events = next;
        if (events != null) {
            events.onData(chunk, end);
        } else if (gone) {
            chunk.release();
        } else {
            chunks.add(chunk);
            ended |= end;
        }
    }

    @Override
    public void onTrailers(HeaderFields fields) {
        StreamEvents events = next;
        if (events != null) {
            events.onTrailers(fields);
        } else {
            trailers = fields;
        }
    }

    @Override
    public void onReset(StreamReset reset) {
        StreamEvents events = next;
        if (events != null) {
            events.onReset(reset);
            return;
        }
        if (begun) {
            lost = reset;
            return;
        }
        gone = true;
        onGone.run();
        chunks.forEach(Chunk::release);
        chunks.clear();
        record.clientReset(reset, true);
        record.durationNanos = context.now() - record.startNanos;
        context.observer().ended(record);
    }

    @Override
    public void onWritable() {
        StreamEvents events = next;
        if (events != null) {
            events.onWritable();
        }
    }
}
