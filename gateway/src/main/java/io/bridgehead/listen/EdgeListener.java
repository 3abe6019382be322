package io.bridgehead.listen;

import io.bridgehead.limit.Overload;
import io.bridgehead.loop.Acceptor;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One open port: it accepts on the first loop and gives each connection to the loop that has the fewest.
 *
 * <p><b>State</b>: accepting, perhaps leaving (it accepts, and has connections end soon), then draining (the port is closed, connections end after
 * what they are at), then closed.
 *
 * <p><b>Threads</b>: all methods from any thread; what concerns a connection is done on its loop.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class EdgeListener {
    private static final int BACKLOG = 4096;

    private final ListenerParts parts;
    private volatile Serving serving;
    private final ConnectionGate gate;
    private final List<LoopConnections> connections = new ArrayList<>();
    private final CompletableFuture<@Nullable Void> empty = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> left = new CompletableFuture<>();
    private final AtomicInteger earlier = new AtomicInteger();
    private volatile boolean leaving;
    private volatile boolean draining;
    private volatile @Nullable Channel port;

    private EdgeListener(ListenerParts parts, ListenerSpec spec) {
        this.parts = parts;
        this.gate = new ConnectionGate(parts.loops().size());
        this.serving = serving(spec);
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
                parts.observer()
                        .listening(spec.name(), HostPort.textOf(bound.channel().localAddress()));
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
        return serving.spec();
    }

    /** New connections are served as the new specification says; those that are there end after what they are at. */
    void replace(ListenerSpec next) {
        serving = serving(next);
        onEachLoop(here -> here.drainAllBut(next));
    }

    /** Has connections and the port follow the node's level of overload. */
    void pressed(Overload overload) {
        Channel channel = port;
        if (channel != null) {
            Acceptor.pause(channel, overload.stopsAccepting());
        }
        onEachLoop(LoopConnections::hurryIdle);
    }

    /** Trust has changed: connections whose client is not trusted any more are closed. */
    void recheck() {
        onEachLoop(LoopConnections::recheckAll);
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
     * Lets connections end after what they are at, and goes on accepting: who comes is served and asked to end soon.
     *
     * @param patient whether idle connections are given time for one more request
     * @return completes when none is left of those that were there
     */
    CompletionStage<@Nullable Void> leave(boolean patient) {
        leaving = true;
        onEachLoop(here -> here.leave(patient));
        completeWhenLeft(earlier.get());
        return left;
    }

    /**
     * Closes the port and lets connections end after what they are at; those that are still there after the bound are closed.
     *
     * @param patient whether idle connections are given time for one more request
     * @return completes when none is left
     */
    CompletionStage<@Nullable Void> drain(long boundMillis, boolean patient) {
        CompletionStage<@Nullable Void> stopped = stop().thenApply(done -> {
            // From now on nobody comes: who was accepted before is counted, be it on its loop yet or not.
            draining = true;
            completeWhenEmpty(gate.inside());
            return null;
        });
        onEachLoop(here -> here.leave(patient));
        Loop clock = parts.loops().getFirst();
        clock.execute(() -> clock.after(boundMillis, () -> onEachLoop(LoopConnections::closeAll)));
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

    private void completeWhenLeft(int still) {
        if (leaving && still == 0) {
            left.complete(null);
        }
    }

    /** Whether a connection that comes now is one that is waited for. */
    private boolean enterEarlier() {
        earlier.incrementAndGet();
        if (leaving) {
            completeWhenLeft(earlier.decrementAndGet());
            return false;
        }
        return true;
    }

    /** An accepted connection is on its loop now; one that was accepted before the port was closed is served as one that comes while this leaves. */
    private void serve(Loop loop, Channel channel) {
        Serving current = serving;
        parts.node().entered();
        boolean early = enterEarlier();
        channel.closeFuture().addListener(done -> {
            parts.node().left();
            if (early) {
                completeWhenLeft(earlier.decrementAndGet());
            }
            completeWhenEmpty(gate.left(loop.index()));
        });
        Accepted connection = Accepted.of(parts, current.spec(), loop, channel, connections.get(loop.index()));
        if (connection == null) {
            channel.close();
            return;
        }
        if (gate.isOver(current.spec().connectionsMax())) {
            connection.refuse(Refusal.LISTENER_FULL);
            return;
        }
        if (parts.node().isOver()) {
            connection.refuse(Refusal.NODE_FULL);
            return;
        }
        parts.observer().accepted(current.spec().name());
        channel.closeFuture()
                .addListener(done -> parts.observer().closed(current.spec().name()));
        current.protocol().serve(connection);
    }

    private Serving serving(ListenerSpec spec) {
        return new Serving(spec, EdgeProtocol.of(spec, gate));
    }

    /** A specification and what serves it; read together, so that a connection is served by one of them whole. */
    private record Serving(ListenerSpec spec, EdgeProtocol protocol) {}
}
