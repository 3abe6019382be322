package io.bridgehead.listen;

import io.bridgehead.limit.Overload;
import io.bridgehead.model.CloseReason;
import io.bridgehead.model.IpAddress;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.HttpServerConnection;
import io.bridgehead.wire.ServerConnectionEvents;

/** What one client's HTTP connection tells of itself: why it ended, and the resets that all connections of its address share. */
@OwnedBy(Owner.EVENT_LOOP)
final class ClientEvents implements ServerConnectionEvents {
    private final Accepted accepted;
    private CloseReason reason = CloseReason.PEER;

    ClientEvents(Accepted accepted) {
        this.accepted = accepted;
    }

    @Override
    public Overload overload() {
        return accepted.parts().overload();
    }

    @Override
    public boolean mayReset() {
        IpAddress owner = accepted.flow().source().owner();
        return accepted.parts()
                .bounds()
                .get()
                .resets()
                .take(owner.high() ^ owner.low(), accepted.loop().nanoTime());
    }

    @Override
    public void onEnding(CloseReason ending) {
        reason = ending;
    }

    @Override
    public void onBytesReceived() {
        // liveness of clients is judged by timers
    }

    @Override
    public void onClosed(HttpServerConnection connection) {
        accepted.parts().observer().ended(accepted.spec().name(), reason);
    }
}
