package io.bridgehead.tls.handshake;

import io.bridgehead.tls.ExpectedPeer;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.CharsetUtil;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Real connections over loopback on two event loops, with the judgement of both ends. */
final class Loopback implements AutoCloseable {
    private static final long WAIT_SECONDS = 20;

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final BlockingQueue<End> accepted = new LinkedBlockingQueue<>();
    private final Queue<Channel> listening = new ConcurrentLinkedQueue<>();
    private final Queue<Channel> connected = new ConcurrentLinkedQueue<>();

    /** Listens; every connection gets {@code tls}, and every byte received is sent back. Returns the port. */
    int listen(TunnelTls tls, List<String> protocols, ExpectedPeer expected) throws InterruptedException {
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        tls.accept(channel, protocols, expected);
                        End end = new End(channel, true);
                        channel.pipeline().addLast(end);
                        connected.add(channel);
                        accepted.add(end);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync();
        listening.add(bound.channel());
        return ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    End dial(int port, TunnelTls tls, List<String> protocols, ExpectedPeer expected) throws InterruptedException {
        CompletableFuture<End> made = new CompletableFuture<>();
        ChannelFuture _ = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        tls.dial(channel, protocols, expected);
                        End end = new End(channel, false);
                        channel.pipeline().addLast(end);
                        connected.add(channel);
                        made.complete(end);
                    }
                })
                .connect(InetAddress.getLoopbackAddress(), port)
                .sync();
        return made.join();
    }

    End accepted() throws InterruptedException {
        End end = accepted.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        if (end == null) {
            throw new AssertionError("no connection was accepted within " + WAIT_SECONDS + " s");
        }
        return end;
    }

    /** First no more come, then those that are here end: loops that stop without leave what a connection holds, such as its context. */
    @Override
    public void close() {
        close(listening);
        settle();
        close(connected);
        settle();
        loops.shutdownGracefully(0, WAIT_SECONDS, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static void close(Queue<Channel> channels) {
        for (Channel channel : channels) {
            if (!channel.close().awaitUninterruptibly(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("a channel is still open after " + WAIT_SECONDS + " s");
            }
        }
    }

    /** Returns when every loop has done what it was handed. */
    private void settle() {
        for (EventExecutor loop : loops) {
            loop.submit(() -> {}).syncUninterruptibly();
        }
    }

    /** One end of a connection. */
    static final class End extends ChannelInboundHandlerAdapter {
        private final Channel channel;
        private final boolean echo;
        private final CompletableFuture<SslHandshakeCompletionEvent> judgement = new CompletableFuture<>();
        private final CompletableFuture<String> received = new CompletableFuture<>();

        private End(Channel channel, boolean echo) {
            this.channel = channel;
            this.echo = echo;
        }

        Channel channel() {
            return channel;
        }

        /** The peer, or an exception that says why there is none. */
        TlsPeer peer() throws Exception {
            SslHandshakeCompletionEvent event = judgement.get(WAIT_SECONDS, TimeUnit.SECONDS);
            if (!event.isSuccess()) {
                throw new Exception(event.cause());
            }
            TlsPeer peer = TunnelTls.peer(channel);
            if (peer == null) {
                throw new AssertionError("a handshake succeeded and no peer is known");
            }
            return peer;
        }

        String sendAndReceive(String text) throws Exception {
            channel.writeAndFlush(Unpooled.copiedBuffer(text, CharsetUtil.US_ASCII))
                    .sync();
            return received.get(WAIT_SECONDS, TimeUnit.SECONDS);
        }

        @Nullable
        String receivedSoFar() {
            return received.getNow(null);
        }

        void awaitClosed() throws Exception {
            if (!channel.closeFuture().await(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the connection is still open after " + WAIT_SECONDS + " s");
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent completion) {
                judgement.complete(completion);
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            received.complete(((ByteBuf) message).toString(CharsetUtil.US_ASCII));
            if (echo) {
                ChannelFuture _ = ctx.writeAndFlush(message);
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            judgement.complete(new SslHandshakeCompletionEvent(cause));
            ChannelFuture _ = ctx.close();
        }
    }
}
