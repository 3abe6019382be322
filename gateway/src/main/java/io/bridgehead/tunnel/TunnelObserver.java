package io.bridgehead.tunnel;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.Withdrawal;

/** Is told what happened to tunnels, in the past tense, on any of the event loops; must return at once. */
public interface TunnelObserver {
    /** A connection finished its hello. */
    default void connected(TunnelPeer peer, boolean dialed) {}

    /** A connection that had finished its hello ended. */
    default void disconnected(TunnelPeer peer, boolean dialed, TunnelFault fault, String detail) {}

    /** The other end of a live connection is not trusted any more; the connection is being closed. */
    default void trustWithdrawn(SpiffeId peer, Withdrawal why, String detail) {}

    /** What this node believes of a peer changed. */
    default void livenessChanged(NodeName node, Liveness before, Liveness after, String detail) {}

    /** This node itself has not run for so long; its peers may have given it up, and are dialed anew. */
    default void stoodStill(long millis) {}

    /** A connection that this node dialed did not get to the end of its hello. */
    default void dialFailed(HostPort address, Purpose purpose, TunnelFault fault, String detail) {}

    /** A connection from outside was closed before its hello was accepted. */
    default void intruderRefused(String remoteAddress, TunnelFault fault, String detail) {}

    /** Accepting failed, for example for want of file descriptors; it goes on a second later. */
    default void acceptFailed(Throwable cause) {}
}
