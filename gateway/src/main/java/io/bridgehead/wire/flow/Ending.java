package io.bridgehead.wire.flow;

import io.bridgehead.limit.Overload;
import io.bridgehead.model.CloseReason;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.wire.ServerConnectionEvents;

/** Why one accepted connection ends, of which the first reason is told; and how hard the node is pressed to end connections. */
@OwnedBy(Owner.EVENT_LOOP)
public final class Ending {
    private final ServerConnectionEvents events;
    private final Overload overload;
    private boolean told;

    public Ending(ServerConnectionEvents events) {
        this.events = events;
        this.overload = events.overload();
    }

    /** It ends for this reason, unless there was one before. */
    public void because(CloseReason reason) {
        if (!told) {
            told = true;
            events.onEnding(reason);
        }
    }

    /** Whatever it was to end for, it ends because its last bytes are not taken. */
    public void unread() {
        told = true;
        events.onEnding(CloseReason.UNREAD);
    }

    /** It ends after this refusal, because nobody knows where the next request would begin. */
    public void because(Refusal refusal) {
        because(
                switch (refusal) {
                    case HEAD_TIMEOUT -> CloseReason.HEAD_TIMEOUT;
                    case BODY_TIMEOUT -> CloseReason.BODY_TIMEOUT;
                    default -> CloseReason.BAD_REQUEST;
                });
    }

    /** Whether it is to end with the next answer because the node has too little of something left; if so, that is the reason. */
    public boolean isPressed() {
        boolean pressed = overload.endsConnections();
        if (pressed) {
            because(CloseReason.OVERLOADED);
        }
        return pressed;
    }

    /** How long it may be idle now. */
    public long idleMillis(long configured) {
        return overload.idleMillis(configured);
    }
}
