package io.bridgehead.listen;

import io.bridgehead.loop.Flushable;
import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.Arrival;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.IpAddress;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.proxy.DatagramDrop;
import io.bridgehead.proxy.DatagramSession;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.DatagramEvents;
import io.bridgehead.wire.flow.DatagramBuffers;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One open port for datagrams. It lives on one loop with all its sessions, one for each address and port of a client; every datagram of a
 * session goes to the same endpoint. The node itself answers nothing here, so nobody can have it send more than endpoints do.
 *
 * <p><b>State</b>: open, then draining (only sessions go on that are not quiet), then closed.
 *
 * <p><b>Limits</b>: sessions as specified, and as many as the node has connections left; one whose endpoint has not answered stays idle for
 * {@value #UNANSWERED_MILLIS} ms at most, so that false addresses do not hold places for long; what waits to be sent is bounded by Netty's write
 * mark (64 KiB). What is beyond is dropped and counted.
 *
 * <p><b>Threads</b>: methods from any thread; everything else on the loop.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class DatagramPort extends ChannelInboundHandlerAdapter implements Flushable {
    private static final long SWEEP_MILLIS = 1_000;
    private static final long QUIET_MILLIS = 1_000;
    private static final long UNANSWERED_MILLIS = 10_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final ListenerParts parts;
    private final Loop loop;
    private final DatagramCounts counts;
    private final Map<InetSocketAddress, Session> sessions = new HashMap<>();
    private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
    private volatile DatagramSpec spec;
    private volatile @Nullable Channel channel;
    private @Nullable Timer sweep;
    private boolean draining;
    private boolean dirty;

    private DatagramPort(ListenerParts parts, Loop loop, DatagramSpec spec, DatagramCounts counts) {
        this.parts = parts;
        this.loop = loop;
        this.spec = spec;
        this.counts = counts;
    }

    /** Opens the port. Completes on its loop; fails with what the system said. */
    static CompletionStage<DatagramPort> bind(
            ListenerParts parts, Loop loop, DatagramSpec spec, DatagramCounts counts) {
        DatagramPort port = new DatagramPort(parts, loop, spec, counts);
        CompletableFuture<DatagramPort> opened = new CompletableFuture<>();
        loop.execute(() -> port.bind(opened));
        return opened;
    }

    private void bind(CompletableFuture<DatagramPort> opened) {
        try {
            Channel socket = loop.datagrams(this);
            ChannelFuture bound = socket.bind(new InetSocketAddress(spec.host(), spec.port()));
            bound.addListener(done -> {
                if (done.isSuccess()) {
                    begin(socket);
                    opened.complete(this);
                } else {
                    socket.close();
                    opened.completeExceptionally(done.cause());
                }
            });
        } catch (ChannelException e) {
            opened.completeExceptionally(e);
        }
    }

    private void begin(Channel socket) {
        channel = socket;
        sweep = loop.every(SWEEP_MILLIS, this::sweep);
        socket.closeFuture().addListener(done -> ended());
        parts.observer().listening(spec.name(), HostPort.textOf(socket.localAddress()) + " for datagrams");
    }

    /** The address it is bound to, with the port that the system chose; null once it is closed. */
    @Nullable
    SocketAddress address() {
        Channel socket = channel;
        return socket == null ? null : socket.localAddress();
    }

    private Arrival arrival() {
        return new Arrival(address() instanceof InetSocketAddress bound ? bound.getPort() : spec.port(), "");
    }

    DatagramSpec spec() {
        return spec;
    }

    /** Other bounds at the same place. */
    void replace(DatagramSpec next) {
        spec = next;
    }

    /** Ends the port and all sessions. */
    CompletionStage<@Nullable Void> close() {
        Channel socket = channel;
        if (socket == null) {
            closed.complete(null);
        } else {
            socket.close();
        }
        return closed;
    }

    /** Begins no session any more, and closes when all are quiet; at the latest after the bound. */
    CompletionStage<@Nullable Void> drain(long boundMillis) {
        loop.execute(() -> {
            draining = true;
            loop.after(boundMillis, this::close);
            sweep();
        });
        return closed;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        InetSocketAddress sender = packet.sender();
        Session session = sessions.get(sender);
        if (session == null) {
            session = open(sender);
        }
        if (session == null) {
            packet.release();
            return;
        }
        session.usedNanos = loop.nanoTime();
        DatagramDrop why = session.proxied.send(Chunk.of(DatagramBuffers.fitted(ctx.alloc(), packet.content())));
        if (why == null) {
            counts.onForwarded();
        } else {
            counts.onDropped(why);
        }
    }

    private @Nullable Session open(InetSocketAddress sender) {
        DatagramDrop why = objection();
        if (why != null) {
            counts.onDropped(why);
            return null;
        }
        parts.node().entered();
        String address = IpAddress.of(sender.getAddress().getAddress()).toString();
        Session session =
                new Session(sender, new Caller(spec.identity(), Caller.Proof.LISTENER, parts.site(), address));
        sessions.put(sender, session);
        counts.onSessions(sessions.size());
        return session;
    }

    /** Why no further session may begin, or null. */
    private @Nullable DatagramDrop objection() {
        if (draining) {
            return DatagramDrop.DRAINING;
        }
        if (sessions.size() >= spec.sessionsMax()) {
            return DatagramDrop.SESSIONS_FULL;
        }
        return parts.node().isFull() ? DatagramDrop.NODE_FULL : null;
    }

    private void sweep() {
        long idleMillis = draining ? Math.min(QUIET_MILLIS, spec.idleMillis()) : spec.idleMillis();
        long unansweredMillis = Math.min(UNANSWERED_MILLIS, idleMillis);
        long now = loop.nanoTime();
        Iterator<Session> all = sessions.values().iterator();
        while (all.hasNext()) {
            Session session = all.next();
            long mayMillis = session.answered ? idleMillis : unansweredMillis;
            if (now - session.usedNanos >= mayMillis * NANOS_PER_MILLI) {
                all.remove();
                session.end();
            }
        }
        counts.onSessions(sessions.size());
        if (draining && sessions.isEmpty()) {
            close();
        }
    }

    private void answer(InetSocketAddress client, Chunk datagram) {
        Channel socket = channel;
        if (socket == null) {
            datagram.release();
            return;
        }
        if (!socket.isWritable()) {
            socket.flush();
        }
        if (!socket.isWritable()) {
            datagram.release();
            counts.onDropped(DatagramDrop.QUEUE_FULL);
            return;
        }
        socket.write(new DatagramPacket(datagram.bytes(), client), socket.voidPromise());
        counts.onAnswered();
        if (!dirty) {
            dirty = true;
            loop.flushLater(this);
        }
    }

    @Override
    public void flushNow() {
        dirty = false;
        Channel socket = channel;
        if (socket != null) {
            socket.flush();
        }
    }

    /** What the system could not send; the port stays. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        counts.onDropped(DatagramDrop.NOT_SENT);
    }

    private void ended() {
        channel = null;
        Timer timer = sweep;
        if (timer != null) {
            timer.cancel();
        }
        sessions.values().forEach(Session::end);
        sessions.clear();
        counts.onSessions(0);
        parts.observer().stopped(spec.name());
        closed.complete(null);
    }

    /** One client. */
    @OwnedBy(Owner.EVENT_LOOP)
    private final class Session implements DatagramEvents {
        private final InetSocketAddress client;
        private final DatagramSession proxied;
        private long usedNanos;
        private boolean answered;

        Session(InetSocketAddress client, Caller caller) {
            this.client = client;
            this.usedNanos = loop.nanoTime();
            this.proxied =
                    new DatagramSession(parts.contexts().get(loop.index()), spec.name(), caller, arrival(), this);
        }

        @Override
        public void onDatagram(Chunk datagram) {
            usedNanos = loop.nanoTime();
            answered = true;
            answer(client, datagram);
        }

        void end() {
            parts.node().left();
            proxied.close();
        }

        @Override
        public void onUnreachable(String detail) {
            counts.onUnreachable();
        }
    }
}
