package io.bridgehead.wire;

import io.bridgehead.loop.Loop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Opens HTTP/2 connections over Unix sockets. */
public final class UnixClient {
    private UnixClient() {}

    /**
     * Connects; on the loop, which also calls back.
     *
     * @param opened gets the connection, with prior knowledge of HTTP/2
     * @param failed gets why there is none
     */
    public static void http2(
            Loop loop,
            Path socket,
            int timeoutMillis,
            ClientConnectionEvents events,
            Consumer<HttpClientConnection> opened,
            Consumer<String> failed) {
        assert loop.isCurrent();
        ChannelFuture connecting = loop.client(socket, timeoutMillis)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {}
                })
                .connect();
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                opened.accept(HttpClientConnection.http2(loop, connecting.channel(), WireLimits.endpoint(), events));
            } else {
                failed.accept(String.valueOf(done.cause().getMessage()));
            }
        });
    }
}
