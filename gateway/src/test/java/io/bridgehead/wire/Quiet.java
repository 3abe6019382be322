package io.bridgehead.wire;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;

/** Counts what connections tell their owner. */
@OwnedBy(Owner.EVENT_LOOP)
final class Quiet implements ServerConnectionEvents, ClientConnectionEvents {
    int closed;
    int idle;
    int goingAway;

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
    public void onIdle(HttpClientConnection connection) {
        idle++;
    }

    @Override
    public void onGoingAway(HttpClientConnection connection) {
        goingAway++;
    }
}
