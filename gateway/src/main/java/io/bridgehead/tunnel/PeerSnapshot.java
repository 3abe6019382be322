package io.bridgehead.tunnel;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The view of one moment, indexed by node and by site. */
final class PeerSnapshot implements TunnelView {
    static final PeerSnapshot EMPTY = new PeerSnapshot(Map.of(), Map.of());

    private final Map<NodeName, PeerState> byNode;
    private final Map<SiteName, List<PeerState>> bySite;

    private PeerSnapshot(Map<NodeName, PeerState> byNode, Map<SiteName, List<PeerState>> bySite) {
        this.byNode = byNode;
        this.bySite = bySite;
    }

    /** @param own this node's site, whose nodes take no requests over tunnels and so are in no site */
    static PeerSnapshot of(Collection<PeerState> states, SiteName own) {
        Map<NodeName, PeerState> byNode = new TreeMap<>();
        states.forEach(state -> byNode.put(state.node(), state));
        Map<SiteName, List<PeerState>> bySite = new HashMap<>();
        byNode.values().stream()
                .filter(state -> !state.site().equals(own))
                .forEach(state -> bySite.computeIfAbsent(state.site(), _ -> new ArrayList<>())
                        .add(state));
        bySite.replaceAll((_, list) -> List.copyOf(list));
        return new PeerSnapshot(byNode, bySite);
    }

    @Override
    public List<PeerState> inSite(SiteName site) {
        return bySite.getOrDefault(site, List.of());
    }

    @Override
    public @Nullable PeerState node(NodeName node) {
        return byNode.get(node);
    }

    @Override
    public Collection<PeerState> all() {
        return List.copyOf(byNode.values());
    }
}
