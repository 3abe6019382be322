package io.bridgehead.listen;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.Caller;
import io.bridgehead.proxy.HttpProxy;
import io.bridgehead.proxy.ProxyContext;
import io.bridgehead.tunnel.TunnelPeer;
import io.bridgehead.tunnel.TunnelServerHandlers;
import io.bridgehead.wire.RequestHandler;
import java.util.List;

/**
 * Where requests and byte streams of other sites enter: the same path as those of clients, but what their gateway says of the
 * caller is believed, and only endpoints of this site may serve.
 *
 * @param contexts the proxy's context of each loop, by the loop's index
 */
public record TunnelEntry(List<ProxyContext> contexts) implements TunnelServerHandlers {
    public TunnelEntry {
        contexts = List.copyOf(contexts);
    }

    @Override
    public RequestHandler requests(Loop loop, TunnelPeer peer) {
        Caller gateway = new Caller(peer.id(), Caller.Proof.CERTIFICATE, peer.site(), peer.address());
        ProxyContext context = contexts.get(loop.index());
        return HttpProxy.tunnel(context, gateway, context.origins().intake().from(peer.id(), peer.keys()));
    }
}
