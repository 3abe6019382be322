package io.bridgehead.upstream;

import io.bridgehead.balance.Candidates;
import io.bridgehead.balance.Picker;
import io.bridgehead.balance.PowerOfTwoChoices;
import io.bridgehead.failover.Reach;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.tunnel.Liveness;
import io.bridgehead.tunnel.PeerState;
import io.bridgehead.tunnel.TunnelView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One loop's choice among the nodes of another site for one service: those that are up, do not report to be without
 * fit endpoints and have not been tried; the less loaded of two. What the tunnels show at this moment decides,
 * whatever was known when shares were computed.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class RemoteChoice implements Candidates {
    private static final AttemptHistory NOTHING_TRIED = new AttemptHistory();

    private final LoopParts parts;
    private final boolean bytes;
    private final Picker picker;
    private final Map<NodeName, NodeSlot> slots = new HashMap<>();
    private List<PeerState> peers = List.of();
    private Set<NodeName> unfit = Set.of();
    private Map<NodeName, Double> returning = Map.of();
    private AttemptHistory tried = NOTHING_TRIED;
    private boolean suspectsToo;
    private double draw;
    private long nowNanos;

    /** @param bytes whether byte streams are opened, not requests */
    RemoteChoice(LoopParts parts, boolean bytes) {
        this.parts = parts;
        this.bytes = bytes;
        this.picker = new PowerOfTwoChoices(parts.random());
    }

    /**
     * A node to try, or null.
     *
     * @param view which nodes report no fit endpoint, and which come back little by little
     * @param triedAlready nodes not to be chosen
     * @param suspectsAllowed whether a node that has been silent for too long may be chosen
     */
    @Nullable
    NodeSlot pick(SiteName site, ServiceView view, AttemptHistory triedAlready, boolean suspectsAllowed) {
        peers = parts.peers().get().inSite(site);
        unfit = view.unfitNodes();
        returning = view.returning();
        draw = returning.isEmpty() ? 0 : parts.random().nextDouble();
        tried = triedAlready;
        suspectsToo = suspectsAllowed;
        nowNanos = parts.loop().nanoTime();
        int index = picker.pick(this);
        NodeSlot chosen = index == Picker.NONE ? null : slot(peers.get(index).node());
        tried = NOTHING_TRIED;
        peers = List.of();
        return chosen;
    }

    /** Whether a node of the site can be asked at this moment. */
    boolean isReached(SiteName site) {
        for (PeerState peer : parts.peers().get().inSite(site)) {
            if (peer.liveness() == Liveness.UP && isOpen(peer.node())) {
                return true;
            }
        }
        return false;
    }

    /** Whether every tunnel to the site has been lost, as far as is known at this moment. */
    boolean isLost(SiteName site) {
        return SiteReach.of(parts.peers().get().inSite(site)) == Reach.DEAD;
    }

    /** Forgets nodes that are no peers any more. */
    void prune() {
        TunnelView view = parts.peers().get();
        slots.values().removeIf(slot -> slot.inFlight() == 0 && view.node(slot.node()) == null);
    }

    @Override
    public int size() {
        return peers.size();
    }

    @Override
    public boolean isFit(int index) {
        PeerState peer = peers.get(index);
        NodeName node = peer.node();
        boolean alive = peer.liveness() == Liveness.UP || (suspectsToo && peer.liveness() == Liveness.SUSPECT);
        return alive
                && !unfit.contains(node)
                && !tried.has(node)
                && !slot(node).isUnfit(nowNanos)
                && isOpen(node)
                && (returning.isEmpty() || isTaken(node));
    }

    private boolean isTaken(NodeName node) {
        Double likely = returning.get(node);
        return likely == null || draw < likely;
    }

    private boolean isOpen(NodeName node) {
        return (bytes ? parts.tunnels().bytes(node) : parts.tunnels().requests(node)) != null;
    }

    @Override
    public int load(int index) {
        return slot(peers.get(index).node()).inFlight();
    }

    private NodeSlot slot(NodeName node) {
        NodeSlot slot = slots.get(node);
        if (slot == null) {
            slot = new NodeSlot(node);
            slots.put(node, slot);
        }
        return slot;
    }
}
