package io.bridgehead.wire.http1;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.flow.Deadline;
import io.bridgehead.wire.flow.Farewell;
import io.bridgehead.wire.flow.Outbox;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import org.jspecify.annotations.Nullable;

/** How a server's connection ends: with its last answer, lingering for a client that may still be sending ({@link Farewell}), or at once. */
@OwnedBy(Owner.EVENT_LOOP)
final class Parting {
    private static final long LINGER_MILLIS = 2_000;

    private final Loop loop;
    private final Channel channel;
    private final Outbox outbox;
    private final Deadline deadline;
    private @Nullable Farewell farewell;
    private boolean begun;

    Parting(Loop loop, Channel channel, Outbox outbox, Deadline deadline) {
        this.loop = loop;
        this.channel = channel;
        this.outbox = outbox;
        this.deadline = deadline;
    }

    /** Whether nothing that comes is read any more. */
    boolean isBegun() {
        return begun;
    }

    /** Whether what comes, and its end, is dropped before it gets to the connection. */
    boolean isFarewell() {
        return farewell != null;
    }

    /** Ends after what has been written, when the client has nothing more to say. */
    void inOrder() {
        begun = true;
        deadline.in(LINGER_MILLIS);
        outbox.close();
    }

    /** Ends after what has been written, while the client may still be sending. */
    void linger() {
        begun = true;
        deadline.stop();
        farewell = Farewell.begin(loop, channel);
        outbox.close();
    }

    /** Ends at once; {@code abruptly} when a plain end could be taken for the end of the body. */
    void atOnce(boolean abruptly) {
        if (abruptly && channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } else {
            outbox.flushNow();
        }
        outbox.kill();
        channel.close();
    }

    /** Waits for nothing any more. */
    void over() {
        Farewell present = farewell;
        if (present == null) {
            channel.close();
        } else {
            present.over();
        }
    }
}
