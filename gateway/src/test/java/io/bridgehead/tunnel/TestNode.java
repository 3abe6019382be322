package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.handshake.TunnelTls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** A node with nothing but loops, TLS, tunnels and a service, for tests in one process. */
@OwnedBy(Owner.CONFINED)
final class TestNode implements Stoppable, TunnelObserver {
    /** As nodes have it: a shorter one would make an intruder of a peer that gets no processor for a moment. */
    static final long HANDSHAKE_MILLIS = TunnelTls.Settings.STANDARD.handshakeTimeoutMillis();

    private final NodeName node;
    private final Loops loops;
    private final LiveTls live;
    private final TunnelTls tls;
    private final TestService service;
    private final Tunnels tunnels;
    private final Queue<String> events = new ConcurrentLinkedQueue<>();
    private volatile Consumer<Liveness> onLiveness = _ -> {};
    private boolean closed;
    private InetSocketAddress bound = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    TestNode(String site, String name, KeyMaterial material, int loopCount, int port, TunnelLimits limits) {
        this(site, name, material, loopCount, port, limits, Clock.systemUTC());
    }

    TestNode(
            String site, String name, KeyMaterial material, int loopCount, int port, TunnelLimits limits, Clock clock) {
        this(site, name, material, loopCount, port, limits, clock, false);
    }

    /**
     * @param clock judges certificates
     * @param reverse whether it offers connections to those that it dials
     */
    TestNode(
            String site,
            String name,
            KeyMaterial material,
            int loopCount,
            int port,
            TunnelLimits limits,
            Clock clock,
            boolean reverse) {
        this.node = new NodeName(name);
        this.loops = Loops.start(loopCount);
        this.live = new LiveTls(material, clock);
        this.tls = new TunnelTls(
                live,
                ExpectedPeer.anyone(),
                new TunnelTls.Settings(TunnelTls.Library.BEST, false, HANDSHAKE_MILLIS),
                Runnable::run);
        this.service = new TestService(name);
        TunnelSettings defaults = TunnelSettings.of(
                node, new SiteName(site), new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        TunnelSettings settings = new TunnelSettings(
                defaults.node(),
                defaults.site(),
                defaults.bind(),
                defaults.wire(),
                defaults.windows(),
                limits,
                reverse);
        this.tunnels = new Tunnels(loops, settings, tls, live, service, this, new Random(1));
    }

    TestNode start() {
        bound = Await.done(tunnels.start());
        return this;
    }

    NodeName node() {
        return node;
    }

    Tunnels tunnels() {
        return tunnels;
    }

    TestService service() {
        return service;
    }

    LiveTls live() {
        return live;
    }

    Loop loop(int index) {
        return loops.all().get(index);
    }

    int port() {
        return bound.getPort();
    }

    HostPort address() {
        return new HostPort("127.0.0.1", port());
    }

    Liveness liveness(TestNode peer) {
        PeerState state = tunnels.view().node(peer.node());
        return state == null ? Liveness.CONNECTING : state.liveness();
    }

    /** Waits until this node sees that one as it should; returns the milliseconds it took. */
    long awaitLiveness(TestNode peer, Liveness expected) {
        return Await.until(
                node + " sees " + peer.node() + " " + expected + "; events " + events,
                () -> liveness(peer) == expected);
    }

    /** Waits until every loop of this node can open requests to that one. */
    void awaitRequests(TestNode peer) {
        awaitLiveness(peer, Liveness.UP);
        for (Loop loop : loops.all()) {
            Await.until(
                    "loop " + loop.index() + " of " + node + " reaches " + peer.node() + "; events " + events, () -> {
                        var there = new java.util.concurrent.CompletableFuture<Boolean>();
                        loop.execute(() -> there.complete(tunnels.on(loop).requests(peer.node()) != null));
                        return Await.done(there);
                    });
        }
    }

    /** What the observer was told, one line each. */
    Queue<String> events() {
        return events;
    }

    boolean hasEvent(String... parts) {
        return events.stream().anyMatch(line -> {
            for (String part : parts) {
                if (!line.contains(part)) {
                    return false;
                }
            }
            return true;
        });
    }

    @Override
    public void connected(TunnelPeer peer, boolean dialed) {
        events.add("connected " + peer + (dialed ? " dialed" : " accepted"));
    }

    @Override
    public void disconnected(TunnelPeer peer, boolean dialed, TunnelFault fault, String detail) {
        events.add("disconnected " + peer + (dialed ? " dialed " : " accepted ") + fault + " " + detail);
    }

    @Override
    public void livenessChanged(NodeName peer, Liveness before, Liveness after, String detail) {
        events.add("liveness " + peer + " " + before + "->" + after + " " + detail);
        onLiveness.accept(after);
    }

    /** What to do, on the loop that judges, as soon as a peer's liveness has changed to this. */
    void onLiveness(Consumer<Liveness> told) {
        onLiveness = told;
    }

    @Override
    public void dialFailed(HostPort address, Purpose purpose, TunnelFault fault, String detail) {
        events.add("dialFailed " + address + " " + purpose + " " + fault + " " + detail);
    }

    @Override
    public void intruderRefused(String remoteAddress, TunnelFault fault, String detail) {
        events.add("intruder " + fault + " " + detail);
    }

    @Override
    public void acceptFailed(Throwable cause) {
        events.add("acceptFailed " + cause);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Await.done(tunnels.close());
        tls.close();
        Await.done(loops.close().toCompletionStage());
    }
}
