package io.bridgehead.wire;

import io.bridgehead.model.CloseReason;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import org.jspecify.annotations.Nullable;

/** Counts what connections tell their owner. */
@OwnedBy(Owner.EVENT_LOOP)
final class Quiet implements ServerConnectionEvents, ClientConnectionEvents {
    int closed;
    int idle;
    int goingAway;
    int settings;

    @Nullable
    CloseReason reason;

    @Override
    public void onEnding(CloseReason ending) {
        reason = ending;
    }

    @Override
    public void onBytesReceived() {}

    @Override
    public void onClosed(HttpServerConnection connection) {
        closed++;
    }

    @Override
    public void onClosed(HttpClientConnection connection) {
        closed++;
    }

    @Override
    public void onSettings(HttpClientConnection connection) {
        settings++;
    }

    @Override
    public void onIdle(HttpClientConnection connection) {
        idle++;
    }

    @Override
    public void onGoingAway(HttpClientConnection connection) {
        goingAway++;
    }
}
