package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One configured peer address: dials its control connection, and again after a pause, for as long as it is configured.
 *
 * <pre>
 * DIALING --ready--> HOLDING (its connection is the node's control connection) --ended, going away--> DIALING
 *         --ready, another address holds the node--> DUPLICATE --after a while, or when that one is lost--> DIALING
 *         --own node, or one of the own site in the same cluster--> SELF, SAME_SITE --after a while, or when it has left that--> DIALING
 *         --failed--> PAUSED --back-off--> DIALING
 * any --no longer configured--> CLOSED
 * </pre>
 */
@OwnedBy(Owner.EVENT_LOOP)
final class PeerTarget implements DialedConnection.Keeper {
    private static final int RETIRED_MILLIS = 1_000;
    static final String TOGETHER = "the node is met in the cluster";

    private final HostPort address;
    private final Loop home;
    private final LocalEnd local;
    private final Director director;
    private final BackOff backOff;
    private Phase phase = Phase.PAUSED;
    private @Nullable DialedConnection dialing;
    private @Nullable DialedConnection held;
    private @Nullable Timer pause;
    private @Nullable SpiffeId lastMet;
    private long since;
    private String lastError = "";
    private long refreshAfter;

    enum Phase {
        DIALING,
        HOLDING,
        DUPLICATE,
        SAME_SITE,
        SELF,
        PAUSED,
        CLOSED
    }

    /** Decides for all addresses together what a connection means. */
    interface Director {
        /** Whether a node of this node's own site is to have a control connection. */
        boolean isApart(NodeName node);

        /** A control connection is ready: whether it becomes its node's. */
        boolean adopt(PeerTarget target, DialedConnection connection);

        /** The address could not be reached or was refused. */
        void onUnreachable(PeerTarget target, TunnelFault fault, String detail);

        /** Who answers at the address wants no tunnel: nothing is left of a node of this node's own site that was there. */
        void onNoPeer(PeerTarget target);

        /** The peer takes no more control streams on the connection that was adopted. */
        void onGoingAway(DialedConnection connection);

        /** An adopted connection ended. */
        void onEnded(DialedConnection connection, TunnelFault fault, String detail);
    }

    PeerTarget(HostPort address, Loop home, LocalEnd local, Director director) {
        this.address = address;
        this.home = home;
        this.local = local;
        this.director = director;
        this.backOff = new BackOff(local.limits().reconnectFirstMillis(), local.random());
        this.since = home.nanoTime();
        this.refreshAfter = since;
    }

    /** Dials, unless it is dialing, holds its node's connection, or is closed. */
    void dialNow() {
        if (phase == Phase.DIALING || phase == Phase.HOLDING || phase == Phase.CLOSED) {
            return;
        }
        cancelPause();
        enter(Phase.DIALING);
        dial();
    }

    private void dial() {
        InetSocketAddress target = InetSocketAddress.createUnresolved(address.host(), address.port());
        dialing = DialedConnection.dial(
                home, local, new DialedConnection.Call(target, address, Purpose.CONTROL, null), this);
    }

    /** Dials another control connection when certificates of the held one come to their end; it takes over when it is ready. */
    void refresh(long now) {
        DialedConnection current = held;
        if (phase == Phase.HOLDING
                && dialing == null
                && current != null
                && now - refreshAfter >= 0
                && current.isStale(now)) {
            refreshAfter = now + local.limits().reconnectMaxMillis() * 1_000_000L;
            dial();
        }
    }

    @Override
    public boolean greetsNeighbour(NodeName node) {
        return director.isApart(node);
    }

    @Override
    public void onReady(DialedConnection connection) {
        dialing = null;
        lastMet = connection.provenId();
        if (phase == Phase.CLOSED) {
            connection.close(TunnelFault.CLOSED, address + " is no longer a peer");
        } else if (isMetInCluster()) {
            settle(Phase.SAME_SITE);
            connection.close(TunnelFault.CLOSED, TOGETHER);
        } else if (held != null && !Objects.equals(held.provenId(), lastMet)) {
            connection.close(TunnelFault.IDENTITY_MISMATCH, address + " answers as " + lastMet + " now");
        } else if (director.adopt(this, connection)) {
            retire(held);
            held = connection;
            lastError = "";
            enter(Phase.HOLDING);
        } else {
            settle(Phase.DUPLICATE);
            connection.close(TunnelFault.CLOSED, address + " is another address of a node that is connected");
        }
    }

    /** Whether who answered last is a node of this node's own site that needs no tunnel. */
    boolean isMetInCluster() {
        NodeName node = node();
        return node != null && local.settings().site().equals(site()) && !director.isApart(node);
    }

    /** Another took its place: what runs on it has a moment. */
    private void retire(@Nullable DialedConnection before) {
        if (before != null) {
            before.drain();
            home.after(RETIRED_MILLIS, () -> before.close(TunnelFault.CLOSED, "another connection took its place"));
        }
    }

    @Override
    public void onFailed(DialedConnection connection, TunnelFault fault, String detail) {
        dialing = null;
        SpiffeId met = connection.provenId();
        if (met != null) {
            lastMet = met;
        }
        if (phase == Phase.CLOSED) {
            return;
        }
        if (phase == Phase.HOLDING) {
            local.observer().dialFailed(address, Purpose.CONTROL, fault, detail);
            return;
        }
        if (fault == TunnelFault.SAME_SITE) {
            boolean self = met != null && local.settings().node().equals(met.gatewayNode());
            settle(self ? Phase.SELF : Phase.SAME_SITE);
            director.onNoPeer(this);
            return;
        }
        lastError = fault.text() + ": " + detail;
        boolean network = fault == TunnelFault.CONNECT_FAILED
                || fault == TunnelFault.LOST
                || fault == TunnelFault.HANDSHAKE_TIMEOUT;
        pause(
                Phase.PAUSED,
                backOff.next(
                        network
                                ? local.limits().reconnectMaxMillis()
                                : local.limits().refusedMaxMillis()));
        local.observer().dialFailed(address, Purpose.CONTROL, fault, detail);
        director.onUnreachable(this, fault, detail);
    }

    @Override
    public void onFree(DialedConnection connection) {}

    @Override
    public void onGoingAway(DialedConnection connection) {
        if (connection == held) {
            held = null;
            director.onGoingAway(connection);
            again(connection);
        }
    }

    @Override
    public void onEnded(DialedConnection connection, TunnelFault fault, String detail) {
        if (connection == held) {
            held = null;
            lastError = fault.text() + ": " + detail;
            director.onEnded(connection, fault, detail);
            again(connection);
        }
    }

    /** At once for a connection that had lasted, after a pause for one that had not. */
    private void again(DialedConnection lost) {
        if (phase == Phase.CLOSED) {
            return;
        }
        boolean lasted = home.nanoTime() - lost.dialedAt() > local.limits().reconnectMaxMillis() * 1_000_000L;
        enter(Phase.PAUSED);
        if (lasted) {
            backOff.reset();
            dialNow();
        } else {
            pause(Phase.PAUSED, backOff.next(local.limits().reconnectMaxMillis()));
        }
    }

    private void settle(Phase settled) {
        backOff.reset();
        pause(
                settled,
                new BackOff(local.limits().recheckMillis(), local.random())
                        .next(local.limits().recheckMillis()));
    }

    private void pause(Phase next, int millis) {
        cancelPause();
        enter(next);
        pause = home.after(millis, this::dialNow);
    }

    private void enter(Phase next) {
        if (phase != next) {
            phase = next;
            since = home.nanoTime();
        }
    }

    /** The node that answers here is of this node's own site, and is met in the cluster: its connection is let go. */
    void letGo() {
        held = null;
        settle(Phase.SAME_SITE);
    }

    /** The address is no longer configured. */
    void close() {
        cancelPause();
        enter(Phase.CLOSED);
        DialedConnection underWay = dialing;
        if (underWay != null) {
            underWay.close(TunnelFault.CLOSED, address + " is no longer a peer");
        }
    }

    private void cancelPause() {
        Timer paused = pause;
        if (paused != null) {
            paused.cancel();
            pause = null;
        }
    }

    /** Whether this address answered as that node when it last answered. */
    boolean lastMet(NodeName node) {
        return lastMet != null && node.equals(lastMet.gatewayNode());
    }

    @Nullable
    NodeName node() {
        return lastMet == null ? null : lastMet.gatewayNode();
    }

    @Nullable
    SiteName site() {
        return lastMet == null ? null : lastMet.site();
    }

    HostPort address() {
        return address;
    }

    Phase phase() {
        return phase;
    }

    long since() {
        return since;
    }

    String lastError() {
        return lastError;
    }
}
