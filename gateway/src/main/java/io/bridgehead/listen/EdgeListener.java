package io.bridgehead.listen;

import io.bridgehead.loop.Acceptor;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.Caller;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.proxy.EntryPoint;
import io.bridgehead.proxy.HttpProxy;
import io.bridgehead.proxy.ProxyContext;
import io.bridgehead.proxy.TcpProxy;
import io.bridgehead.wire.ByteStream;
import io.bridgehead.wire.HttpServerConnection;
import io.bridgehead.wire.ServerConnectionEvents;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One open port: it accepts on the first loop and gives each connection to the loop that has the fewest.
 *
 * <p><b>State</b>: accepting, then draining (the port is closed, connections end after what they are at), then closed.
 *
 * <p><b>Threads</b>: all methods from any thread; what concerns a connection is done on its loop.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class EdgeListener {
    private static final int BACKLOG = 4096;

    private final ListenerParts parts;
    private volatile ListenerSpec spec;
    private final ConnectionGate gate;
    private final List<LoopConnections> connections = new ArrayList<>();
    private final CompletableFuture<@Nullable Void> empty = new CompletableFuture<>();
    private volatile boolean draining;
    private volatile @Nullable Channel port;

    private EdgeListener(ListenerParts parts, ListenerSpec spec) {
        this.parts = parts;
        this.spec = spec;
        this.gate = new ConnectionGate(parts.loops().size());
        parts.loops().forEach(loop -> connections.add(new LoopConnections()));
    }

    /** Opens the port. Completes on a loop; fails with what the system said. */
    static CompletionStage<EdgeListener> bind(ListenerParts parts, ListenerSpec spec) {
        EdgeListener listener = new EdgeListener(parts, spec);
        CompletableFuture<EdgeListener> opened = new CompletableFuture<>();
        ChannelFuture bound = Acceptor.bind(
                parts.loops().getFirst(),
                new InetSocketAddress(spec.host(), spec.port()),
                BACKLOG,
                channel -> parts.loops().get(listener.gate.assign()),
                listener::serve,
                cause -> parts.observer().acceptFailed(spec.name(), cause));
        bound.addListener(done -> {
            if (done.isSuccess()) {
                listener.port = bound.channel();
                parts.observer().listening(spec.name(), String.valueOf(listener.address()));
                opened.complete(listener);
            } else {
                bound.channel().close();
                opened.completeExceptionally(done.cause());
            }
        });
        return opened;
    }

    /** The address it is bound to, with the port that the system chose; null once it is closed. */
    public @Nullable SocketAddress address() {
        Channel channel = port;
        return channel == null ? null : channel.localAddress();
    }

    /** Connections that are open. */
    public int connections() {
        return gate.inside();
    }

    /** What it is configured to be. */
    public ListenerSpec spec() {
        return spec;
    }

    /** New connections are served as the new specification says; those that are there end after what they are at. */
    void replace(ListenerSpec next) {
        spec = next;
        onEachLoop(LoopConnections::drainAll);
    }

    /** Closes the port. Connections go on. */
    CompletionStage<@Nullable Void> stop() {
        CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
        Channel channel = port;
        if (channel == null) {
            closed.complete(null);
        } else {
            channel.close().addListener(done -> {
                port = null;
                parts.observer().stopped(spec().name());
                closed.complete(null);
            });
        }
        return closed;
    }

    /**
     * Closes the port and lets connections end after what they are at; those that are still there after the bound are closed.
     *
     * @return completes when none is left
     */
    CompletionStage<@Nullable Void> drain(long boundMillis) {
        draining = true;
        CompletionStage<@Nullable Void> stopped = stop();
        onEachLoop(LoopConnections::drainAll);
        Loop clock = parts.loops().getFirst();
        clock.execute(() -> clock.after(boundMillis, () -> onEachLoop(LoopConnections::closeAll)));
        completeWhenEmpty(gate.inside());
        return stopped.thenCombine(empty, (a, b) -> null);
    }

    private void onEachLoop(Consumer<LoopConnections> action) {
        List<Loop> loops = parts.loops();
        for (int i = 0; i < loops.size(); i++) {
            LoopConnections here = connections.get(i);
            loops.get(i).execute(() -> action.accept(here));
        }
    }

    private void completeWhenEmpty(int left) {
        if (draining && left == 0) {
            empty.complete(null);
        }
    }

    /** An accepted connection is on its loop now. */
    private void serve(Loop loop, Channel channel) {
        ListenerSpec current = spec;
        channel.closeFuture().addListener(done -> completeWhenEmpty(gate.left(loop.index())));
        if (draining || gate.isOver(current.connectionsMax()) || channel.remoteAddress() == null) {
            parts.observer().gateRefused(current.name());
            channel.close();
            return;
        }
        parts.observer().accepted(current.name());
        channel.closeFuture().addListener(done -> parts.observer().closed(current.name()));
        Caller caller = new Caller(
                current.identity(), Caller.Proof.LISTENER, parts.site(), addressText(channel.remoteAddress()));
        ProxyContext context = parts.contexts().get(loop.index());
        LoopConnections here = connections.get(loop.index());
        switch (current.protocol()) {
            case HTTP ->
                serveHttp(loop, channel, here, new HttpProxy(context, EntryPoint.http(current.name(), caller)));
            case TCP -> serveBytes(loop, channel, here, new TcpProxy(context, EntryPoint.tcp(current.name(), caller)));
        }
    }

    private void serveHttp(Loop loop, Channel channel, LoopConnections here, HttpProxy proxy) {
        HttpServerConnection connection =
                HttpServerConnection.http1(loop, channel, parts.limits(), proxy, IgnoredEvents.INSTANCE);
        LoopConnections.Open open = new LoopConnections.Open() {
            @Override
            public void drain() {
                connection.drain();
            }

            @Override
            public void close() {
                connection.close();
            }
        };
        here.add(open);
        channel.closeFuture().addListener(done -> here.remove(open));
    }

    /** A stream of bytes has no place where it could be asked to end: it runs until it ends or is closed. */
    private void serveBytes(Loop loop, Channel channel, LoopConnections here, TcpProxy proxy) {
        LoopConnections.Open open = new LoopConnections.Open() {
            @Override
            public void drain() {
                // until its end
            }

            @Override
            public void close() {
                channel.close();
            }
        };
        here.add(open);
        channel.closeFuture().addListener(done -> here.remove(open));
        ByteStream stream = ByteStream.over(loop, channel, parts.limits());
        stream.start(proxy.onConnection(stream));
    }

    private static String addressText(SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet) || internet.getAddress() == null) {
            return "unknown";
        }
        String text = internet.getAddress().getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    private enum IgnoredEvents implements ServerConnectionEvents {
        INSTANCE;

        @Override
        public void onBytesReceived() {
            // liveness of clients is judged by the connection's own timers
        }

        @Override
        public void onClosed(HttpServerConnection connection) {
            // the channel's end is what counts
        }
    }
}
