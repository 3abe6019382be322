package io.bridgehead.listen.operator;

import io.bridgehead.limit.TokenBucket;
import io.bridgehead.listen.ListenerObserver;
import io.bridgehead.loop.Acceptor;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.IpAddress;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.handshake.TunnelTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The port where operators elsewhere ask and change a node. Whoever comes must show a certificate of an operator who has some right here; that is
 * judged in the handshake, and again on open connections when trust or rights change and when the certificate ends.
 *
 * <p><b>Limits</b>: {@value #CONNECTIONS_MAX} connections, {@value #PER_ADDRESS_MAX} of one address, {@value #STRANGERS_MAX} in their handshake;
 * bodies of {@value #BODY_BYTES_MAX} bytes and {@value #BODIES_BYTES_MAX} in all; {@value #REQUESTS_PER_SECOND} requests a second of one operator,
 * {@value #REQUESTS_BURST} at once; {@value #ANSWER_MILLIS} ms for an answer, and as much again until it is taken. A long one is sent in parts.
 *
 * <p><b>Threads</b>: everything on one loop; the methods from any thread.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class OperatorPort {
    /** What meters and logs call it; no listener can have this name. */
    public static final String NAME = "admin.remote";

    static final int CONNECTIONS_MAX = 128;
    static final int PER_ADDRESS_MAX = 16;
    /** More than one address may have, so that one alone does not keep everybody out. */
    static final int STRANGERS_MAX = 64;

    static final int BODY_BYTES_MAX = 17 << 20;
    static final int BODIES_BYTES_MAX = 48 << 20;
    static final int REQUESTS_PER_SECOND = 20;
    static final int REQUESTS_BURST = 100;
    /** More than any answer takes: an apply is decided within 45 s, and may wait for 30 s until it is served. */
    static final int ANSWER_MILLIS = 120_000;

    private static final int OPERATORS_MAX = 256;
    private static final int BACKLOG = 128;

    private final Parts parts;
    private final Set<OperatorConnection> open = new HashSet<>();
    private final Map<IpAddress, Integer> ofAddress = new HashMap<>();
    private final Map<SpiffeId, TokenBucket> turns = new LinkedHashMap<>();
    private int strangers;
    private int bodyBytes;
    private volatile int connections;
    private volatile @Nullable Channel port;

    /**
     * What it works with.
     *
     * @param tls lets operators in, those only whom the door does not object to
     * @param observer is told of connections under {@link #NAME}
     */
    public record Parts(Loop loop, TunnelTls tls, OperatorDoor door, ListenerObserver observer) {}

    private OperatorPort(Parts parts) {
        this.parts = parts;
    }

    /** Opens the port. Completes on its loop; fails with what the system said. */
    public static CompletionStage<OperatorPort> bind(Parts parts, InetSocketAddress address) {
        OperatorPort made = new OperatorPort(parts);
        CompletableFuture<OperatorPort> opened = new CompletableFuture<>();
        ChannelFuture bound = Acceptor.bind(
                parts.loop(),
                address,
                BACKLOG,
                _ -> parts.loop(),
                (_, channel) -> made.accept(channel),
                cause -> parts.observer().acceptFailed(NAME, cause));
        bound.addListener(done -> {
            if (done.isSuccess()) {
                made.port = bound.channel();
                parts.observer().listening(NAME, HostPort.textOf(bound.channel().localAddress()));
                opened.complete(made);
            } else {
                bound.channel().close();
                opened.completeExceptionally(done.cause());
            }
        });
        return opened;
    }

    /** Where it listens, with the port that the system chose; null once it is closed. */
    public @Nullable SocketAddress address() {
        Channel channel = port;
        return channel == null ? null : channel.localAddress();
    }

    /** Connections that are open. */
    public int connections() {
        return connections;
    }

    /** Trust or rights have changed: connections of operators who may not be here any more are closed. */
    public void recheck() {
        parts.loop().execute(() -> Set.copyOf(open).forEach(OperatorConnection::recheck));
    }

    /** Closes the port and all connections. */
    public void close() {
        Channel channel = port;
        port = null;
        if (channel != null) {
            channel.close();
            parts.loop().execute(() -> Set.copyOf(open).forEach(OperatorConnection::close));
        }
    }

    private void accept(Channel channel) {
        IpAddress owner = channel.remoteAddress() instanceof InetSocketAddress remote
                ? IpAddress.of(remote.getAddress().getAddress()).owner()
                : null;
        if (owner == null || address() == null) {
            channel.close();
            return;
        }
        Refusal refusal = open.size() >= CONNECTIONS_MAX || strangers >= STRANGERS_MAX
                ? Refusal.LISTENER_FULL
                : ofAddress.getOrDefault(owner, 0) >= PER_ADDRESS_MAX ? Refusal.ADDRESS_FULL : null;
        if (refusal != null) {
            parts.observer().refused(NAME, refusal);
            channel.close();
            return;
        }
        parts.observer().accepted(NAME);
        strangers++;
        ofAddress.merge(owner, 1, Integer::sum);
        OperatorConnection connection = new OperatorConnection(this, parts, channel);
        open.add(connection);
        connections = open.size();
        channel.closeFuture().addListener(_ -> {
            open.remove(connection);
            connections = open.size();
            ofAddress.computeIfPresent(owner, (_, count) -> count == 1 ? null : count - 1);
            parts.observer().closed(NAME);
        });
        connection.begin();
    }

    /** A handshake is over, one way or the other. */
    void known() {
        strangers--;
    }

    /** Whether an operator may ask something more now. */
    boolean hasTurn(SpiffeId operator, long nowNanos) {
        TokenBucket bucket = turns.remove(operator);
        if (bucket == null) {
            bucket = new TokenBucket(REQUESTS_PER_SECOND, REQUESTS_BURST, nowNanos);
        }
        turns.put(operator, bucket);
        if (turns.size() > OPERATORS_MAX) {
            turns.remove(turns.keySet().iterator().next());
        }
        return bucket.tryTake(nowNanos);
    }

    /** Makes room for a part of a body; false, and nothing is taken, when there is none. */
    boolean reserve(int bytes) {
        if (bodyBytes + bytes > BODIES_BYTES_MAX) {
            return false;
        }
        bodyBytes += bytes;
        return true;
    }

    /** Gives back what {@link #reserve} took. */
    void free(int bytes) {
        bodyBytes -= bytes;
    }
}
