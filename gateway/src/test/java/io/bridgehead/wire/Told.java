package io.bridgehead.wire;

import io.bridgehead.limit.Overload;
import io.bridgehead.model.CloseReason;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a connection says of its end. */
@OwnedBy(Owner.EVENT_LOOP)
final class Told implements ServerConnectionEvents {
    final List<CloseReason> reasons = new ArrayList<>();
    final Overload overload = new Overload();
    int resetsLeft = Integer.MAX_VALUE;
    int closed;

    @Override
    public Overload overload() {
        return overload;
    }

    @Override
    public boolean mayReset() {
        return resetsLeft-- > 0;
    }

    @Override
    public void onEnding(CloseReason reason) {
        reasons.add(reason);
    }

    @Override
    public void onBytesReceived() {}

    @Override
    public void onClosed(HttpServerConnection connection) {
        closed++;
    }
}
