package io.bridgehead.app;

import io.bridgehead.config.NodeConfig.Http2Limits.Floods;
import io.bridgehead.config.NodeConfig.NodeLimits;
import io.bridgehead.limit.ResetBudget;
import io.bridgehead.listen.ConnectionAge;
import io.bridgehead.listen.ListenerParts;
import io.bridgehead.listen.NodeGate;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.upstream.endpoint.EndpointBounds;
import io.bridgehead.upstream.endpoint.PoolLimits;
import io.bridgehead.wire.WireLimits;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The {@code limits} in force, in the form in which connections of each kind take them. One volatile field: what begins reads it once and keeps
 * what it has read.
 */
@OwnedBy(Owner.ANY_THREAD)
final class LiveLimits {
    private final NodeGate gate;
    private volatile Made made;

    /** What limits mean. */
    private record Made(NodeLimits limits, ListenerParts.Bounds clients, EndpointBounds endpoints, WireLimits tunnels) {
        static Made of(NodeLimits limits, ResetBudget resets) {
            long ageMillis = limits.edge().connectionAgeMax().toMillis();
            return new Made(
                    limits,
                    new ListenerParts.Bounds(
                            ConnectionBounds.edge(limits),
                            resets,
                            new ConnectionAge(
                                    ageMillis, () -> ThreadLocalRandom.current().nextLong())),
                    new EndpointBounds(pool(limits), ConnectionBounds.endpoint(limits)),
                    ConnectionBounds.tunnel(limits));
        }

        private static PoolLimits pool(NodeLimits limits) {
            return new PoolLimits(
                    limits.poolConnectionsMax(),
                    limits.pendingMax(),
                    PoolLimits.DEFAULT.pendingWait(),
                    PoolLimits.DEFAULT.idle());
        }

        /** Addresses keep what they have reset where nothing about that has changed. */
        Made followedBy(NodeLimits next) {
            return of(
                    next, sameResets(floods(limits), floods(next)) ? clients.resets() : ConnectionBounds.resets(next));
        }

        private static Floods floods(NodeLimits of) {
            return of.protection().http2().floods();
        }

        private static boolean sameResets(Floods one, Floods other) {
            return one.resetsPerAddressMax() == other.resetsPerAddressMax()
                    && one.resetsPeriod().equals(other.resetsPeriod());
        }
    }

    LiveLimits(NodeLimits limits) {
        this.gate = new NodeGate(ListenerClients.total(limits));
        this.made = Made.of(limits, ConnectionBounds.resets(limits));
    }

    /** Has what begins from now on have these. */
    void use(NodeLimits next) {
        made = made.followedBy(next);
        gate.bound(ListenerClients.total(next));
    }

    /** As they were written. */
    NodeLimits now() {
        return made.limits();
    }

    /** Of clients' connections. */
    ListenerParts.Bounds clients() {
        return made.clients();
    }

    /** Of connections to endpoints. */
    EndpointBounds endpoints() {
        return made.endpoints();
    }

    /** Of connections between nodes. */
    WireLimits tunnels() {
        return made.tunnels();
    }

    /** Counts the connections of all listeners. */
    NodeGate gate() {
        return gate;
    }
}
