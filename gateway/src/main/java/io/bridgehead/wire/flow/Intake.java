package io.bridgehead.wire.flow;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.channel.Channel;

/** Stops reading from a channel while more than so many bytes wait for their consumer, and goes on at half of that. */
@OwnedBy(Owner.EVENT_LOOP)
public final class Intake {
    private final Channel channel;
    private final int max;
    private int unconsumed;
    private boolean paused;
    private boolean held;

    public Intake(Channel channel, int max) {
        this.channel = channel;
        this.max = max;
    }

    /** So many bytes arrived that somebody has to consume. */
    public void received(int bytes) {
        unconsumed += bytes;
        if (!paused && unconsumed >= max) {
            paused = true;
            apply();
        }
    }

    /** So many of them have been consumed. */
    public void consumed(int bytes) {
        unconsumed = Math.max(0, unconsumed - bytes);
        if (paused && unconsumed <= max / 2) {
            paused = false;
            apply();
        }
    }

    /** Stops reading for another reason, or takes that back. */
    public void hold(boolean stop) {
        if (held != stop) {
            held = stop;
            apply();
        }
    }

    /** Whether reading has stopped because bytes wait for their consumer. */
    public boolean isPaused() {
        return paused;
    }

    private void apply() {
        channel.config().setAutoRead(!paused && !held);
    }

    /** Nobody will consume what is left, and it no longer counts. */
    public void forget() {
        consumed(unconsumed);
    }
}
