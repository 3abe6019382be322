package io.bridgehead.cluster.hazelcast.tls;

import com.hazelcast.config.Config;
import com.hazelcast.config.EndpointConfig;
import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.networking.ChannelInitializer;
import com.hazelcast.internal.server.ServerContext;
import com.hazelcast.internal.server.tcp.ChannelInitializerFunction;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/** Puts TLS below the member protocol of each channel. Every other kind of endpoint is refused. */
final class TlsChannels extends ChannelInitializerFunction {
    private final LinkPolicy policy;
    private final Function<Channel, Optional<ConnectorHandshake>> handshakes;

    TlsChannels(
            ServerContext server,
            Config config,
            LinkPolicy policy,
            Function<Channel, Optional<ConnectorHandshake>> handshakes) {
        super(server, config);
        this.policy = policy;
        this.handshakes = handshakes;
    }

    @Override
    protected ChannelInitializer provideMemberChannelInitializer(EndpointConfig endpoint) {
        ChannelInitializer member = super.provideMemberChannelInitializer(endpoint);
        return channel -> {
            MemberLink link = link(channel);
            channel.inboundPipeline().addLast(new TlsDecoder(link));
            member.initChannel(channel);
            channel.outboundPipeline().addLast(new TlsEncoder(link));
        };
    }

    @Override
    protected ChannelInitializer provideUnifiedChannelInitializer() {
        throw new IllegalStateException(
                "Hazelcast asks for an endpoint without TLS; expected the member endpoint alone");
    }

    private MemberLink link(Channel channel) throws IOException {
        if (!channel.isClientMode()) {
            return MemberLink.accepted(channel, policy);
        }
        ConnectorHandshake handshake = handshakes
                .apply(channel)
                .orElseThrow(() -> new SSLException("a connection to " + channel.remoteSocketAddress()
                        + " was made without TLS; this version of Hazelcast is not the one that was tested"));
        return MemberLink.connected(handshake, channel, policy);
    }
}
