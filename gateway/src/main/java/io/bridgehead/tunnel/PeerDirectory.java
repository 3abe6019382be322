package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.StreamOpener;
import java.util.Collection;
import java.util.HashMap;
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
    private static final int LOOKS_PER_PUBLICATION = LoopEnd.ROUND_MILLIS / LOOK_MILLIS;

    private final Loop home;
    private final LocalEnd local;
    private final List<LoopEnd> ends;
    private final Map<HostPort, PeerTarget> targets = new LinkedHashMap<>();
    private final Map<NodeName, Peer> peers = new HashMap<>();
    private @Nullable Timer looks;
    private int looksUntilPublication;
    private boolean closed;
    private volatile PeerSnapshot view = PeerSnapshot.EMPTY;
    private volatile List<TunnelReport> reports = List.of();

    PeerDirectory(Loop home, LocalEnd local, List<LoopEnd> ends) {
        this.home = home;
        this.local = local;
        this.ends = ends;
    }

    void start() {
        looks = home.every(LOOK_MILLIS, this::look);
    }

    PeerSnapshot view() {
        return view;
    }

    List<TunnelReport> reports() {
        return reports;
    }

    /** These are the peers' addresses from now on. */
    void reconcile(Collection<HostPort> addresses) {
        if (closed) {
            return;
        }
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
        publish();
    }

    private void remove(PeerTarget target) {
        target.close();
        for (Peer peer : List.copyOf(peers.values())) {
            if (peer.holder() == target) {
                NodeName node = peer.plan().node();
                DialedConnection control = peer.control();
                peers.remove(node);
                if (control != null) {
                    control.close(TunnelFault.CLOSED, target.address() + " is no longer a peer");
                }
                ends.forEach(end -> end.loop().execute(() -> end.forget(node)));
                dialOthers(node);
            }
        }
    }

    /** Addresses that once answered as this node are worth a try now. */
    private void dialOthers(NodeName node) {
        for (PeerTarget target : targets.values()) {
            if (target.lastMet(node)) {
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
        if (peer != null && peer.control() != null && peer.holder() != target) {
            return false;
        }
        forgetFormer(target, plan.node());
        if (peer == null) {
            peer = new Peer(plan, target, local.pulses().of(plan.node(), now), now);
            peers.put(plan.node(), peer);
        }
        Liveness before = peer.judge().state();
        peer.adopt(connection, target, now);
        ends.forEach(end -> end.loop().execute(() -> end.reached(plan)));
        announce(peer, before);
        ping(peer, now);
        return true;
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
    public void onGoingAway(DialedConnection connection) {
        Peer peer = holderOf(connection);
        if (peer != null) {
            Liveness before = peer.judge().state();
            peer.release();
            peer.judge().goingAway();
            peer.changed(home.nanoTime(), "draining");
            announce(peer, before);
            dialOthers(peer.plan().node());
        }
    }

    @Override
    public void onEnded(DialedConnection connection, TunnelFault fault, String detail) {
        Peer peer = holderOf(connection);
        if (peer != null) {
            Liveness before = peer.judge().state();
            peer.release();
            peer.judge().lost();
            bury(peer, before, fault.text() + ": " + detail);
        }
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
        for (Peer peer : List.copyOf(peers.values())) {
            look(peer, now);
        }
        looksUntilPublication--;
        if (looksUntilPublication <= 0) {
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
        view = PeerSnapshot.of(peers.values().stream()
                .map(peer -> peer.state(tallies.get(peer.plan().node())))
                .toList());
        reports = TunnelReports.of(targets.values(), peers, tallies, home.nanoTime());
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
        targets.values().forEach(PeerTarget::close);
        for (Peer peer : List.copyOf(peers.values())) {
            DialedConnection control = peer.control();
            peer.release();
            if (control != null) {
                control.close(TunnelFault.CLOSED, "this node stops");
            }
        }
        targets.clear();
        peers.clear();
        publish();
    }
}
