package io.bridgehead.upstream.endpoint;

import io.bridgehead.loop.Acceptor;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HostPort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A scripted endpoint on loopback: counts connections and requests, and answers them, keeps them waiting, or hangs
 * up. Requests are told apart by the empty line that ends a head, so bodies must not contain one.
 */
public final class TestEndpoint implements AutoCloseable {
    /** What happens to a request. */
    public enum Mode {
        ANSWER,
        FAIL,
        HOLD,
        HANG_UP,
        /** Answers with what lasts until the connection ends, and ends it in order. */
        END,
        /** The same, but TCP ends and TLS does not. */
        CUT_OFF,
        ECHO
    }

    private final Loop loop;
    private final Consumer<Channel> under;
    private final List<Channel> open = new CopyOnWriteArrayList<>();
    private final Queue<Channel> held = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private volatile Mode mode;
    private volatile ChannelFuture server;
    private final int port;

    public TestEndpoint(Loop loop, Mode mode) {
        this(loop, mode, channel -> {});
    }

    /** @param under puts what it will into the pipeline of an accepted channel first, such as TLS */
    public TestEndpoint(Loop loop, Mode mode, Consumer<Channel> under) {
        this.loop = loop;
        this.under = under;
        this.mode = mode;
        this.server = bind(0);
        this.port = ((InetSocketAddress) server.channel().localAddress()).getPort();
    }

    private ChannelFuture bind(int at) {
        return Acceptor.bind(
                        loop,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), at),
                        128,
                        channel -> loop,
                        this::accepted,
                        error -> {})
                .syncUninterruptibly();
    }

    public HostPort address() {
        return new HostPort("127.0.0.1", port);
    }

    public Endpoint endpoint() {
        return new Endpoint(address());
    }

    public void mode(Mode next) {
        mode = next;
    }

    public int connections() {
        return connections.get();
    }

    public int requests() {
        return requests.get();
    }

    public int openConnections() {
        return open.size();
    }

    public String received() {
        return String.join("", received);
    }

    /** Answers the request that has been held longest. */
    public boolean answerOne() {
        Channel channel = held.poll();
        if (channel != null) {
            answer(channel, "200 OK");
        }
        return channel != null;
    }

    /** As kill -9: nobody listens, every connection is gone. */
    public void kill() {
        server.channel().close().syncUninterruptibly();
        hangUp();
    }

    /** Closes every connection. */
    public void hangUp() {
        open.forEach(channel -> channel.close().syncUninterruptibly());
    }

    public void restart() {
        server = bind(port);
    }

    @Override
    public void close() {
        kill();
    }

    private void accepted(Loop on, Channel channel) {
        connections.incrementAndGet();
        open.add(channel);
        channel.closeFuture().addListener(done -> open.remove(channel));
        under.accept(channel);
        channel.pipeline().addLast(new Script());
    }

    private static void answer(Channel channel, String status) {
        byte[] text = ("HTTP/1.1 " + status + "\r\ncontent-length: 2\r\n\r\nok").getBytes(StandardCharsets.US_ASCII);
        channel.writeAndFlush(Unpooled.wrappedBuffer(text));
    }

    private static void answerUntilTheEnd(Channel channel, boolean inOrder) {
        byte[] text = "HTTP/1.1 200 OK\r\n\r\npart".getBytes(StandardCharsets.US_ASCII);
        channel.writeAndFlush(Unpooled.wrappedBuffer(text)).addListener(done -> {
            if (inOrder) {
                channel.close();
            } else {
                ((SocketChannel) channel).shutdownOutput();
            }
        });
    }

    private final class Script extends ChannelInboundHandlerAdapter {
        private String tail = "";

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (mode == Mode.ECHO) {
                ctx.writeAndFlush(bytes);
                return;
            }
            String text = bytes.toString(StandardCharsets.US_ASCII);
            bytes.release();
            received.add(text);
            tail += text;
            for (int end = tail.indexOf("\r\n\r\n"); end >= 0; end = tail.indexOf("\r\n\r\n")) {
                tail = tail.substring(end + 4);
                act(ctx.channel());
            }
        }

        private void act(Channel channel) {
            Mode now = mode;
            if (now == Mode.HOLD) {
                // whoever sees it counted may have it answered
                held.add(channel);
            }
            requests.incrementAndGet();
            switch (now) {
                case ANSWER, ECHO -> answer(channel, "200 OK");
                case FAIL -> answer(channel, "503 Service Unavailable");
                case HOLD -> {}
                case HANG_UP -> channel.close();
                case END -> answerUntilTheEnd(channel, true);
                case CUT_OFF -> answerUntilTheEnd(channel, false);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                if (mode == Mode.ECHO) {
                    ((SocketChannel) ctx.channel()).shutdownOutput().addListener(done -> ctx.close());
                } else {
                    ctx.close();
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
