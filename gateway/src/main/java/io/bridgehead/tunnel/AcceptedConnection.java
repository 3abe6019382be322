package io.bridgehead.tunnel;

import io.bridgehead.limit.TokenBucket;
import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.PeerKeys;
import io.bridgehead.tls.handshake.TlsPeer;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.HttpServerConnection;
import io.bridgehead.wire.RequestHandler;
import io.bridgehead.wire.ServerConnectionEvents;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tunnel connection on which the peer opens streams, because it dialed, or because this node offered it that way: secures, waits for the hello, and then hands its streams on by its purpose. Before the hello
 * was accepted nothing is served.
 *
 * <pre>SECURING -> GREETING -> READY -> ENDED; any -> ENDED</pre>
 */
@OwnedBy(Owner.EVENT_LOOP)
final class AcceptedConnection implements RequestHandler, ServerConnectionEvents, HandshakeWatch.Events {
    private static final HeaderName DETAIL = HeaderName.of("bridgehead-detail");
    private static final int REFUSAL_LINGER_MILLIS = 200;
    /** A node shows its certificates when it gets others, and again a second after they were refused. */
    private static final int CHAINS_PER_SECOND = 1;

    private static final int CHAINS_BURST = 8;
    private static final StreamEvents DEAF = new Deaf();

    private final Loop loop;
    private final LocalEnd local;
    private final Channel channel;
    /** Whom this node offered it to; null for a connection that was accepted. */
    private final DialedConnection.@Nullable Call offered;

    private final Keeper keeper;
    private final Runnable handshakeOver;
    private final String address;
    private final PulseTap tap;
    private final HandshakeWatch watch = new HandshakeWatch(this);
    private final PeerKeys keys;
    private final TokenBucket chains;
    private Phase phase = Phase.SECURING;
    private @Nullable HttpServerConnection http;
    private @Nullable TlsPeer certified;
    private @Nullable TunnelPeer peer;
    private @Nullable RequestHandler served;
    private @Nullable Timer helloTimer;
    private int peerLoop;
    private long freshUntil;

    private enum Phase {
        SECURING,
        GREETING,
        READY,
        REFUSED,
        ENDED
    }

    /** Who keeps the connection. */
    interface Keeper {
        /** The hello was accepted: who serves the streams from here on. */
        RequestHandler onGreeted(TunnelPeer peer);

        /** It is over. */
        void onEnded(AcceptedConnection connection);

        /** The peer offers it in reverse: this side is to open the streams. */
        void onReversed(Reverse.Handover given, Purpose purpose);
    }

    private AcceptedConnection(
            Loop loop,
            LocalEnd local,
            Channel channel,
            Keeper keeper,
            Runnable handshakeOver,
            DialedConnection.@Nullable Call offered) {
        this.loop = loop;
        this.local = local;
        this.channel = channel;
        this.keeper = keeper;
        this.handshakeOver = handshakeOver;
        this.offered = offered;
        this.address = offered == null
                ? Identities.addressOf(channel)
                : offered.address().toString();
        this.tap = new PulseTap(loop);
        this.keys = new PeerKeys(local.tls().proofs());
        this.chains = new TokenBucket(CHAINS_PER_SECOND, CHAINS_BURST, loop.nanoTime());
    }

    /** Takes over a fresh channel. */
    static AcceptedConnection accept(
            Loop loop, LocalEnd local, Channel channel, Keeper keeper, Runnable handshakeOver) {
        AcceptedConnection connection = new AcceptedConnection(loop, local, channel, keeper, handshakeOver, null);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        channel.pipeline().addLast("pulse", connection.tap);
        EnrolmentService enrolment = local.enrolments().service();
        if (enrolment == null) {
            local.tls().accept(channel, LocalEnd.ACCEPTED, ExpectedPeer.anyone());
        } else {
            local.tls()
                    .acceptAlso(
                            channel,
                            EnrolmentService.JOIN,
                            local.enrolments().protocols(),
                            ExpectedPeer.anyone(),
                            () -> connection.enrol(enrolment, null));
        }
        channel.pipeline().addLast("handshake-watch", connection.watch);
        return connection;
    }

