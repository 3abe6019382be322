package io.bridgehead.cluster.hazelcast.tls;

import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.DefaultNodeExtension;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.cluster.impl.JoinMessage;
import com.hazelcast.internal.cluster.impl.JoinRequest;
import com.hazelcast.internal.networking.ChannelInitializer;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.ServerContext;
import com.hazelcast.nio.MemberSocketInterceptor;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.WeakHashMap;
import java.util.function.Function;

/** Hazelcast's extension point as this product uses it: TLS on every channel, and a join bound to the certificate. */
final class TlsNode extends DefaultNodeExtension {
    private final LinkPolicy policy;
    private final JoinRule rule;
    private final Connector connector;

    TlsNode(Node node, LinkPolicy policy, JoinRule rule) {
        super(node);
        this.policy = policy;
        this.rule = rule;
        this.connector = new Connector(policy);
    }

    @Override
    public Function<EndpointQualifier, ChannelInitializer> createChannelInitializerFn(ServerContext server) {
        TlsChannels channels = new TlsChannels(
                server,
                node.getConfig(),
                policy,
                channel -> connector.takeHandshake(channel.socket().getChannel()));
        channels.init();
        return channels;
    }

    @Override
    public MemberSocketInterceptor getSocketInterceptor(EndpointQualifier endpoint) {
        return connector;
    }

    @Override
    public void validateJoinRequest(JoinMessage message) {
        super.validateJoinRequest(message);
        ServerConnection connection =
                node.getServer().getConnectionManager(EndpointQualifier.MEMBER).get(message.getAddress());
        Optional<Object> peer =
                Optional.ofNullable(connection).map(open -> open.attributeMap().get(MemberLink.PEER_ID));
        String peerId = peer.map(Object::toString)
                .orElseThrow(() -> new SecurityException("join of " + message.getAddress() + " without a certificate"));
        if (message instanceof JoinRequest request) {
            rule.refusal(peerId, request.getAttributes()).ifPresent(reason -> {
                policy.observer().linkRefused(String.valueOf(message.getAddress()), reason);
                throw new SecurityException(reason);
            });
        }
    }

    /**
     * Shakes hands on each socket that this node connects. The handshake waits here for its channel; a channel that is
     * never made is forgotten with its socket.
     */
    private static final class Connector implements MemberSocketInterceptor {
        private final LinkPolicy policy;
        private final Map<SocketChannel, ConnectorHandshake> done = Collections.synchronizedMap(new WeakHashMap<>());

        Connector(LinkPolicy policy) {
            this.policy = policy;
        }

        Optional<ConnectorHandshake> takeHandshake(SocketChannel channel) {
            return Optional.ofNullable(done.remove(channel));
        }

        @Override
        public void init(Properties properties) {}

        /** The acceptor shakes hands in its pipeline, without blocking. */
        @Override
        public void onAccept(Socket socket) {}

        @Override
        public void onConnect(Socket socket) throws IOException {
            done.put(socket.getChannel(), ConnectorHandshake.on(socket, policy));
        }
    }
}
