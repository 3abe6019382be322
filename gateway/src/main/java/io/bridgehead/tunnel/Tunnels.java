package io.bridgehead.tunnel;

import io.bridgehead.loop.Acceptor;
import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import io.bridgehead.loop.Transport;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.handshake.TunnelTls;
import io.bridgehead.wire.RequestHandler;
import io.bridgehead.wire.StreamOpener;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The tunnels of one node: listens, dials, and says who can be reached.
 *
 * <p><b>Threads</b>: any, unless a method says otherwise. The work is done on the loops; the first one is the home of the control
 * connections and accepts.
 *
 * <p><b>Life cycle</b>: {@link #start}, {@link #reconcile} as often as peers change, {@link #drain}, {@link #close}.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class Tunnels {
    private static final int BACKLOG = 1024;
    private static final int DNS_QUERY_MILLIS = 2_000;
    private static final AttributeKey<Boolean> EXCESS = AttributeKey.valueOf(Tunnels.class, "excess");

    private final Loop home;
    private final LocalEnd local;
    private final TunnelServerHandlers handlers;
    private final ControlPaths controlPaths = new ControlPaths();
    private final List<LoopEnd> ends = new ArrayList<>();
    private final PeerDirectory directory;
    private final Admission admission;
    private final Runnable unsubscribe;
    // Written once, on the home loop, when the port is bound.
    private volatile @Nullable Channel listening;

    /**
     * Builds, and starts nothing.
     *
     * @param live told of swaps, upon which every connection's peer is judged again; the one that {@code tls} was made of
     * @param handlers serves the streams that peers open
     * @param random chooses pauses; must be safe for use by several threads
     */
    public Tunnels(
            Loops loops,
            TunnelSettings settings,
            TunnelTls tls,
            LiveTls live,
            TunnelServerHandlers handlers,
            TunnelObserver observer,
            RandomGenerator random) {
        this.home = loops.all().getFirst();
        this.handlers = handlers;
        this.local = new LocalEnd(
                settings,
                loops.all().size(),
                tls,
                observer,
                new Enrolments(),
                new Pulses(),
                resolver(loops.transport()),
                random);
        for (Loop loop : loops.all()) {
            ends.add(new LoopEnd(loop, local, peer -> serve(loop, peer), this::onReverse));
        }
        tls.prepare(LocalEnd.ALPN);
        tls.prepare(LocalEnd.ACCEPTED);
        this.directory = new PeerDirectory(home, local, ends);
        this.admission = new Admission(
                loops.all(),
                settings.limits().acceptedPerAddressMax(),
                settings.limits().handshakesMax());
        this.unsubscribe = live.subscribeFirst(_ -> recheck());
    }

    private static AddressResolverGroup<InetSocketAddress> resolver(Transport transport) {
        return new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                .datagramChannelType(
                        transport == Transport.EPOLL ? EpollDatagramChannel.class : NioDatagramChannel.class)
                .queryTimeoutMillis(DNS_QUERY_MILLIS));
    }

    private RequestHandler serve(Loop loop, TunnelPeer peer) {
        atHome(() -> directory.onHeardFrom(peer.node()));
        return peer.purpose() == Purpose.CONTROL ? controlPaths.serve(loop, peer) : handlers.requests(loop, peer);
    }

    private void onReverse(ReversePeer.Change change) {
        atHome(() -> directory.onReverse(change));
    }

    /**
     * Listens, and begins to look after peers.
     *
     * @return the address bound, or an {@link IOException} that says what to do
     */
    public CompletionStage<InetSocketAddress> start() {
        CompletableFuture<InetSocketAddress> started = new CompletableFuture<>();
        ends.forEach(end -> end.loop().execute(end::start));
        home.execute(() -> {
            directory.start();
            InetSocketAddress address = local.settings().bind();
            Acceptor.bind(home, address, BACKLOG, this::place, this::initialize, local.observer()::acceptFailed)
                    .addListener(bound -> {
                        if (bound.isSuccess()) {
                            Channel channel = ((io.netty.channel.ChannelFuture) bound).channel();
                            listening = channel;
                            started.complete((InetSocketAddress) channel.localAddress());
                        } else {
                            started.completeExceptionally(cannotListen(address, bound.cause()));
                        }
                    });
        });
        return started;
    }

    /** Gives identities at the tunnel port from now on; before {@link #start}. */
    public void serveEnrolment(EnrolmentService service) {
        local.enrolments().serve(service);
    }

    private static IOException cannotListen(InetSocketAddress address, Throwable cause) {
        return new IOException(
                "tunnel address " + HostPort.textOf(address) + ": cannot listen (" + cause.getMessage()
                        + "); expected a free port on an address of this machine; change tunnel.port or stop what uses it",
                cause);
    }

    /** On the home loop, for each accepted connection. */
    private Loop place(Channel channel) {
        String ip = ipOf(channel);
        Loop loop = admission.admit(ip);
        if (loop == null) {
            channel.attr(EXCESS).set(true);
            return home;
        }
        channel.closeFuture().addListener(_ -> atHome(() -> admission.left(ip, loop)));
        return loop;
    }

    /** Bookkeeping of connections that end with the process has no point once the loops are being shut down. */
    private void atHome(Runnable task) {
        if (!home.netty().isShuttingDown()) {
            home.execute(task);
        }
    }

    private static String ipOf(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote ? Identities.ipOf(remote) : "unknown";
    }

    private void initialize(Loop loop, Channel channel) {
        if (channel.hasAttr(EXCESS)) {
            String detail = "more than " + local.limits().acceptedPerAddressMax() + " connections from one address, or "
                    + local.limits().handshakesMax() + " unfinished in all";
            local.observer().intruderRefused(Identities.addressOf(channel), TunnelFault.FLOOD, detail);
            channel.close();
        } else {
            ends.get(loop.index()).accept(channel, () -> atHome(admission::handshakeOver));
        }
    }

    /**
     * These addresses, from the configuration and other nodes' reports, are the peers from now on; own ones do no harm. A node of another site has tunnels of
     * every purpose; one of this node's own has a control connection, for shared state.
     *
     * @param metInCluster nodes that have none, when they are of this node's own site
     */
    public void reconcile(Collection<HostPort> peerAddresses, Set<NodeName> metInCluster) {
        List<HostPort> addresses = List.copyOf(peerAddresses);
        Set<NodeName> together = Set.copyOf(metInCluster);
        home.execute(() -> directory.reconcile(addresses, together));
    }

    /** What is known of the peers now. */
    public TunnelView view() {
        return directory.view();
    }

    /** The lines of {@code get tunnels}; at most half a second old. */
    public List<TunnelReport> reports() {
        return directory.reports();
    }

    /** The tunnels of one loop, to be used on it. */
    public LoopTunnels on(Loop loop) {
        return ends.get(loop.index());
    }

    /** The loop that {@link #control} belongs to. */
    public Loop home() {
        return home;
    }

    /** Opens control streams to a node, or null when there is no control connection to it now. Only on {@link #home}. */
    public @Nullable StreamOpener control(NodeName node) {
        return directory.control(node);
    }

    /**
     * Serves a path of control streams from now on.
     *
     * @throws IllegalArgumentException if the path is not below {@code /.bridgehead/} or has a handler
     */
    public void handleControl(String path, ControlHandler handler) {
        controlPaths.add(path, handler);
    }

    /** Judges every connection's peer again, as after a swap of trust material; for changes of other rules, such as quarantine. */
    public void recheck() {
        home.execute(directory::recheck);
        ends.forEach(end -> end.loop().execute(end::recheck));
    }

    /**
     * Stops listening and tells peers (GOAWAY) to open nothing more here; streams under way go on, and so do streams that this node opens.
     *
     * @return completes when the last accepted connection has ended; bound it, and then {@link #close}
     */
    public CompletionStage<Void> drain() {
        Channel channel = listening;
        if (channel != null) {
            channel.close();
        }
        return drainAccepting();
    }

    /** As {@link #drain}, but the port stays open until {@link #close}: who comes is sent away at once, and does not wait for nobody. */
    public CompletionStage<Void> drainAccepting() {
        home.execute(directory::stopOffering);
        List<CompletableFuture<Void>> loops = new ArrayList<>();
        for (LoopEnd end : ends) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            loops.add(done);
            end.loop().execute(() -> end.drainAccepted(done));
        }
        return CompletableFuture.allOf(loops.toArray(CompletableFuture[]::new));
    }

    /** Ends everything at once. Completes when every connection was told to close. */
    public CompletionStage<Void> close() {
        unsubscribe.run();
        Channel channel = listening;
        if (channel != null) {
            channel.close();
        }
        List<CompletableFuture<Void>> loops = new ArrayList<>();
        loops.add(CompletableFuture.runAsync(directory::close, home::execute));
        for (LoopEnd end : ends) {
            loops.add(CompletableFuture.runAsync(end::close, end.loop()::execute));
        }
        return CompletableFuture.allOf(loops.toArray(CompletableFuture[]::new))
                .whenComplete((_, _) -> local.resolver().close());
    }
}
