package io.bridgehead.upstream.endpoint;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.StreamReset;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens connections from one loop to endpoints: by what is known of their addresses, or to one address. */
@OwnedBy(Owner.EVENT_LOOP)
public final class Dialer {
    private final Loop loop;
    private final EndpointAddresses addresses;
    private final @Nullable InetSocketAddress only;
    private int turn;

    public Dialer(Loop loop, EndpointAddresses addresses) {
        this(loop, addresses, null);
    }

    private Dialer(Loop loop, EndpointAddresses addresses, @Nullable InetSocketAddress only) {
        this.loop = loop;
        this.addresses = addresses;
        this.only = only;
    }

    /** One that goes to this address only, whatever the endpoint is called. */
    public Dialer to(InetSocketAddress address) {
        return new Dialer(loop, addresses, address);
    }

    /** What became of a dial; called once, on the loop, never before {@link #dial} has returned. */
    interface Outcome {
        /** @param channel connected; its pipeline is empty and nothing has been read */
        void connected(Channel channel);

        void failed(Failure failure);
    }

    /**
     * Why no connection was established.
     *
     * @param reset {@link StreamReset#CONNECT_FAILED}, {@link StreamReset#CONNECT_TIMEOUT} or {@link StreamReset#TLS_FAILED}
     * @param refused whether the endpoint's host answered that nobody listens: proof, where a time-out is only a sign
     * @param local whether this node is the cause (no descriptor, no port, no address): says nothing of the endpoint
     * @param detail in words for people
     */
    public record Failure(StreamReset reset, boolean refused, boolean local, String detail) {}

    /** Connects; each address has {@code timeoutMillis}. */
    void dial(HostPort endpoint, int timeoutMillis, Outcome outcome) {
        assert loop.isCurrent();
        List<InetSocketAddress> all = addressesOf(endpoint);
        if (all.isEmpty()) {
            Failure failure = new Failure(
                    StreamReset.CONNECT_FAILED,
                    false,
                    true,
                    "endpoint " + endpoint + ": no address: "
                            + addresses.of(endpoint).problem());
            loop.execute(() -> outcome.failed(failure));
            return;
        }
        turn = (turn + 1) & Integer.MAX_VALUE;
        new Dial(all, turn % all.size(), timeoutMillis, outcome).next();
    }

    /** An address of an endpoint, another one each time where it has several; null when it has none. */
    @Nullable
    InetSocketAddress next(HostPort endpoint) {
        assert loop.isCurrent();
        List<InetSocketAddress> all = addressesOf(endpoint);
        turn = (turn + 1) & Integer.MAX_VALUE;
        return all.isEmpty() ? null : all.get(turn % all.size());
    }

    private List<InetSocketAddress> addressesOf(HostPort endpoint) {
        return only == null ? addresses.of(endpoint).addresses() : List.of(only);
    }

    private static Failure failureOf(InetSocketAddress address, Throwable cause) {
        String detail =
                "connection to " + address.getHostString() + " port " + address.getPort() + ": " + cause.getMessage();
        if (cause instanceof ConnectTimeoutException) {
            return new Failure(StreamReset.CONNECT_TIMEOUT, false, false, detail);
        }
        String message = String.valueOf(cause.getMessage());
        boolean refused = cause instanceof ConnectException && message.contains("refused");
        boolean local = !(cause instanceof IOException)
                || message.contains("Too many open files")
                || message.contains("Cannot assign requested address");
        return new Failure(StreamReset.CONNECT_FAILED, refused, local, detail);
    }

    /** One dial on its way through the addresses. */
    @OwnedBy(Owner.EVENT_LOOP)
    private final class Dial implements ChannelFutureListener {
        private final List<InetSocketAddress> all;
        private final int first;
        private final int timeoutMillis;
        private final Outcome outcome;
        private int tried;

        Dial(List<InetSocketAddress> all, int first, int timeoutMillis, Outcome outcome) {
            this.all = all;
            this.first = first;
            this.timeoutMillis = timeoutMillis;
            this.outcome = outcome;
        }

        void next() {
            loop.client(timeoutMillis)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(current())
                    .addListener(this);
        }

        private InetSocketAddress current() {
            return all.get((first + tried) % all.size());
        }

        @Override
        public void operationComplete(ChannelFuture done) {
            if (done.isSuccess()) {
                Channel channel = done.channel();
                channel.pipeline().removeFirst();
                outcome.connected(channel);
                return;
            }
            Failure failure = failureOf(current(), done.cause());
            tried++;
            if (tried < all.size()) {
                next();
            } else {
                outcome.failed(failure);
            }
        }
    }
}
