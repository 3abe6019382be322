package io.bridgehead.loop;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ServerChannel;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A listening socket on one loop that gives each accepted connection to the loop it is to live on. The address is bound without
 * SO_REUSEPORT, so that a port in use is an error and never a share.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class Acceptor extends ChannelInboundHandlerAdapter {
    private static final long AGAIN_MILLIS = 20;

    private final Function<Channel, Loop> home;
    private final Initializer initializer;
    private final Consumer<Throwable> onAcceptError;
    private boolean paused;

    private Acceptor(Function<Channel, Loop> home, Initializer initializer, Consumer<Throwable> onAcceptError) {
        this.home = home;
        this.initializer = initializer;
        this.onAcceptError = onAcceptError;
    }

    /** Makes an accepted connection ready, on its loop, before a byte of it is read. */
    public interface Initializer {
        /** @param channel registered with the loop; its pipeline is empty */
        void initialize(Loop loop, Channel channel);
    }

    /**
     * Binds and listens, or goes on with a socket that the process before this one had at this address.
     *
     * @param home chooses the loop of an accepted connection; called on the acceptor's loop
     * @param onAcceptError is told of failures to accept, such as running out of descriptors; accepting goes on a second later
     * @return completes with the listening channel, or fails with a {@link java.net.BindException}
     */
    public static ChannelFuture bind(
            Loop on,
            SocketAddress address,
            int backlog,
            Function<Channel, Loop> home,
            Initializer initializer,
            Consumer<Throwable> onAcceptError) {
        ServerChannel handedOver = on.supervisor().take(address, on.transport());
        ServerChannel server = handedOver == null ? on.transport().newServerSocketChannel() : handedOver;
        server.config().setOption(ChannelOption.SO_REUSEADDR, true);
        server.config().setOption(ChannelOption.SO_BACKLOG, backlog);
        server.pipeline().addLast(new Acceptor(home, initializer, onAcceptError));
        ChannelFuture registered = on.netty().register(server);
        ChannelPromise bound = server.newPromise();
        bound.addListener(done -> {
            if (done.isSuccess()) {
                on.supervisor().keep(address, server);
            }
        });
        registered.addListener(done -> {
            if (done.isSuccess() && handedOver != null) {
                bound.setSuccess();
            } else if (done.isSuccess()) {
                bind(on.supervisor(), server, address, bound);
            } else {
                bound.setFailure(done.cause());
            }
        });
        return bound;
    }

    /** What was just let go at this port may take a moment to be closed everywhere. */
    private static void bind(Supervisor supervisor, ServerChannel server, SocketAddress address, ChannelPromise bound) {
        server.bind(address).addListener(done -> {
            if (done.isSuccess()) {
                bound.setSuccess();
            } else if (server.isOpen() && supervisor.isLettingGo(address)) {
                server.eventLoop()
                        .schedule(() -> bind(supervisor, server, address, bound), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            } else {
                bound.setFailure(done.cause());
            }
        });
    }

    /** Accepts nothing more, or goes on; connections meanwhile wait in the system's queue. From any thread. */
    public static void pause(Channel server, boolean pause) {
        server.eventLoop().execute(() -> {
            Acceptor acceptor = server.pipeline().get(Acceptor.class);
            if (acceptor != null) {
                acceptor.paused = pause;
                server.config().setAutoRead(!pause);
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Channel child = (Channel) message;
        child.config().setOption(ChannelOption.TCP_NODELAY, true);
        child.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        child.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        Loop loop = home.apply(child);
        child.config().setOption(ChannelOption.RECVBUF_ALLOCATOR, loop.receiveBuffers());
        child.pipeline().addLast(new OnRegistered(loop, initializer));
        loop.netty().register(child).addListener(done -> {
            if (!done.isSuccess()) {
                child.unsafe().closeForcibly();
            }
        });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.channel().config().setAutoRead(false);
        ctx.executor().schedule(() -> ctx.channel().config().setAutoRead(!paused), 1, TimeUnit.SECONDS);
        onAcceptError.accept(cause);
    }

    private static final class OnRegistered extends ChannelInitializer<Channel> {
        private final Loop loop;
        private final Initializer initializer;

        OnRegistered(Loop loop, Initializer initializer) {
            this.loop = loop;
            this.initializer = initializer;
        }

        @Override
        protected void initChannel(Channel channel) {
            initializer.initialize(loop, channel);
        }
    }
}
