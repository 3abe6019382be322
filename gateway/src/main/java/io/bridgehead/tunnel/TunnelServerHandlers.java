package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.wire.RequestHandler;

/** Makes the handler of streams that arrive through an accepted connection. */
public interface TunnelServerHandlers {
    /** Called once for each accepted connection for requests or bytes, after its hello, on the loop that it lives on. */
    RequestHandler requests(Loop loop, TunnelPeer peer);
}
