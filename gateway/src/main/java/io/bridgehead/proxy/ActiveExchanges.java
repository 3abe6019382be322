package io.bridgehead.proxy;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges of one event loop that have not ended, in three lists that are looked through now and then: those that wait
 * for the head of an answer often, those whose answer has begun seldom, unless the whole is bounded. So no exchange has
 * a timer of its own.
 *
 * <p><b>Threads</b>: {@link #count} from any thread, the rest on the loop.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class ActiveExchanges {
    static final long WAITING_LOOK_MILLIS = 20;
    static final long TIMED_LOOK_MILLIS = 100;
    static final long STREAMING_LOOK_MILLIS = 1000;

    private final LoopParts.Clock clock;
    private final Row waiting = new Row();
    private final Row timed = new Row();
    private final Row streaming = new Row();
    private volatile int count;
    private boolean lookingAtWaiting;
    private boolean lookingAtTimed;
    private boolean lookingAtStreaming;

    ActiveExchanges(LoopParts.Clock clock) {
        this.clock = clock;
    }

    /** The number of exchanges that have not ended. */
    public int count() {
        return count;
    }

    /** Resets every exchange: the time to drain is over. */
    public void resetAll() {
        waiting.forEach(ActiveExchanges::reset);
        timed.forEach(ActiveExchanges::reset);
        streaming.forEach(ActiveExchanges::reset);
    }

    private static void reset(Exchange exchange) {
        exchange.abort(Refusal.NOT_READY, "the node shuts down");
    }

    /** Whether it was ended because its caller may have it no longer. */
    private static boolean isDenied(Exchange exchange) {
        String denied = exchange.denied();
        if (denied != null) {
            exchange.abort(Refusal.NOT_AUTHORIZED, denied);
        }
        return denied != null;
    }

    private static void lookWhileStreaming(Exchange exchange, long now) {
        if (!isDenied(exchange)) {
            exchange.lookWhileStreaming(now);
        }
    }

    void waits(Exchange exchange) {
        waiting.add(exchange);
        counted();
        if (!lookingAtWaiting) {
            lookingAtWaiting = true;
            clock.after(WAITING_LOOK_MILLIS, this::lookAtWaiting);
        }
    }

    void streams(Exchange exchange) {
        waiting.remove(exchange);
        if (exchange.watch().isTimed()) {
            streamsTimed(exchange);
            return;
        }
        streaming.add(exchange);
        if (!lookingAtStreaming) {
            lookingAtStreaming = true;
            clock.after(STREAMING_LOOK_MILLIS, this::lookAtStreaming);
        }
    }

    private void streamsTimed(Exchange exchange) {
        timed.add(exchange);
        if (!lookingAtTimed) {
            lookingAtTimed = true;
            clock.after(TIMED_LOOK_MILLIS, this::lookAtTimed);
        }
    }

    void ended(Exchange exchange) {
        waiting.remove(exchange);
        timed.remove(exchange);
        streaming.remove(exchange);
        counted();
    }

    private void counted() {
        count = waiting.size + timed.size + streaming.size;
    }

    private void lookAtWaiting() {
        long now = clock.nanoTime();
        waiting.forEach(exchange -> {
            if (!isDenied(exchange)) {
                exchange.lookWhileWaiting(now);
            }
        });
        lookingAtWaiting = waiting.size > 0;
        if (lookingAtWaiting) {
            clock.after(WAITING_LOOK_MILLIS, this::lookAtWaiting);
        }
    }

    private void lookAtTimed() {
        long now = clock.nanoTime();
        timed.forEach(exchange -> lookWhileStreaming(exchange, now));
        lookingAtTimed = timed.size > 0;
        if (lookingAtTimed) {
            clock.after(TIMED_LOOK_MILLIS, this::lookAtTimed);
        }
    }

    private void lookAtStreaming() {
        long now = clock.nanoTime();
        streaming.forEach(exchange -> lookWhileStreaming(exchange, now));
        lookingAtStreaming = streaming.size > 0;
        if (lookingAtStreaming) {
            clock.after(STREAMING_LOOK_MILLIS, this::lookAtStreaming);
        }
    }

    /** A doubly linked list that may change while it is gone through. */
    @OwnedBy(Owner.EVENT_LOOP)
    static final class Row {
        private @Nullable ExchangeWatch first;
        private @Nullable ExchangeWatch upNext;
        private int size;

        void add(Exchange exchange) {
            ExchangeWatch place = exchange.watch();
            assert place.row == null : "an exchange stands in one row";
            ExchangeWatch second = first;
            place.row = this;
            place.next = second;
            if (second != null) {
                second.previous = place;
            }
            first = place;
            size++;
        }

        void remove(Exchange exchange) {
            ExchangeWatch place = exchange.watch();
            if (place.row != this) {
                return;
            }
            ExchangeWatch before = place.previous;
            ExchangeWatch after = place.next;
            if (before == null) {
                first = after;
            } else {
                before.next = after;
            }
            if (after != null) {
                after.previous = before;
            }
            if (upNext == place) {
                upNext = after;
            }
            place.row = null;
            place.previous = null;
            place.next = null;
            size--;
        }

        void forEach(Consumer<Exchange> action) {
            upNext = first;
            for (ExchangeWatch place = upNext; place != null; place = upNext) {
                upNext = place.next;
                action.accept(place.exchange());
            }
        }
    }
}
