package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.RequestHead;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;

/** Serves one path below {@code /.bridgehead/} on the control connections that peers dialed. */
public interface ControlHandler {
    /**
     * A peer opened a control stream; called on its connection's loop.
     *
     * @param loop the connection's loop; the stream is used on it alone
     * @param end when no body follows
     * @return who gets the rest of it
     */
    StreamEvents onRequest(Loop loop, TunnelPeer peer, ServerStream stream, RequestHead head, boolean end);
}
