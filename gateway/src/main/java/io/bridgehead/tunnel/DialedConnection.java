package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.PeerKeys;
import io.bridgehead.tls.handshake.TlsPeer;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientConnectionEvents;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.HttpClientConnection;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamOpener;
import io.bridgehead.wire.StreamReset;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A tunnel connection that this node dialed: connects, secures, greets, and then opens streams.
 *
 * <pre>
 * CONNECTING -> SECURING -> GREETING -> READY -> DRAINING
 *      \____________\___________\_________\__________\____> ENDED
 * </pre>
 */
@OwnedBy(Owner.EVENT_LOOP)
final class DialedConnection implements StreamOpener {
    private static final HeaderName DETAIL = HeaderName.of("bridgehead-detail");

    private final Loop loop;
    private final LocalEnd local;
    private final Call call;
    private final Keeper keeper;
    private final PulseTap tap;
    private final HandshakeWatch watch;
    private final long dialedAt;
    private final OwnChain ownChain;
    private Phase phase = Phase.CONNECTING;
    private @Nullable Channel channel;
    private @Nullable HttpClientConnection http;
    private @Nullable TlsPeer certified;
    private @Nullable TunnelPeer peer;
    private @Nullable Timer helloTimer;
    private long usedAt;
    private long freshUntil;
    private int peerLoops = 1;
    private boolean reversed;

    private enum Phase {
        CONNECTING,
        SECURING,
        GREETING,
        READY,
        DRAINING,
        ENDED
    }

    /**
     * Whom to dial and why.
     *
     * @param target where, perhaps still a name
     * @param address the same as configured, for people
     * @param expected who must answer, or null for any node that is to be greeted
     */
    record Call(
            InetSocketAddress target,
            HostPort address,
            Purpose purpose,
            @Nullable SpiffeId expected) {}

    /** Who keeps the connection: is told of each step, in this order, on the loop, never before {@link #dial} returned. */
    interface Keeper {
        /** Whether a node of this node's own site is greeted, which is not this node; at once, on the loop. */
        boolean greetsNeighbour(NodeName node);

        void onReady(DialedConnection connection);

        /** Instead of {@link #onReady}: it never came so far. */
        void onFailed(DialedConnection connection, TunnelFault fault, String detail);

        /** A stream ended, so that another can be opened. */
        void onFree(DialedConnection connection);

        /** The peer takes no more streams; the connection drains by itself. */
        void onGoingAway(DialedConnection connection);

        /** After {@link #onReady}: it is over; its streams know. */
        void onEnded(DialedConnection connection, TunnelFault fault, String detail);
    }

    private DialedConnection(
            Loop loop, LocalEnd local, Call call, Keeper keeper, PulseTap tap, @Nullable HandshakeWatch watch) {
        this.loop = loop;
        this.local = local;
        this.call = call;
        this.keeper = keeper;
        this.tap = tap;
        this.watch = watch == null ? new HandshakeWatch(new Securing()) : watch;
        this.dialedAt = loop.nanoTime();
        this.usedAt = dialedAt;
        this.ownChain = new OwnChain(loop, local.tls(), call.address().toString());
    }

    static DialedConnection dial(Loop loop, LocalEnd local, Call call, Keeper keeper) {
        assert loop.isCurrent();
        DialedConnection connection = new DialedConnection(loop, local, call, keeper, new PulseTap(loop), null);
        // Never at once: a refusal by the system could otherwise arrive before the caller has this object.
        loop.execute(connection::connect);
        return connection;
    }

    /** Opens streams on a connection that the other side dialed, and offers for that. Greets at once. */
    static DialedConnection reversed(Reverse.Handover given, Call call, Keeper keeper) {
        assert given.loop().isCurrent();
        DialedConnection connection =
                new DialedConnection(given.loop(), given.local(), call, keeper, given.tap(), given.watch());
        connection.channel = given.channel();
        connection.certified = given.secured();
        connection.reversed = true;
        connection.freshUntil = Long.MAX_VALUE / 2 + given.loop().nanoTime();
        connection.greet(given.secured().id());
        return connection;
    }

