package io.bridgehead.upstream.endpoint;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.HostPort;
import io.bridgehead.wire.WireLimits;
import io.netty.channel.Channel;
import java.util.function.Supplier;

/**
 * How one loop reaches one endpoint: what every kind of connection to it has in common.
 *
 * @param protocol what the endpoint speaks
 * @param connectTimeoutMillis for each address
 * @param bounds asked on the loop, again and again, because they change
 * @param events is told of failures
 */
public record EndpointLink(
        Loop loop,
        Dialer dialer,
        HostPort address,
        EndpointProtocol protocol,
        int connectTimeoutMillis,
        Supplier<EndpointBounds> bounds,
        PoolEvents events) {
    /** The bounds of now. */
    PoolLimits limits() {
        return bounds.get().pool();
    }

    /** The bounds of a connection that begins now. */
    WireLimits wireLimits() {
        return bounds.get().wire();
    }

    /** Connects, by TLS if the endpoint speaks it. */
    void dial(Dialer.Outcome outcome) {
        events.connections(1);
        Dialer.Outcome counted = new Dialer.Outcome() {
            @Override
            public void connected(Channel channel) {
                channel.closeFuture().addListener(done -> events.connections(-1));
                outcome.connected(channel);
            }

            @Override
            public void failed(Dialer.Failure failure) {
                events.connections(-1);
                outcome.failed(failure);
            }
        };
        EndpointProtocol.Secured tls = protocol.tls();
        dialer.dial(address, connectTimeoutMillis, tls == null ? counted : new SecuredDial(this, tls, counted));
    }

    /** Whether a pool that has so many connections may open another one. */
    boolean hasRoom(int connections) {
        return connections < limits().connectionsMax() && (connections == 0 || events.mayConnect());
    }

    /** When a request that begins to wait now has waited too long. */
    long pendingDeadlineNanos() {
        long waitMillis = Math.max(limits().pendingWait().toMillis(), connectTimeoutMillis);
        return loop.nanoTime() + waitMillis * 1_000_000;
    }
}
