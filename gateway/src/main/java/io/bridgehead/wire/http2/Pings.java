package io.bridgehead.wire.http2;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.ArrayDeque;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Pings under way on one connection (RFC 9113, section 6.7), at most {@value #MAX}. */
@OwnedBy(Owner.EVENT_LOOP)
final class Pings {
    private static final int MAX = 16;

    private final Loop loop;
    private final ArrayDeque<Sent> sent = new ArrayDeque<>();
    private long sequence;

    private record Sent(long data, long nanos, LongConsumer answer) {}

    Pings(Loop loop) {
        this.loop = loop;
    }

    /** Notes a ping about to be sent and gives its data, or -1 when too many are under way. */
    long send(LongConsumer answer) {
        if (sent.size() == MAX) {
            return -1;
        }
        sent.add(new Sent(++sequence, loop.nanoTime(), answer));
        return sequence;
    }

    /** An answer came; answers come in order, so older ones are lost. */
    void answered(long data) {
        for (@Nullable Sent next = sent.peek(); next != null && next.data <= data; next = sent.peek()) {
            sent.poll();
            if (next.data == data) {
                next.answer.accept(loop.nanoTime() - next.nanos);
            }
        }
    }
}
