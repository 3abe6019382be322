package io.bridgehead.upstream.endpoint;

import io.bridgehead.loop.Timer;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamReset;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The streams that wait for a connection to one endpoint, first come first served; bounded in number and time. */
@OwnedBy(Owner.EVENT_LOOP)
final class WaitingLine {
    private final EndpointLink link;
    private final ArrayDeque<PendingStream> streams = new ArrayDeque<>(0);
    private @Nullable Timer timer;

    WaitingLine(EndpointLink link) {
        this.link = link;
    }

    /**
     * A stream at the end of the line; one that is soon reset if the line is full, or closed because the endpoint is
     * being left.
     */
    PendingStream join(RequestHead head, boolean end, ResponseEvents events, boolean closed) {
        PendingStream stream = new PendingStream(head, end, events, link.pendingDeadlineNanos(), this::abandon);
        if (closed) {
            link.loop().execute(() -> stream.fail(StreamReset.REFUSED));
        } else if (streams.size() >= link.limits().pendingMax()
                || !link.events().mayWait()) {
            link.events().onPoolFull();
            link.loop().execute(() -> stream.fail(StreamReset.POOL_FULL));
        } else {
            streams.add(stream);
            link.events().waiting(1);
            startTimer();
        }
        return stream;
    }

    private void abandon(PendingStream stream) {
        if (streams.remove(stream)) {
            link.events().waiting(-1);
        }
    }

    int size() {
        return streams.size();
    }

    @Nullable
    PendingStream poll() {
        PendingStream next = streams.poll();
        if (next != null) {
            link.events().waiting(-1);
        }
        if (streams.isEmpty()) {
            stopTimer();
        }
        return next;
    }

    void failNext(StreamReset reset) {
        PendingStream next = poll();
        if (next != null) {
            next.fail(reset);
        }
    }

    /** Fails those that wait now; what their users open meanwhile is not touched. */
    void failAll(StreamReset reset) {
        for (int left = streams.size(); left > 0; left--) {
            failNext(reset);
        }
    }

    private void startTimer() {
        PendingStream first = streams.peek();
        if (timer == null && first != null) {
            long leftNanos = first.deadlineNanos() - link.loop().nanoTime();
            timer = link.loop().after(Math.max(0, leftNanos / 1_000_000) + 1, this::expire);
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void expire() {
        timer = null;
        long now = link.loop().nanoTime();
        for (PendingStream first = streams.peek();
                first != null && first.deadlineNanos() - now <= 0;
                first = streams.peek()) {
            link.events().onPoolFull();
            failNext(StreamReset.POOL_FULL);
        }
        startTimer();
    }
}
