package io.bridgehead.app;

import io.bridgehead.config.EndpointTrust;
import io.bridgehead.control.ControlObserver;
import io.bridgehead.control.FabricControl;
import io.bridgehead.control.TableControl;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.Withdrawal;
import io.bridgehead.sync.StandingOrder;
import io.bridgehead.telemetry.NodeLog;
import io.bridgehead.tunnel.Liveness;
import io.bridgehead.tunnel.Purpose;
import io.bridgehead.tunnel.TunnelFault;
import io.bridgehead.tunnel.TunnelObserver;
import io.bridgehead.tunnel.TunnelPeer;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Leads what the data path tells to the log and to the control side, which is built after it. Any thread: written once, before traffic. */
@OwnedBy(Owner.ANY_THREAD)
final class Wiring implements TunnelObserver, ControlObserver {
    private final NodeLog log;
    private volatile @Nullable FabricControl control;
    private volatile Supplier<EndpointTrust> endpointTrust;

    Wiring(NodeLog log, EndpointTrust endpointTrust) {
        this.log = log;
        this.endpointTrust = () -> endpointTrust;
    }

    void connect(FabricControl built, TableControl tables, NodeGateways gateways) {
        control = built;
        endpointTrust = () -> tables.context().endpointTrust().listening(gateways.openPorts());
    }

    /** Why an endpoint must not lie at an address, by the node's configuration as it is now; null when it may. */
    @Nullable
    String refusal(InetSocketAddress address) {
        return endpointTrust.get().refusal(address.getAddress(), address.getPort());
    }

    void healthChanged() {
        FabricControl built = control;
        if (built != null) {
            built.healthChanged();
        }
    }

    @Override
    public void connected(TunnelPeer peer, boolean dialed) {
        log.connected(peer, dialed);
    }

    @Override
    public void disconnected(TunnelPeer peer, boolean dialed, TunnelFault fault, String detail) {
        log.disconnected(peer, dialed, fault, detail);
    }

    @Override
    public void trustWithdrawn(SpiffeId peer, Withdrawal why, String detail) {
        log.trustWithdrawn(peer, why, detail);
    }

    @Override
    public void livenessChanged(NodeName node, Liveness before, Liveness after, String detail) {
        log.livenessChanged(node, before, after, detail);
        FabricControl built = control;
        if (built != null) {
            built.tunnelChanged(node, after);
        }
    }

    @Override
    public void stoodStill(long millis) {
        log.stoodStill(millis);
        FabricControl built = control;
        if (built != null) {
            built.lookAnew();
        }
    }

    @Override
    public void dialFailed(HostPort address, Purpose purpose, TunnelFault fault, String detail) {
        log.dialFailed(address, purpose, fault, detail);
    }

    @Override
    public void intruderRefused(String remoteAddress, TunnelFault fault, String detail) {
        log.intruderRefused(remoteAddress, fault, detail);
    }

    @Override
    public void acceptFailed(Throwable cause) {
        log.acceptFailed(cause);
    }

    @Override
    public void revisionActive(String revision, int services, List<String> notes) {
        log.revisionActive(revision, services, notes);
        FabricControl built = control;
        if (built != null) {
            built.tell();
        }
    }

    @Override
    public void revisionRefused(String revision, List<String> problems) {
        log.revisionRefused(revision, problems);
    }

    @Override
    public void orderInForce(StandingOrder order) {
        log.orderInForce(order);
    }

    @Override
    public void orderOver(StandingOrder order, @Nullable StandingOrder newest) {
        log.orderOver(order, newest);
    }
}