    /**
     * Dials a peer to offer it a connection on which it opens streams.
     *
     * @param over run once, when it said hello or it ended without
     * @return null when there is no socket for it
     */
    static @Nullable AcceptedConnection offer(
            Loop loop, LocalEnd local, DialedConnection.Call call, Keeper keeper, Runnable over) {
        assert loop.isCurrent();
        List<AcceptedConnection> made = new ArrayList<>(1);
        var connecting = loop.client(local.limits().connectMillis())
                .option(ChannelOption.ALLOW_HALF_CLOSURE, false)
                .resolver(local.resolver())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                        AcceptedConnection connection = new AcceptedConnection(loop, local, fresh, keeper, over, call);
                        made.add(connection);
                        fresh.pipeline().addLast("pulse", connection.tap);
                        List<String> protocols = List.of(Reverse.protocol(call.purpose()));
                        local.tls().dial(fresh, protocols, ExpectedPeer.anyone());
                        fresh.pipeline().addLast("handshake-watch", connection.watch);
                    }
                })
                .connect(call.target());
        if (made.isEmpty()) { // the system gave no socket
            return null;
        }
        AcceptedConnection connection = made.getFirst();
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                connection.end(
                        TunnelFault.CONNECT_FAILED, String.valueOf(done.cause().getMessage()));
            }
        });
        return connection;
    }

    /** It is no tunnel: whoever dialed asks for an identity. */
    private void enrol(EnrolmentService enrolment, EnrolmentService.@Nullable Shown shown) {
        Enrolments places = local.enrolments();
        boolean join = shown == null;
        if (!places.enter(join)) {
            close(TunnelFault.FLOOD, "more than " + places.most(join) + " at once ask for an identity");
            return;
        }
        phase = Phase.ENDED;
        handshakeOver.run();
        channel.pipeline().remove(tap);
        channel.pipeline().replace(watch, "enrolment", new EnrolmentExchange(loop, local, enrolment, shown, () -> {
            places.leave(join);
            keeper.onEnded(this);
        }));
    }

    @Override
    public void onSecured(TlsPeer secured) {
        if (phase != Phase.SECURING) {
            return;
        }
        EnrolmentService enrolment = local.enrolments().service();
        if (enrolment != null && secured.applicationProtocol().equals(EnrolmentService.RENEW)) {
            enrol(
                    enrolment,
                    new EnrolmentService.Shown(secured.id(), secured.chain().getFirst()));
            return;
        }
        Purpose reversed = Reverse.purpose(secured.applicationProtocol());
        if (reversed != null && offered == null) {
            turn(secured, reversed);
            return;
        }
        if (offered != null && !secured.id().equals(offered.expected())) {
            close(TunnelFault.IDENTITY_MISMATCH, address + " answered as " + secured.id());
            return;
        }
        phase = Phase.GREETING;
        certified = secured;
        keys.add(secured.chain(), secured.generation());
        freshUntil = loop.nanoTime() + local.tls().freshFor(secured.chain()).toNanos();
        NodeName node = Objects.requireNonNull(secured.id().gatewayNode(), "TLS lets gateways pass only");
        tap.belongsTo(local.pulses().of(node, loop.nanoTime()));
        helloTimer = loop.after(
                local.limits().helloMillis(),
                () -> close(
                        TunnelFault.HELLO_TIMEOUT,
                        secured.id() + " sent no hello within " + local.limits().helloMillis() + " ms"));
        http = HttpServerConnection.http2(
                loop, channel, local.settings().wire().get(), local.settings().windows(), this, this);
    }

    /** The peer dialed so that this side can open streams. */
    private void turn(TlsPeer secured, Purpose purpose) {
        phase = Phase.ENDED;
        keeper.onEnded(this);
        handshakeOver.run();
        if (local.settings().site().equals(secured.id().site())) {
            local.observer()
                    .intruderRefused(address, TunnelFault.SAME_SITE, secured.id() + " is of this node's own site");
            Closing.now(channel, TunnelFault.SAME_SITE);
        } else {
            keeper.onReversed(new Reverse.Handover(loop, local, channel, tap, watch, secured), purpose);
        }
    }

    @Override
    public void onInsecure(TunnelFault fault, String detail) {
        end(fault, detail);
    }

    @Override
    public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
        RequestHandler handler = served;
        if (handler != null && phase == Phase.READY) {
            if (ShownChain.isShownBy(head)) {
                shown(stream, head);
                return DEAF;
            }
            return handler.onRequest(stream, head, end);
        }
        if (phase == Phase.GREETING && Hello.isHello(head) && end) {
            greet(stream, head);
        } else {
            stream.reset(StreamReset.REFUSED);
            close(
                    TunnelFault.HELLO_INVALID,
                    "first stream was " + head.method() + " " + head.path()
                            + "; expected POST /.bridgehead/hello without a body");
        }
        return DEAF;
    }

    @Override
    public void onRefused(Refusal refusal, String detail) {
        RequestHandler handler = served;
        if (handler != null) {
            handler.onRefused(refusal, detail);
        }
    }

    private void greet(ServerStream stream, RequestHead head) {
        TlsPeer known = Objects.requireNonNull(certified);
        Hello hello;
        try {
            hello = Hello.parse(head.fields());
        } catch (IllegalArgumentException e) {
            refuse(stream, TunnelFault.HELLO_INVALID, String.valueOf(e.getMessage()));
            return;
        }
        String mismatch = Identities.problem(hello, known.id());
        String versions = local.hello(hello.purpose(), loop).versionProblem(hello);
        if (mismatch != null) {
            refuse(stream, TunnelFault.IDENTITY_MISMATCH, mismatch);
        } else if (hello.site().equals(local.settings().site())
                && (hello.purpose() != Purpose.CONTROL
                        || hello.node().equals(local.settings().node()))) {
            refuse(
                    stream,
                    TunnelFault.SAME_SITE,
                    "nodes of site '" + hello.site() + "' send each other no requests, and a node itself nothing");
        } else if (versions != null) {
            refuse(stream, TunnelFault.VERSION_MISMATCH, versions);
        } else {
            welcome(stream, hello, known);
        }
    }

    private void welcome(ServerStream stream, Hello hello, TlsPeer known) {
        cancelHelloTimer();
        phase = Phase.READY;
        peerLoop = hello.loop();
        TunnelPeer proven =
                new TunnelPeer(known.id(), hello.site(), hello.node(), hello.purpose(), address, known.resumed(), keys);
        peer = proven;
        handshakeOver.run();
        served = keeper.onGreeted(proven);
        local.observer().connected(proven, false);
        stream.sendResponse(
                new ResponseHead(200, local.hello(hello.purpose(), loop).fields()), true);
    }

    /** The peer signs with another key from here on; a chain that is refused leaves the connection to what goes by older keys. */
    private void shown(ServerStream stream, RequestHead head) {
        SpiffeId expected = Objects.requireNonNull(peer).id();
        if (!chains.tryTake(loop.nanoTime())) {
            close(TunnelFault.FLOOD, expected + " shows certificates again and again");
            return;
        }
        int status = 200;
        try {
            List<X509Certificate> chain = ShownChain.in(head.fields());
            long judged = local.tls().current().number();
            SpiffeId id = local.tls().recheck(chain);
            if (!id.equals(expected)) {
                throw new CertificateException("a certificate of " + id + "; expected one of " + expected);
            }
            keys.add(chain, judged);
        } catch (CertificateException e) {
            status = 403;
            local.observer()
                    .intruderRefused(
                            address,
                            TunnelFault.CERTIFICATE_REFUSED,
                            expected + " shows for its signatures: " + e.getMessage());
        }
        stream.sendResponse(new ResponseHead(status, new HeaderFields()), true);
    }

    /** Says why, and closes once the answer had time to leave. */
    private void refuse(ServerStream stream, TunnelFault fault, String detail) {
        cancelHelloTimer();
        phase = Phase.REFUSED;
        refused(fault, detail);
        HeaderFields fields = new HeaderFields();
        fields.add(HeaderName.BRIDGEHEAD_REFUSAL, fault.text());
        fields.add(DETAIL, detail);
        stream.sendResponse(new ResponseHead(403, fields), true);
        loop.after(REFUSAL_LINGER_MILLIS, () -> close(fault, detail));
    }

    private void refused(TunnelFault fault, String detail) {
        if (offered == null) {
            local.observer().intruderRefused(address, fault, detail);
        } else {
            local.observer().dialFailed(offered.address(), offered.purpose(), fault, detail);
        }
    }

    @Override
    public void onBytesReceived() {}

    @Override
    public void onClosed(HttpServerConnection connection) {
        end(TunnelFault.LOST, watch.trouble());
    }

    /** Takes no more streams and ends with the last; ends now when it serves none yet. */
    void drain() {
        HttpServerConnection opened = http;
        if (phase == Phase.READY && opened != null) {
            opened.drain();
        } else {
            close(TunnelFault.CLOSED, "this node is draining");
        }
    }

    /** Ends it now. */
    void close(TunnelFault fault, String detail) {
        end(fault, detail);
        Closing.now(channel, fault);
    }

    private void end(TunnelFault fault, String detail) {
        if (phase == Phase.ENDED) {
            return;
        }
        boolean reported = phase == Phase.REFUSED;
        phase = Phase.ENDED;
        cancelHelloTimer();
        TunnelPeer known = peer;
        if (known == null) {
            handshakeOver.run();
        }
        // A gateway that leaves after TLS found what it wanted to know (that it dialed its own site); it is no
        // intruder.
        boolean leftInPeace = offered == null && certified != null && fault == TunnelFault.LOST;
        if (known != null) {
            local.observer().disconnected(known, false, fault, detail);
        } else if (!reported && !leftInPeace && fault != TunnelFault.CLOSED) {
            refused(fault, detail);
        }
        keeper.onEnded(this);
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

    /** Asks for a sign of life. */
    void ping() {
        HttpServerConnection opened = http;
        if (opened != null && phase == Phase.READY) {
            opened.ping(_ -> {});
        }
    }

    /** What the windows of its streams pin in memory. */
    long windowBytes() {
        HttpServerConnection opened = http;
        return opened == null ? 0 : opened.windowBytes();
    }

    /** The peer's loop that opens streams here, once the hello was accepted. */
    int peerLoop() {
        return peerLoop;
    }

    /** When another should take its place, because the certificates that it was made with come to their end; on the loop's clock. */
    long freshUntil() {
        return freshUntil;
    }

    /** Who opens streams here, once the hello was accepted. */
    @Nullable
    TunnelPeer peer() {
        return peer;
    }

    private void cancelHelloTimer() {
        Timer timer = helloTimer;
        if (timer != null) {
            timer.cancel();
        }
    }

    /** Takes what is left of a stream that nobody serves. */
    private static final class Deaf implements StreamEvents {
        @Override
        public void onData(Chunk chunk, boolean end) {
            chunk.release();
        }

        @Override
        public void onTrailers(HeaderFields trailers) {}

        @Override
        public void onReset(StreamReset reset) {}

        @Override
        public void onWritable() {}
    }
}
