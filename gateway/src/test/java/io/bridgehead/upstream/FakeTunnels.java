package io.bridgehead.upstream;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.tunnel.Liveness;
import io.bridgehead.tunnel.LoopTunnels;
import io.bridgehead.tunnel.PeerState;
import io.bridgehead.tunnel.TunnelView;
import io.bridgehead.wire.StreamOpener;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Tunnels that a test declares: who is there, how alive, and what opening a stream does. */
final class FakeTunnels implements TunnelView, LoopTunnels {
    private final Map<NodeName, PeerState> peers = new ConcurrentSkipListMap<>();
    private final Map<NodeName, StreamOpener> openers = new ConcurrentSkipListMap<>();

    /** A peer that is up, with an opener that must not be used. */
    void up(SiteName site, String node) {
        set(site, node, Liveness.UP);
        openers.put(new NodeName(node), (head, end, events) -> {
            throw new AssertionError("no stream is opened here");
        });
    }

    void set(SiteName site, String node, Liveness liveness) {
        NodeName name = new NodeName(node);
        peers.put(name, new PeerState(name, site, "192.0.2.1:15008", liveness, 100, 10, 1, 0, 0, 0, 0, 0, 0, true, ""));
    }

    /** A peer that was never reached. */
    void forget(String node) {
        peers.remove(new NodeName(node));
        noOpener(node);
    }

    void noOpener(String node) {
        openers.remove(new NodeName(node));
    }

    @Override
    public List<PeerState> inSite(SiteName site) {
        return peers.values().stream().filter(peer -> peer.site().equals(site)).toList();
    }

    @Override
    public @Nullable PeerState node(NodeName node) {
        return peers.get(node);
    }

    @Override
    public Collection<PeerState> all() {
        return peers.values();
    }

    @Override
    public @Nullable StreamOpener requests(NodeName node) {
        return openers.get(node);
    }

    @Override
    public @Nullable StreamOpener bytes(NodeName node) {
        return openers.get(node);
    }
}
