package io.bridgehead.tunnel;

import io.bridgehead.model.NodeName;
import io.bridgehead.wire.StreamOpener;
import org.jspecify.annotations.Nullable;

/** The tunnels of one event loop; every method, and every opener it returns, is used on that loop and asked for anew each time. */
public interface LoopTunnels {
    /** Opens HTTP requests to a node, or null when no tunnel to it can be used from this loop now. Suspects have one still. */
    @Nullable
    StreamOpener requests(NodeName node);

    /** Opens CONNECT streams to a node, on connections of their own; the first one may wait for its connection. Null as above. */
    @Nullable
    StreamOpener bytes(NodeName node);
}
