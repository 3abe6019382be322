package io.bridgehead.listen;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.Arrival;
import io.bridgehead.model.Caller;
import io.bridgehead.model.Flow;
import io.bridgehead.model.IpAddress;
import io.bridgehead.model.Refusal;
import io.bridgehead.proxy.EdgeTerms;
import io.bridgehead.proxy.EntryPoint;
import io.bridgehead.proxy.ProxyContext;
import io.bridgehead.wire.HttpServerConnection;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One connection that the gate let in, on its loop: what a protocol needs to serve it.
 *
 * @param parts what all listeners share
 * @param spec the specification in force when it came
 * @param channel open; the protocol puts its handlers at the end of the pipeline
 * @param connections the connections of this listener on this loop, for drain and close
 * @param flow the ends of the client's connection; a protocol that learns other ones goes on with {@link #at}
 */
record Accepted(
        ListenerParts parts, ListenerSpec spec, Loop loop, Channel channel, LoopConnections connections, Flow flow) {

    /** How long a connection that came while the node was about to stop may be idle, or go on with HTTP/2. */
    private static final long BRIEF_MILLIS = 2_000;

    /** @return null when the client has gone meanwhile */
    static @Nullable Accepted of(
            ListenerParts parts, ListenerSpec spec, Loop loop, Channel channel, LoopConnections connections) {
        return channel.remoteAddress() instanceof InetSocketAddress source
                        && channel.localAddress() instanceof InetSocketAddress destination
                ? new Accepted(parts, spec, loop, channel, connections, flow(source, destination))
                : null;
    }

    /** The same connection of a client at another place. */
    Accepted at(Flow otherFlow) {
        return new Accepted(parts, spec, loop, channel, connections, otherFlow);
    }

    /** The same connection under another specification. */
    Accepted under(ListenerSpec other) {
        return new Accepted(parts, other, loop, channel, connections, flow);
    }

    /** The client as the listener calls those who prove nothing. */
    Caller caller() {
        return new Caller(
                spec.identity(),
                Caller.Proof.LISTENER,
                parts.site(),
                flow.source().toString());
    }

    /** Where its requests enter, and whether what they say of their way is believed. */
    EntryPoint requests(Caller caller, boolean http2, EdgeTerms terms, @Nullable String serverName) {
        return EntryPoint.http(spec.name(), caller, http2, terms)
                .at(arrival(serverName))
                .taking(spec.edge().tokens())
                .behind(spec.edge().isPrivate())
                .trusting(spec.clients().trusting(flow.source()));
    }

    /** Where the client connected; {@code serverName} is what its TLS asked for, or null. */
    Arrival arrival(@Nullable String serverName) {
        int port = channel.localAddress() instanceof InetSocketAddress local ? local.getPort() : spec.port();
        return new Arrival(port, "").named(serverName);
    }

    /** The proxy's context of this loop. */
    ProxyContext context() {
        return parts.contexts().get(loop.index());
    }

    /** Has the connection drained and closed with its listener, until its channel closes. */
    void track(LoopConnections.Open open) {
        connections.add(open, spec);
        if (connections.isLeaving()) {
            loop.after(BRIEF_MILLIS, () -> connections.drain(open));
        }
        channel.closeFuture().addListener(done -> connections.remove(open));
    }

    /** As {@link #track(LoopConnections.Open)}, for an HTTP connection. */
    void track(HttpServerConnection connection) {
        track(new LoopConnections.Open() {
            @Override
            public void drain() {
                Accepted.this.drain(connection);
            }

            @Override
            public void hurryIdle() {
                connection.hurryIdle();
            }

            @Override
            public void close() {
                connection.close();
            }
        });
    }

    /** Has it end after what it is at; while the node leaves, one that waits for a request may send one more. */
    void drain(HttpServerConnection connection) {
        connection.drain(connections.isPatient());
    }

    /**
     * Whether a connection whose handshake is under way is let be for a while when it is to end: while the node leaves.
     *
     * @param again asks it to end once more
     */
    boolean spares(Runnable again) {
        if (!connections.isLeaving()) {
            return false;
        }
        loop.after(BRIEF_MILLIS, again);
        return true;
    }

    /** Closes it: nothing of it was served. */
    void refuse(Refusal refusal) {
        parts.observer().refused(spec.name(), refusal);
        channel.close();
    }

    private static Flow flow(InetSocketAddress source, InetSocketAddress destination) {
        return new Flow(
                IpAddress.of(source.getAddress().getAddress()),
                source.getPort(),
                IpAddress.of(destination.getAddress().getAddress()),
                destination.getPort());
    }
}
