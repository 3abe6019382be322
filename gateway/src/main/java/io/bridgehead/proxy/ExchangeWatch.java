package io.bridgehead.proxy;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import org.jspecify.annotations.Nullable;

/**
 * An exchange as the looks of its loop see it: its place in one of {@link ActiveExchanges}' rows, until when it may wait, and since when it
 * is quiet, as exactly as the looks are frequent.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class ExchangeWatch {
    private final Exchange exchange;
    private boolean stirred = true;
    private long quietSinceNanos;
    private boolean bounded;
    private long deadlineNanos;
    private boolean answered;

    ActiveExchanges.@Nullable Row row;

    @Nullable
    ExchangeWatch previous;

    @Nullable
    ExchangeWatch next;

    ExchangeWatch(Exchange exchange) {
        this.exchange = exchange;
    }

    Exchange exchange() {
        return exchange;
    }

    /** A byte passed, or may pass again. */
    void stirred() {
        stirred = true;
    }

    /** How long no byte has passed; to be asked by looks. */
    long quietNanos(long now) {
        if (stirred) {
            stirred = false;
            quietSinceNanos = now;
            return 0;
        }
        return now - quietSinceNanos;
    }

    /** Whether no byte has passed for so long, as far as looks have seen. */
    boolean isQuietFor(long nanos, long now) {
        return !stirred && now - quietSinceNanos >= nanos;
    }

    /** It waits until then at most, unless it has an earlier bound already. */
    void bound(long nanos) {
        if (!bounded || nanos - deadlineNanos < 0) {
            bounded = true;
            deadlineNanos = nanos;
        }
    }

    /** The head of its answer is there: what bounded the wait for it means nothing more, and what is set from now on bounds the rest. */
    void answered() {
        answered = true;
        bounded = false;
    }

    /** Whether its answer has begun and is to be complete by some time. */
    boolean isTimed() {
        return answered && bounded;
    }

    boolean isBounded() {
        return bounded;
    }

    boolean isLate(long now) {
        return bounded && now - deadlineNanos >= 0;
    }

    /** {@link Long#MAX_VALUE} when nothing bounds it yet. */
    long millisLeft(long now) {
        return bounded ? (deadlineNanos - now) / 1_000_000 : Long.MAX_VALUE;
    }
}
