package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.wire.StreamOpener;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All peers of this node, on the home loop: merges addresses into nodes by identity, owns the control connections, looks at liveness
 * every few tens of milliseconds, and tells every loop what became reachable and what died.
 *
 * <p><b>Threads</b>: everything on the home loop, but {@link #view} and {@link #reports}, which any thread may read.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class PeerDirectory implements PeerTarget.Director {
    private static final int LOOK_MILLIS = 25;
    private static final int RECHECK_MILLIS = 60_000;
    private static final int LOOKS_PER_PUBLICATION = LoopEnd.ROUND_MILLIS / LOOK_MILLIS;

    private final Loop home;
    private final LocalEnd local;
    private final List<LoopEnd> ends;
    private final Map<HostPort, PeerTarget> targets = new LinkedHashMap<>();
    private final Map<NodeName, Peer> peers = new HashMap<>();
    private final Map<NodeName, ReversePeer> reversed = new HashMap<>();
    private final Map<NodeName, Offers> offers = new HashMap<>();
    private final StandStill standStill = new StandStill();
    private boolean offering;
    private Set<NodeName> together = Set.of();
    private @Nullable Timer looks;
    private @Nullable Timer rechecks;
    private int looksUntilPublication;
    private boolean closed;
    private volatile PeerSnapshot view = PeerSnapshot.EMPTY;
    private volatile List<TunnelReport> reports = List.of();

    /** What a peer is offered. */
    private record Offers(PeerPlan plan, List<ReverseOffer> all) {}

    PeerDirectory(Loop home, LocalEnd local, List<LoopEnd> ends) {
        this.offering = local.settings().reverse();
        this.home = home;
        this.local = local;
        this.ends = ends;
    }

    void start() {
        standStill.begin(home.nanoTime());
        rechecks = home.every(RECHECK_MILLIS, this::recheck);
        looks = home.every(LOOK_MILLIS, this::look);
    }

    PeerSnapshot view() {
        return view;
    }

    List<TunnelReport> reports() {
        return reports;
    }

    /**
     * These are the peers' addresses from now on.
     *
     * @param metInCluster nodes that need no tunnel when they are of this node's own site
     */
    void reconcile(Collection<HostPort> addresses, Set<NodeName> metInCluster) {
        if (closed) {
            return;
        }
        Set<NodeName> left = new HashSet<>(together);
        left.removeAll(metInCluster);
        together = metInCluster;
        Set<HostPort> wanted = new LinkedHashSet<>(addresses);
        for (PeerTarget target : List.copyOf(targets.values())) {
            if (!wanted.contains(target.address())) {
                targets.remove(target.address());
                remove(target);
            }
        }
        for (HostPort address : wanted) {
            if (!targets.containsKey(address)) {
                PeerTarget target = new PeerTarget(address, home, local, this);
                targets.put(address, target);
                target.dialNow();
            }
        }
        for (Peer peer : List.copyOf(peers.values())) {
            if (isNeighbour(peer.plan().site()) && !isApart(peer.plan().node())) {
                peer.holder().letGo();
                leave(peer.holder(), PeerTarget.TOGETHER);
            }
        }
        left.forEach(this::dialOthers);
        publish();
    }

    private boolean isNeighbour(SiteName site) {
        return local.settings().site().equals(site);
    }

    @Override
    public boolean isApart(NodeName node) {
        return !together.contains(node);
    }

    private void remove(PeerTarget target) {
        target.close();
        leave(target, target.address() + " is no longer a peer");
    }

    /** No node is reached by this address any more. */
    private void leave(PeerTarget target, String why) {
        for (Peer peer : List.copyOf(peers.values())) {
            if (peer.holder() == target) {
                NodeName node = peer.plan().node();
                DialedConnection control = peer.control();
                peers.remove(node);
                offerNoMore(node);
                if (control != null) {
                    control.close(TunnelFault.CLOSED, why);
                }
                ends.forEach(end -> end.loop().execute(() -> end.forget(node)));
                dialOthers(node);
            }
        }
    }

    /** Addresses that once answered as this node are worth a try now. */
    private void dialOthers(NodeName node) {
        for (PeerTarget target : targets.values()) {
            if (target.lastMet(node) && !target.isMetInCluster()) {
                target.dialNow();
            }
        }
    }

    /** A node said hello to us, so it is there. */
    void onHeardFrom(NodeName node) {
        Peer peer = peers.get(node);
        if (peer == null || peer.control() == null) {
            dialOthers(node);
        }
    }

    @Override
    public boolean adopt(PeerTarget target, DialedConnection connection) {
        PeerPlan plan = connection.plan();
        long now = home.nanoTime();
        Peer peer = peers.get(plan.node());
        forgetFormer(target, plan.node());
        if (peer != null && peer.control() != null && peer.holder() != target) {
            return false;
        }
        if (peer == null) {
            peer = new Peer(plan, target, local.pulses().of(plan.node(), now), now);
            peers.put(plan.node(), peer);
        }
        Liveness before = peer.judge().state();
        peer.adopt(connection, target, now);
        if (!isNeighbour(plan.site())) {
            ends.forEach(end -> end.loop().execute(() -> end.reached(plan)));
        }
        announce(peer, before);
        ping(peer, now);
        if (!isNeighbour(plan.site())) {
            offer(plan, connection.peerLoops());
        }
        return true;
    }

    /** Gives the peer connections on which it opens streams, if nobody can dial this node. */
    private void offer(PeerPlan plan, int loops) {
        Offers known = offers.get(plan.node());
        if (!offering || (known != null && known.plan.equals(plan))) {
            return;
        }
        offerNoMore(plan.node());
        List<ReverseOffer> all = new ArrayList<>();
        for (Purpose purpose : List.of(Purpose.REQUESTS, Purpose.BYTES)) {
            DialedConnection.Call call = new DialedConnection.Call(plan.remote(), plan.address(), purpose, plan.id());
            all.add(new ReverseOffer(home, local, ends, call, loops));
        }
        offers.put(plan.node(), new Offers(plan, all));
    }

    private void offerNoMore(NodeName node) {
        Offers known = offers.remove(node);
        if (known != null) {
            known.all.forEach(ReverseOffer::close);
        }
    }

    /** This node drains: what it offered ends with its last stream. */
    void stopOffering() {
        offering = false;
        List.copyOf(offers.keySet()).forEach(this::offerNoMore);
    }

    /** A loop got its first connection from a node that offers them, or lost the last. */
    void onReverse(ReversePeer.Change change) {
        if (closed) {
            return;
        }
        long now = home.nanoTime();
        ReversePeer known = reversed.get(change.node());
        if (known != null && !known.isOf(change.site())) {
            // each loop takes one of a name only, but two loops may have begun with another site each
            reversed.remove(change.node());
        }
        ReversePeer peer = reversed.computeIfAbsent(
                change.node(), node -> new ReversePeer(change, local.pulses().of(node, now), now));
        Liveness before = peer.judge().state();
        peer.changed(change, now);
        announce(peer, before);
    }

    private void announce(ReversePeer peer, Liveness before) {
        publish();
        Liveness after = peer.judge().state();
        if (after != before && !isDialed(peer.node())) {
            local.observer().livenessChanged(peer.node(), before, after, peer.detail());
        }
    }

    /** Whether this node has a control connection of its own to that one, which then says how it is. */
    private boolean isDialed(NodeName node) {
        Peer peer = peers.get(node);
        return peer != null && peer.control() != null;
    }

    private void look(ReversePeer peer, long now) {
        LivenessJudge judge = peer.judge();
        Liveness before = judge.state();
        judge.look(now, peer.pulse().heardAt());
        Liveness after = judge.state();
        if (after != before) {
            String silent = "nothing heard for " + judge.silence(now) / 1_000_000 + " ms";
            peer.became(now, after == Liveness.UP ? "" : silent);
            if (after == Liveness.DEAD) {
                boolean isDialed = isDialed(peer.node());
                ends.forEach(end -> end.loop().execute(() -> {
                    end.buryReversed(peer.node(), silent);
                    if (!isDialed) {
                        end.buryAccepted(peer.node(), silent);
                    }
                }));
            }
            announce(peer, before);
        }
        peer.ping(now, home);
    }

    /** The node that used to answer at this address has given it up, and is not known by another. */
    private void forgetFormer(PeerTarget target, NodeName now) {
        peers.values()
                .removeIf(peer -> peer.holder() == target
                        && peer.control() == null
                        && !peer.plan().node().equals(now));
    }

    @Override
    public void onUnreachable(PeerTarget target, TunnelFault fault, String detail) {
        for (Peer peer : peers.values()) {
            if (peer.holder() == target
                    && peer.control() == null
                    && peer.judge().state() == Liveness.CONNECTING) {
                // It drained and is gone now. Streams that still run end by themselves.
                Liveness before = peer.judge().state();
                peer.judge().lost();
                peer.changed(home.nanoTime(), fault.text() + ": " + detail);
                NodeName node = peer.plan().node();
                ends.forEach(end -> end.loop().execute(() -> end.forget(node)));
                announce(peer, before);
            }
        }
        publish();
    }

    @Override
    public void onNoPeer(PeerTarget target) {
        for (Peer peer : List.copyOf(peers.values())) {
            if (peer.holder() == target
                    && peer.control() == null
                    && isNeighbour(peer.plan().site())) {
                NodeName node = peer.plan().node();
                peers.remove(node);
                offerNoMore(node);
                ends.forEach(end -> end.loop().execute(() -> end.forget(node)));
                dialOthers(node);
            }
        }
        publish();
    }

    @Override
    public void onGoingAway(DialedConnection connection) {
        Peer peer = holderOf(connection);
        if (peer != null) {
            Liveness before = peer.judge().state();
            peer.release();
            peer.judge().goingAway();
            peer.changed(home.nanoTime(), "draining");
            announce(peer, before);
            offerNoMore(peer.plan().node());
            dialOthers(peer.plan().node());
        }
    }

    @Override
    public void onEnded(DialedConnection connection, TunnelFault fault, String detail) {
        Peer peer = holderOf(connection);
        if (peer != null) {
            Liveness before = peer.judge().state();
            peer.release();
            if (isStandStillRecent(home.nanoTime())) {
                peer.judge().cutOff();
            } else {
                peer.judge().lost();
            }
            bury(peer, before, fault.text() + ": " + detail);
        }
    }

    private boolean isStandStillRecent(long now) {
        long stood = standStill.look(now);
        if (stood > 0) {
            local.observer().stoodStill(stood / 1_000_000);
        }
        return standStill.isRecent(now);
    }

    private @Nullable Peer holderOf(DialedConnection connection) {
        for (Peer peer : peers.values()) {
            if (peer.control() == connection) {
                return peer;
            }
        }
        return null;
    }

    private void look() {
        long now = home.nanoTime();
        isStandStillRecent(now);
        for (Peer peer : List.copyOf(peers.values())) {
            look(peer, now);
        }
        for (ReversePeer peer : List.copyOf(reversed.values())) {
            look(peer, now);
        }
        looksUntilPublication--;
        if (looksUntilPublication <= 0) {
            offers.values().forEach(offered -> offered.all.forEach(ReverseOffer::refresh));
            publish();
        }
    }

    private void look(Peer peer, long now) {
        DialedConnection control = peer.control();
        if (control == null) {
            return;
        }
        peer.holder().refresh(now);
        LivenessJudge judge = peer.judge();
        Liveness before = judge.state();
        judge.look(now, peer.pulse().heardAt());
        Liveness after = judge.state();
        if (after == Liveness.DEAD) {
            dead(peer, control, before, now);
            return;
        }
        if (after != before) {
            String silent = "nothing heard for " + judge.silence(now) / 1_000_000
                    + " ms; expected a sign of life within " + judge.limit() / 1_000_000;
            peer.changed(now, after == Liveness.SUSPECT ? silent : "");
            announce(peer, before);
        }
        ping(peer, now);
    }

    private void dead(Peer peer, DialedConnection control, Liveness before, long now) {
        String detail = "nothing heard for " + peer.judge().silence(now) / 1_000_000 + " ms";
        NodeName node = peer.plan().node();
        peer.release();
        ends.forEach(end -> end.loop().execute(() -> end.buryAccepted(node, detail)));
        bury(peer, before, TunnelFault.SILENT.text() + ": " + detail);
        control.close(TunnelFault.SILENT, detail);
    }

    private void bury(Peer peer, Liveness before, String detail) {
        NodeName node = peer.plan().node();
        peer.changed(home.nanoTime(), detail);
        offerNoMore(node);
        ends.forEach(end -> end.loop().execute(() -> end.bury(node, detail)));
        announce(peer, before);
        dialOthers(node);
    }

    private void ping(Peer peer, long now) {
        DialedConnection control = peer.control();
        LivenessJudge judge = peer.judge();
        if (control != null && judge.pingDue(now)) {
            judge.pingSent(now);
            control.ping(nanos -> {
                if (peer.control() == control) {
                    judge.pingAnswered(nanos);
                }
            });
        }
    }

    private void announce(Peer peer, Liveness before) {
        publish();
        Liveness after = peer.judge().state();
        if (after != before) {
            local.observer().livenessChanged(peer.plan().node(), before, after, peer.detail());
        }
    }

    private void publish() {
        looksUntilPublication = LOOKS_PER_PUBLICATION;
        Map<NodeName, LoopEnd.Tally> tallies = new HashMap<>();
        ends.forEach(end -> end.tallies().forEach((node, tally) -> tallies.merge(node, tally, LoopEnd.Tally::plus)));
        List<PeerState> states = new ArrayList<>();
        for (Peer peer : peers.values()) {
            if (peer.control() != null || !reversed.containsKey(peer.plan().node())) {
                states.add(peer.state(tallies.get(peer.plan().node())));
            }
        }
        for (ReversePeer peer : reversed.values()) {
            if (!isDialed(peer.node())) {
                states.add(peer.state(tallies.get(peer.node())));
            }
        }
        view = PeerSnapshot.of(states, local.settings().site());
        reports = TunnelReports.of(targets.values(), peers, reversed, tallies, home.nanoTime());
    }

    /** Opens control streams to a node, or null when there is no control connection that takes one now. */
    @Nullable
    StreamOpener control(NodeName node) {
        assert home.isCurrent();
        Peer peer = peers.get(node);
        DialedConnection control = peer == null ? null : peer.control();
        return control != null && control.canOpen() ? control : null;
    }

    /** Judges the certificates of the control connections again. */
    void recheck() {
        for (Peer peer : List.copyOf(peers.values())) {
            DialedConnection control = peer.control();
            if (control != null) {
                control.recheck();
            }
        }
    }

    /** Ends everything now. */
    void close() {
        closed = true;
        Timer running = looks;
        if (running != null) {
            running.cancel();
        }
        Timer checking = rechecks;
        if (checking != null) {
            checking.cancel();
        }
        targets.values().forEach(PeerTarget::close);
        stopOffering();
        for (Peer peer : List.copyOf(peers.values())) {
            DialedConnection control = peer.control();
            peer.release();
            if (control != null) {
                control.close(TunnelFault.CLOSED, "this node stops");
            }
        }
        targets.clear();
        peers.clear();
        reversed.clear();
        publish();
    }
}
