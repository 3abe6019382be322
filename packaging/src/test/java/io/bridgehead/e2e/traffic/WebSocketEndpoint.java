package io.bridgehead.e2e.traffic;

import io.bridgehead.tls.MaterialFiles;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket endpoint, by Netty's own codec, that greets with its name and sends messages back. The text {@code ping} has it
 * ping instead, {@code close 4002 why} has it close; {@code /refused} is no WebSocket.
 */
public final class WebSocketEndpoint implements AutoCloseable {
    /** The subprotocol that it speaks when it is asked to. */
    public static final String SUBPROTOCOL = "echo.test";

    private static final int HEAD_BYTES_MAX = 65_536;
    private static final int MESSAGE_BYTES_MAX = 8 << 20;
    private static final int NO_CODE = 1005;

    private final String name;
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel listener;

    private WebSocketEndpoint(String name, @Nullable SslContext tls) {
        this.name = name;
        this.listener = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connections.add(connection);
                        if (tls != null) {
                            connection.pipeline().addLast(tls.newHandler(connection.alloc()));
                        }
                        install(connection);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    /** Starts on a port that the system chooses. */
    public static WebSocketEndpoint start(String name) {
        return new WebSocketEndpoint(name, null);
    }

    /** The same by TLS. */
    public static WebSocketEndpoint secured(String name, MaterialFiles.Paths identity) {
        try {
            SslContext tls = SslContextBuilder.forServer(
                            identity.certificate().toFile(), identity.key().toFile())
                    .build();
            return new WebSocketEndpoint(name, tls);
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void install(Channel connection) {
        WebSocketServerProtocolConfig config = WebSocketServerProtocolConfig.newBuilder()
                .websocketPath("/")
                .checkStartsWith(true)
                .subprotocols(SUBPROTOCOL)
                .maxFramePayloadLength(MESSAGE_BYTES_MAX)
                .handleCloseFrames(false)
                .dropPongFrames(false)
                .sendCloseFrame(null)
                .build();
        connection
                .pipeline()
                .addLast(
                        new HttpServerCodec(),
                        new HttpObjectAggregator(HEAD_BYTES_MAX),
                        new Refusing(),
                        new WebSocketServerProtocolHandler(config),
                        new WebSocketFrameAggregator(MESSAGE_BYTES_MAX),
                        new Answering());
    }

    /** Its host:port, for documents. */
    public String address() {
        return "127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** What happened: {@code open /path}, {@code pong}, {@code close 4001 why}. */
    public List<String> events() {
        return List.copyOf(events);
    }

    /** Ends every connection without a word, as a process that is killed does. */
    public void cut() {
        connections.close().awaitUninterruptibly();
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        cut();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Knows one path that is no WebSocket. */
    private static final class Refusing extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (!(message instanceof FullHttpRequest request) || !request.uri().equals("/refused")) {
                ctx.fireChannelRead(message);
                return;
            }
            ReferenceCountUtil.release(message);
            DefaultFullHttpResponse answer =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NOT_FOUND);
            answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
            ctx.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private final class Answering extends SimpleChannelInboundHandler<WebSocketFrame> {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete done) {
                events.add("open " + done.requestUri());
                ctx.writeAndFlush(new TextWebSocketFrame(name));
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
            switch (frame) {
                case TextWebSocketFrame text -> answer(ctx, text);
                case PongWebSocketFrame pong -> events.add("pong");
                case CloseWebSocketFrame close -> closed(ctx, close);
                default -> ctx.writeAndFlush(frame.retain());
            }
        }

        private void answer(ChannelHandlerContext ctx, TextWebSocketFrame frame) {
            String text = frame.text();
            if (text.equals("ping")) {
                ctx.writeAndFlush(new PingWebSocketFrame());
            } else if (text.equals("end")) {
                ((SocketChannel) ctx.channel()).shutdownOutput();
            } else if (text.startsWith("close ")) {
                String[] words = text.split(" ", 3);
                ctx.writeAndFlush(new CloseWebSocketFrame(Integer.parseInt(words[1]), words[2]));
            } else {
                ctx.writeAndFlush(frame.retain());
            }
        }

        /** Confirms the close, unless it is the confirmation of this end's own; then nothing more is to be said either way. */
        private void closed(ChannelHandlerContext ctx, CloseWebSocketFrame close) {
            int code = close.statusCode() < 0 ? NO_CODE : close.statusCode();
            events.add("close " + code + " " + close.reasonText());
            ctx.writeAndFlush(close.retain()).addListener(ChannelFutureListener.CLOSE);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
            ctx.close();
        }
    }
}
