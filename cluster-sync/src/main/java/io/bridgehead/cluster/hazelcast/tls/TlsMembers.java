package io.bridgehead.cluster.hazelcast.tls;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.config.EndpointConfig;
import com.hazelcast.config.SocketInterceptorConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.DefaultNodeContext;
import com.hazelcast.instance.impl.HazelcastInstanceFactory;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.instance.impl.NodeExtension;
import com.hazelcast.internal.server.tcp.TcpServerConnection;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/** Starts members whose links are all TLS. */
public final class TlsMembers extends DefaultNodeContext {
    private final LinkPolicy policy;
    private final JoinRule rule;

    private TlsMembers(LinkPolicy policy, JoinRule rule) {
        this.policy = policy;
        this.rule = rule;
    }

    /**
     * Starts a member and waits until it has joined or found itself alone, which takes up to the configuration's
     * limits. Its configuration must have the member endpoint of an advanced network and no other.
     */
    public static HazelcastInstance start(Config config, LinkPolicy policy, JoinRule rule) {
        if (!config.getAdvancedNetworkConfig().isEnabled()
                || config.getAdvancedNetworkConfig().getEndpointConfigs().size() != 1) {
            throw new IllegalArgumentException("the network has endpoints "
                    + config.getAdvancedNetworkConfig().getEndpointConfigs().keySet()
                    + "; expected the member endpoint of an advanced network alone");
        }
        // Hazelcast asks the extension for an interceptor only where one is configured; the name is never loaded.
        EndpointConfig endpoint = Objects.requireNonNull(
                config.getAdvancedNetworkConfig().getEndpointConfigs().get(EndpointQualifier.MEMBER));
        endpoint.setSocketInterceptorConfig(
                new SocketInterceptorConfig().setEnabled(true).setClassName(TlsNode.class.getName()));
        return HazelcastInstanceFactory.newHazelcastInstance(
                config, config.getInstanceName(), new TlsMembers(policy, rule));
    }

    /**
     * Has a member treat another as lost at once, and not only when its heartbeats are missed: what waits for it
     * goes on.
     *
     * @param lost which other members, by their attributes
     */
    public static void suspect(HazelcastInstance member, Predicate<Map<String, String>> lost, String reason) {
        if (member instanceof HazelcastInstanceProxy proxy) {
            var service = proxy.getOriginal().node.getClusterService();
            for (Member other : member.getCluster().getMembers()) {
                if (!other.localMember() && lost.test(other.getAttributes())) {
                    service.suspectMember(other, reason, true);
                }
            }
        }
    }

    /**
     * Has a member make its link to others anew where there is none, and not only with its next heartbeat.
     *
     * @param wanted which other members, by their attributes
     */
    public static void reconnect(HazelcastInstance member, Predicate<Map<String, String>> wanted) {
        if (member instanceof HazelcastInstanceProxy proxy) {
            var links = proxy.getOriginal().node.getServer().getConnectionManager(EndpointQualifier.MEMBER);
            for (Member other : member.getCluster().getMembers()) {
                if (!other.localMember() && wanted.test(other.getAttributes())) {
                    // A connection whose channel was closed here keeps its place, and nothing is sent any more.
                    if (links.get(other.getAddress()) instanceof TcpServerConnection known
                            && known.getChannel().isClosed()) {
                        known.close("its link was closed", null);
                    }
                    var _ = links.getOrConnect(other.getAddress());
                }
            }
        }
    }

    @Override
    public NodeExtension createNodeExtension(Node node) {
        return new TlsNode(node, policy, rule);
    }
}