    private void connect() {
        if (phase != Phase.CONNECTING) {
            return;
        }
        var connecting = loop.client(local.limits().connectMillis())
                .option(ChannelOption.ALLOW_HALF_CLOSURE, false)
                .resolver(local.resolver())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                        fresh.pipeline().addLast("pulse", tap);
                        local.tls().dial(fresh, LocalEnd.ALPN, ExpectedPeer.anyone());
                        fresh.pipeline().addLast("handshake-watch", watch);
                    }
                })
                .connect(call.target());
        channel = connecting.channel();
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                Throwable cause = done.cause();
                end(TunnelFault.CONNECT_FAILED, String.valueOf(cause.getMessage()));
            } else if (phase == Phase.CONNECTING) {
                phase = Phase.SECURING;
            }
        });
    }

    /** The TLS handshake's end. */
    private final class Securing implements HandshakeWatch.Events {
        @Override
        public void onSecured(TlsPeer secured) {
            certified = secured;
            freshUntil = loop.nanoTime() + local.tls().freshFor(secured.chain()).toNanos();
            SpiffeId expected = call.expected();
            SpiffeId id = secured.id();
            if (phase == Phase.ENDED) {
                return;
            }
            if (expected != null && !expected.equals(id)) {
                close(TunnelFault.IDENTITY_MISMATCH, call.address() + " answered as " + id + "; expected " + expected);
            } else if (isNeighbour(id) && (isSelf(id) || !keeper.greetsNeighbour(node(id)))) {
                close(TunnelFault.SAME_SITE, id + " is of this node's own site");
            } else {
                greet(id);
            }
        }

        @Override
        public void onInsecure(TunnelFault fault, String detail) {
            end(fault, detail);
        }
    }

    private boolean isNeighbour(SpiffeId id) {
        return local.settings().site().equals(id.site());
    }

    private boolean isSelf(SpiffeId id) {
        return local.settings().node().equals(id.gatewayNode());
    }

    private void greet(SpiffeId id) {
        phase = Phase.GREETING;
        tap.belongsTo(local.pulses().of(node(id), loop.nanoTime()));
        HttpClientConnection opened = HttpClientConnection.http2(
                loop,
                requireChannel(),
                local.settings().wire().get(),
                local.settings().windows(),
                new Wire());
        http = opened;
        helloTimer = loop.after(
                local.limits().helloMillis(),
                () -> close(
                        TunnelFault.HELLO_TIMEOUT,
                        "no answer to the hello within " + local.limits().helloMillis() + " ms"));
        opened.open(local.hello(call.purpose(), loop).request(call.address().toString()), true, new Answer());
    }

    /** The answer to the hello. */
    private final class Answer implements ResponseEvents {
        @Override
        public void onInformational(ResponseHead head) {}

        @Override
        public void onResponse(ResponseHead head, boolean end) {
            if (phase != Phase.GREETING) {
                return;
            }
            if (head.status() == 200) {
                greeted(head.fields());
            } else {
                String refusal = head.fields().first(HeaderName.BRIDGEHEAD_REFUSAL);
                // an older node takes no tunnel of its own site
                boolean refusesSite = TunnelFault.SAME_SITE.text().equals(refusal)
                        && isNeighbour(Objects.requireNonNull(certified).id());
                close(
                        refusesSite ? TunnelFault.SAME_SITE : TunnelFault.HELLO_REFUSED,
                        refusal + ": " + head.fields().first(DETAIL));
            }
        }

        @Override
        public void onData(Chunk chunk, boolean end) {
            chunk.release();
        }

        @Override
        public void onTrailers(HeaderFields trailers) {}

        @Override
        public void onReset(StreamReset reset) {
            if (phase == Phase.GREETING) {
                close(TunnelFault.LOST, "the hello was reset (" + reset + "): " + watch.trouble());
            }
        }

        @Override
        public void onWritable() {}
    }

    private void greeted(HeaderFields fields) {
        TlsPeer known = Objects.requireNonNull(certified);
        Hello hello;
        try {
            hello = Hello.parse(fields);
        } catch (IllegalArgumentException e) {
            close(TunnelFault.HELLO_INVALID, String.valueOf(e.getMessage()));
            return;
        }
        String mismatch = Identities.problem(hello, known.id());
        String versions = local.hello(call.purpose(), loop).versionProblem(hello);
        if (mismatch != null) {
            close(TunnelFault.IDENTITY_MISMATCH, mismatch);
        } else if (versions != null) {
            close(TunnelFault.VERSION_MISMATCH, versions);
        } else {
            cancelHelloTimer();
            phase = Phase.READY;
            TunnelPeer proven = new TunnelPeer(
                    known.id(),
                    hello.site(),
                    hello.node(),
                    call.purpose(),
                    Identities.addressOf(requireChannel()),
                    known.resumed(),
                    new PeerKeys(local.tls().proofs()));
            peer = proven;
            peerLoops = hello.loops();
            local.observer().connected(proven, true);
            keeper.onReady(this);
        }
    }

    /** The HTTP/2 connection's life. */
    private final class Wire implements ClientConnectionEvents {
        @Override
        public void onIdle(HttpClientConnection connection) {
            usedAt = loop.nanoTime();
            if (phase == Phase.READY) {
                keeper.onFree(DialedConnection.this);
            }
        }

        @Override
        public void onGoingAway(HttpClientConnection connection) {
            if (phase == Phase.READY) {
                phase = Phase.DRAINING;
                connection.drain();
                keeper.onGoingAway(DialedConnection.this);
            }
        }

        @Override
        public void onClosed(HttpClientConnection connection) {
            if (phase == Phase.DRAINING) {
                end(TunnelFault.CLOSED, "drained");
            } else {
                end(TunnelFault.LOST, watch.trouble());
            }
        }

        @Override
        public void onBytesReceived() {}
    }

    @Override
    public ClientStream open(RequestHead head, boolean end, ResponseEvents events) {
        usedAt = loop.nanoTime();
        if (call.purpose() != Purpose.CONTROL) {
            ownChain.showOn(requireHttp());
        }
        return requireHttp().open(head, end, events);
    }

    /** Whether a stream can be opened now. */
    boolean canOpen() {
        return phase == Phase.READY && requireHttp().canOpen();
    }

    /** Streams under way. */
    int streams() {
        HttpClientConnection opened = http;
        return opened == null ? 0 : opened.activeStreams();
    }

    /** What the windows of its streams pin in memory. */
    long windowBytes() {
        HttpClientConnection opened = http;
        return opened == null ? 0 : opened.windowBytes();
    }

    int streamsMax() {
        return requireHttp().streamsMax();
    }

    void ping(LongConsumer roundTripNanos) {
        requireHttp().ping(roundTripNanos);
    }

    /** Opens no more streams, and ends with the last. */
    void drain() {
        if (phase == Phase.READY) {
            phase = Phase.DRAINING;
            requireHttp().drain();
        } else if (phase != Phase.DRAINING) {
            close(TunnelFault.CLOSED, "no longer wanted");
        }
    }

    /** Ends it now: the keeper is told first, then the streams. */
    void close(TunnelFault fault, String detail) {
        Channel connected = channel;
        end(fault, detail);
        if (connected != null) {
            Closing.now(connected, fault);
        }
    }

    private void end(TunnelFault fault, String detail) {
        if (phase == Phase.ENDED) {
            return;
        }
        phase = Phase.ENDED;
        cancelHelloTimer();
        TunnelPeer known = peer;
        if (known == null) {
            keeper.onFailed(this, fault, detail);
        } else {
            local.observer().disconnected(known, true, fault, detail);
            keeper.onEnded(this, fault, detail);
        }
    }

    /** Ends it if the peer's certificate is not trusted any more. */
    void recheck() {
        TlsPeer known = certified;
        if (known != null && phase != Phase.ENDED) {
            try {
                local.tls().recheck(known.chain());
            } catch (CertificateException e) {
                local.trustWithdrawn(known.id(), e);
                close(TunnelFault.TRUST_WITHDRAWN, String.valueOf(e.getMessage()));
            }
        }
    }

    private void cancelHelloTimer() {
        Timer timer = helloTimer;
        if (timer != null) {
            timer.cancel();
        }
    }

    /** Whether another should take its place, because the certificates that it was made with come to their end. */
    boolean isStale(long now) {
        return phase == Phase.READY && now - freshUntil > 0;
    }

    boolean isEnded() {
        return phase == Phase.ENDED;
    }

    boolean isReady() {
        return phase == Phase.READY;
    }

    boolean isDraining() {
        return phase == Phase.DRAINING;
    }

    Call call() {
        return call;
    }

    long dialedAt() {
        return dialedAt;
    }

    /** When a stream was opened or ended last. */
    long usedAt() {
        return usedAt;
    }

    /** Who answered, as soon as a certificate proved it. */
    @Nullable
    SpiffeId provenId() {
        return certified == null ? null : certified.id();
    }

    /** How to reach the same node again; only after {@link Keeper#onReady}. */
    PeerPlan plan() {
        TunnelPeer known = Objects.requireNonNull(peer);
        InetSocketAddress remote = (InetSocketAddress) requireChannel().remoteAddress();
        return new PeerPlan(known.id(), known.site(), known.node(), remote, call.address());
    }

    /** Whether the peer dialed it, and offered it. */
    boolean isReversed() {
        return reversed;
    }

    /** How many event loops the peer has; 1 before its hello. */
    int peerLoops() {
        return peerLoops;
    }

    /** TLS protocol, suite and key exchange, for people. */
    String security() {
        return certified == null
                ? ""
                : certified.protocol() + " " + certified.cipherSuite() + " " + certified.keyExchange();
    }

    private static NodeName node(SpiffeId id) {
        return Objects.requireNonNull(id.gatewayNode(), "TLS lets gateways pass only");
    }

    private Channel requireChannel() {
        return Objects.requireNonNull(channel);
    }

    private HttpClientConnection requireHttp() {
        return Objects.requireNonNull(http);
    }
}
