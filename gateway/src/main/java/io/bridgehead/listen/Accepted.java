package io.bridgehead.listen;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.Caller;
import io.bridgehead.proxy.ProxyContext;
import io.bridgehead.wire.HttpServerConnection;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * One connection that the gate let in, on its loop: what a protocol needs to serve it.
 *
 * @param parts what all listeners share
 * @param spec the specification in force when it came
 * @param channel open; the protocol puts its handlers at the end of the pipeline
 * @param connections the connections of this listener on this loop, for drain and close
 * @param address the client's IP address in text form; a protocol that learns another one goes on with {@link #at}
 */
record Accepted(
        ListenerParts parts,
        ListenerSpec spec,
        Loop loop,
        Channel channel,
        LoopConnections connections,
        String address) {

    static Accepted of(
            ListenerParts parts, ListenerSpec spec, Loop loop, Channel channel, LoopConnections connections) {
        return new Accepted(parts, spec, loop, channel, connections, text(channel.remoteAddress()));
    }

    /** The same connection of a client at another address. */
    Accepted at(String otherAddress) {
        return new Accepted(parts, spec, loop, channel, connections, otherAddress);
    }

    /** The client as the listener calls those who prove nothing. */
    Caller caller() {
        return new Caller(spec.identity(), Caller.Proof.LISTENER, parts.site(), address);
    }

    /** The proxy's context of this loop. */
    ProxyContext context() {
        return parts.contexts().get(loop.index());
    }

    /** Has the connection drained and closed with its listener, until its channel closes. */
    void track(LoopConnections.Open open) {
        connections.add(open);
        channel.closeFuture().addListener(done -> connections.remove(open));
    }

    /** As {@link #track(LoopConnections.Open)}, for an HTTP connection. */
    void track(HttpServerConnection connection) {
        track(new LoopConnections.Open() {
            @Override
            public void drain() {
                connection.drain();
            }

            @Override
            public void close() {
                connection.close();
            }
        });
    }

    private static String text(SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet) || internet.getAddress() == null) {
            return "unknown";
        }
        String text = internet.getAddress().getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }
}
