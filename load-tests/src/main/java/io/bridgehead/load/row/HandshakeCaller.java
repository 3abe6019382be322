package io.bridgehead.load.row;

import io.bridgehead.load.setting.Material;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * Makes full handshakes with the certificate of another site, one after another on a few connections. A handshake counts when the
 * server has accepted the client's certificate: in TLS 1.3 that is seen by the first bytes that it sends, its HTTP/2 settings.
 */
final class HandshakeCaller {
    static final int CONCURRENT = 8;
    private static final int GRACE_SECONDS = 10;

    private final Material material;

    HandshakeCaller(Material material) {
        this.material = material;
    }

    /**
     * What was done.
     *
     * @param count of handshakes that were accepted
     * @param seconds that they took
     */
    record Done(long count, double seconds) {}

    /**
     * Runs it.
     *
     * @throws IllegalStateException if one is refused, or agrees on another suite or key exchange than wanted
     */
    Done run(int port, String group, int seconds) {
        MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        SslContext context = context(group);
        try {
            HandshakeTally tally = new HandshakeTally(group, CONCURRENT, TimeUnit.SECONDS.toNanos(seconds));
            Bootstrap bootstrap = bootstrap(loop, context, tally, port);
            for (int i = 0; i < CONCURRENT; i++) {
                tally.next(bootstrap);
            }
            return tally.await(seconds + GRACE_SECONDS);
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
            ReferenceCountUtil.release(context);
        }
    }

    private static Bootstrap bootstrap(
            MultiThreadIoEventLoopGroup loop, SslContext context, HandshakeTally tally, int port) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .remoteAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return bootstrap.handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(context.newHandler(channel.alloc()), new HandshakeClient(tally, bootstrap));
            }
        });
    }

    private SslContext context(String group) {
        try {
            return SslContextBuilder.forClient()
                    .sslProvider(SslProvider.OPENSSL_REFCNT)
                    .protocols("TLSv1.3")
                    .keyManager(
                            material.certificate("c").toFile(),
                            material.key("c").toFile())
                    .trustManager(material.bundle().toFile())
                    .endpointIdentificationAlgorithm("")
                    .sessionCacheSize(0)
                    .option(OpenSslContextOption.GROUPS, new String[] {group})
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            List.of("h2")))
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("the caller's TLS: " + e.getMessage(), e);
        }
    }
}
