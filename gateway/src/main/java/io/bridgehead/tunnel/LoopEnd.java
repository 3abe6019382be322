package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.wire.RequestHandler;
import io.bridgehead.wire.StreamOpener;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All tunnel connections of one loop: those it dialed, in pools by node, and those placed here when accepted.
 *
 * <p><b>Threads</b>: everything on the loop, but {@link #tallies()}, which any thread may read.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class LoopEnd implements LoopTunnels, AcceptedConnection.Keeper {
    /** How often counts are published and silence is looked for. */
    static final int ROUND_MILLIS = 500;

    private static final int RECHECK_MILLIS = 60_000;
    private static final long PING_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Loop loop;
    private final LocalEnd local;
    private final Function<TunnelPeer, RequestHandler> handlers;
    private final Map<NodeName, Pools> pools = new HashMap<>();
    private final Map<NodeName, Pools> reversed = new HashMap<>();
    private final Consumer<ReversePeer.Change> reverseChanges;
    private final Set<DialedConnection> dialed = new HashSet<>();
    private final Set<AcceptedConnection> accepted = new HashSet<>();
    private @Nullable CompletableFuture<Void> drained;
    private @Nullable Timer rounds;
    private @Nullable Timer rechecks;
    private long roundAt;
    private boolean closed;
    private volatile Map<NodeName, Tally> tallies = Map.of();

    /** One node's pools on this loop. */
    private record Pools(PeerPlan plan, PeerPool requests, PeerPool bytes) {}

    /**
     * Counts of one node on one loop.
     *
     * @param dialed ready connections for requests and bytes that this node dialed
     * @param streams streams on them
     * @param accepted ready connections of every purpose that the node dialed
     * @param windowBytes what stream windows of all these connections pin
     * @param address of one of the accepted ones, or empty
     */
    record Tally(SiteName site, int dialed, int streams, int accepted, long windowBytes, String address) {
        Tally plus(Tally other) {
            return new Tally(
                    site,
                    dialed + other.dialed,
                    streams + other.streams,
                    accepted + other.accepted,
                    windowBytes + other.windowBytes,
                    address.isEmpty() ? other.address : address);
        }
    }

    /**
     * @param handlers makes the handler of an accepted connection's streams
     * @param reverseChanges told when a node that offers connections becomes usable from here, or is no longer
     */
    LoopEnd(
            Loop loop,
            LocalEnd local,
            Function<TunnelPeer, RequestHandler> handlers,
            Consumer<ReversePeer.Change> reverseChanges) {
        this.reverseChanges = reverseChanges;
        this.loop = loop;
        this.local = local;
        this.handlers = handlers;
    }

    void start() {
        roundAt = loop.nanoTime();
        rounds = loop.every(ROUND_MILLIS, this::round);
        rechecks = loop.every(RECHECK_MILLIS, this::recheck);
    }

    Loop loop() {
        return loop;
    }

    @Override
    public @Nullable StreamOpener requests(NodeName node) {
        assert loop.isCurrent();
        Pools known = pools.get(node);
        if (known != null && known.requests.usable()) {
            return known.requests;
        }
        Pools offered = reversed.get(node);
        return offered != null && offered.requests.usable() ? offered.requests : null;
    }

    @Override
    public @Nullable StreamOpener bytes(NodeName node) {
        assert loop.isCurrent();
        Pools known = pools.get(node);
        if (known != null && known.bytes.usable()) {
            return known.bytes;
        }
        Pools offered = reversed.get(node);
        return offered != null && offered.bytes.usable() ? offered.bytes : null;
    }

    /** A node is reachable: keep connections to it. */
    void reached(PeerPlan plan) {
        if (closed) {
            return;
        }
        Pools known = pools.get(plan.node());
        if (known != null && known.plan.equals(plan)) {
            known.requests.retryNow();
            known.bytes.retryNow();
            return;
        }
        forget(plan.node());
        pools.put(plan.node(), new Pools(plan, pool(plan, Purpose.REQUESTS), pool(plan, Purpose.BYTES)));
    }

    private PeerPool pool(PeerPlan plan, Purpose purpose) {
        return new PeerPool(loop, local, call(plan, purpose), dialed);
    }

    private static DialedConnection.Call call(PeerPlan plan, Purpose purpose) {
        return new DialedConnection.Call(plan.remote(), plan.address(), purpose, plan.id());
    }

    @Override
    public void onReversed(Reverse.Handover given, Purpose purpose) {
        SpiffeId id = given.secured().id();
        NodeName node = id.gatewayNode();
        SiteName site = id.site();
        if (closed || node == null || site == null) {
            Closing.now(given.channel(), TunnelFault.CLOSED);
            return;
        }
        InetSocketAddress remote = (InetSocketAddress) given.channel().remoteAddress();
        HostPort address = new HostPort(Identities.ipOf(remote), remote.getPort());
        Pools before = reversed.get(node);
        if (before != null && !before.plan.id().equals(id)) {
            boolean empty = before.requests.first() == null && before.bytes.first() == null;
            if (!empty) {
                local.observer()
                        .intruderRefused(
                                address.toString(),
                                TunnelFault.IDENTITY_MISMATCH,
                                id + " offers a connection under the name of " + before.plan.id());
                Closing.now(given.channel(), TunnelFault.IDENTITY_MISMATCH);
                return;
            }
            reversed.remove(node);
        }
        Pools known = reversed.computeIfAbsent(node, _ -> offered(new PeerPlan(id, site, node, remote, address)));
        (purpose == Purpose.BYTES ? known.bytes : known.requests).take(given);
    }

    private Pools offered(PeerPlan plan) {
        PeerPool requests =
                PeerPool.offered(loop, local, call(plan, Purpose.REQUESTS), dialed, () -> tellReverse(plan));
        PeerPool bytes = PeerPool.offered(loop, local, call(plan, Purpose.BYTES), dialed, () -> {});
        return new Pools(plan, requests, bytes);
    }

    private void tellReverse(PeerPlan plan) {
        Pools known = reversed.get(plan.node());
        DialedConnection first = known == null ? null : known.requests.first();
        reverseChanges.accept(new ReversePeer.Change(
                loop, plan.node(), plan.site(), plan.address().toString(), first));
    }

    /** Offers a peer a connection on which it opens streams. */
    void offer(DialedConnection.Call call, ReverseOffer.Fate fate) {
        OfferKeeper keeper = new OfferKeeper(fate);
        if (!closed && drained == null) {
            keeper.connection = AcceptedConnection.offer(loop, local, call, keeper, () -> {});
        }
        if (keeper.connection == null) {
            fate.ended(null, false);
        } else {
            accepted.add(keeper.connection);
        }
    }

    /** Keeps one connection that this node offered. */
    @OwnedBy(Owner.EVENT_LOOP)
    private final class OfferKeeper implements AcceptedConnection.Keeper {
        private final ReverseOffer.Fate fate;
        private @Nullable AcceptedConnection connection;
        private boolean taken;

        OfferKeeper(ReverseOffer.Fate fate) {
            this.fate = fate;
        }

        @Override
        public RequestHandler onGreeted(TunnelPeer peer) {
            taken = true;
            fate.taken(Objects.requireNonNull(connection));
            return handlers.apply(peer);
        }

        @Override
        public void onEnded(AcceptedConnection ended) {
            LoopEnd.this.onEnded(ended);
            fate.ended(ended, taken);
        }

        @Override
        public void onReversed(Reverse.Handover given, Purpose purpose) {
            throw new IllegalStateException("an offered connection is not turned again");
        }
    }

    /** A node takes no new work: what runs goes on. */
    void forget(NodeName node) {
        Pools known = pools.remove(node);
        if (known != null) {
            known.requests.close();
            known.bytes.close();
        }
    }

    /** A node is dead: every stream of it is reset now. */
    void bury(NodeName node, String detail) {
        forget(node);
        for (DialedConnection connection : List.copyOf(dialed)) {
            SpiffeId id = connection.call().expected();
            if (id != null && node.equals(id.gatewayNode())) {
                connection.close(TunnelFault.SILENT, detail);
            }
        }
    }

    /** A node that offers connections is dead: every stream on these is reset now. */
    void buryReversed(NodeName node, String detail) {
        for (DialedConnection connection : List.copyOf(dialed)) {
            SpiffeId id = connection.call().expected();
            if (connection.isReversed() && id != null && node.equals(id.gatewayNode())) {
                connection.close(TunnelFault.SILENT, detail);
            }
        }
    }

    /** A node was silent until it was dead: what it dialed is dead too. */
    void buryAccepted(NodeName node, String detail) {
        for (AcceptedConnection connection : List.copyOf(accepted)) {
            TunnelPeer peer = connection.peer();
            if (peer != null && peer.node().equals(node)) {
                connection.close(TunnelFault.SILENT, detail);
            }
        }
    }

    /**
     * Takes an accepted channel.
     *
     * @param handshakeOver run once, when the connection said hello or ended without
     */
    void accept(Channel channel, Runnable handshakeOver) {
        if (closed || drained != null) {
            handshakeOver.run();
            channel.close();
        } else {
            accepted.add(AcceptedConnection.accept(loop, local, channel, this, handshakeOver));
        }
    }

    @Override
    public RequestHandler onGreeted(TunnelPeer peer) {
        return handlers.apply(peer);
    }

    @Override
    public void onEnded(AcceptedConnection connection) {
        accepted.remove(connection);
        tellIfDrained();
    }

    /** Judges the certificates of all connections again, one a turn. */
    void recheck() {
        for (AcceptedConnection connection : accepted) {
            loop.execute(connection::recheck);
        }
        for (DialedConnection connection : dialed) {
            loop.execute(connection::recheck);
        }
    }

    /** Lets accepted connections end with their last stream; completes when there is none. */
    void drainAccepted(CompletableFuture<Void> done) {
        drained = done;
        List.copyOf(accepted).forEach(AcceptedConnection::drain);
        tellIfDrained();
    }

    private void tellIfDrained() {
        CompletableFuture<Void> done = drained;
        if (done != null && accepted.isEmpty()) {
            done.complete(null);
        }
    }

    /** Ends everything now. */
    void close() {
        closed = true;
        Timer running = rounds;
        if (running != null) {
            running.cancel();
        }
        Timer checking = rechecks;
        if (checking != null) {
            checking.cancel();
        }
        List.copyOf(pools.keySet()).forEach(this::forget);
        reversed.values().forEach(known -> {
            known.requests.close();
            known.bytes.close();
        });
        List.copyOf(dialed).forEach(connection -> connection.close(TunnelFault.CLOSED, "this node stops"));
        List.copyOf(accepted).forEach(connection -> connection.close(TunnelFault.CLOSED, "this node stops"));
    }

    private void round() {
        long now = loop.nanoTime();
        boolean stalled = now - roundAt > STALL_NANOS;
        roundAt = now;
        for (Pools known : pools.values()) {
            known.requests.drainIdle(now);
            known.bytes.drainIdle(now);
            known.requests.refresh(now);
            known.bytes.refresh(now);
        }
        if (!stalled) {
            List.copyOf(dialed).forEach(connection -> listen(connection, now));
            List.copyOf(accepted).forEach(connection -> listen(connection, now));
        }
        tallies = count();
    }

    private void listen(DialedConnection connection, long now) {
        SpiffeId id = connection.provenId();
        NodeName node = id == null ? null : id.gatewayNode();
        if (node == null || !(connection.isReady() || connection.isDraining())) {
            return;
        }
        long silence = now - local.pulses().of(node, now).heardAt();
        if (silence > silentLimit()) {
            connection.close(
                    TunnelFault.SILENT, "nothing heard from node '" + node + "' for " + silence / 1_000_000 + " ms");
        } else if (silence > PING_AFTER_NANOS) {
            connection.ping(_ -> {});
        }
    }

    private void listen(AcceptedConnection connection, long now) {
        TunnelPeer peer = connection.peer();
        if (peer == null) {
            return;
        }
        long silence = now - local.pulses().of(peer.node(), now).heardAt();
        if (silence > silentLimit()) {
            connection.close(
                    TunnelFault.SILENT,
                    "nothing heard from node '" + peer.node() + "' for " + silence / 1_000_000 + " ms");
        } else if (silence > PING_AFTER_NANOS) {
            connection.ping();
        }
    }

    private long silentLimit() {
        return TimeUnit.MILLISECONDS.toNanos(local.limits().silentInboundMillis());
    }

    private Map<NodeName, Tally> count() {
        Map<NodeName, Tally> counts = new HashMap<>();
        for (DialedConnection connection : dialed) {
            SpiffeId id = connection.provenId();
            NodeName node = id == null ? null : id.gatewayNode();
            SiteName site = id == null ? null : id.site();
            if (node != null && site != null && connection.isReady()) {
                counts.merge(
                        node, new Tally(site, 1, connection.streams(), 0, connection.windowBytes(), ""), Tally::plus);
            }
        }
        for (AcceptedConnection connection : accepted) {
            TunnelPeer peer = connection.peer();
            if (peer != null) {
                counts.merge(
                        peer.node(),
                        new Tally(peer.site(), 0, 0, 1, connection.windowBytes(), peer.address()),
                        Tally::plus);
            }
        }
        return Map.copyOf(counts);
    }

    /** The counts of the last round, by node. */
    Map<NodeName, Tally> tallies() {
        return tallies;
    }
}
