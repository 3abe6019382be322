package io.bridgehead.cluster.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MemberAddressProviderConfig;
import com.hazelcast.config.ReplicatedMapConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.config.TopicConfig;
import com.hazelcast.instance.BuildInfoProvider;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.spi.MemberAddressProvider;
import io.bridgehead.cluster.api.NodeInfo;
import io.bridgehead.cluster.api.UnsignedRecord;
import java.net.InetSocketAddress;
import java.util.Map;

/** Hazelcast's configuration with the settings that were measured; docs/state.md holds the figures. */
final class MemberConfig {
    static final String BOARD = "bridgehead.board";
    static final String HEADS = "bridgehead.heads";
    static final String LARGE = "bridgehead.large";
    static final String HEALTH = "bridgehead.health";

    /** A small, quiet member: few threads, no reports, no shutdown hook. */
    private static final Map<String, String> SMALL = Map.ofEntries(
            Map.entry("phone.home.enabled", "false"),
            Map.entry("logging.type", "slf4j"),
            Map.entry("partition.count", "31"),
            Map.entry("operation.thread.count", "2"),
            Map.entry("operation.generic.thread.count", "2"),
            Map.entry("operation.priority.generic.thread.count", "1"),
            Map.entry("operation.response.thread.count", "1"),
            Map.entry("io.thread.count", "1"),
            Map.entry("io.balancer.interval.seconds", "0"),
            Map.entry("event.thread.count", "1"),
            Map.entry("clientengine.thread.count", "1"),
            Map.entry("clientengine.query.thread.count", "1"),
            Map.entry("clientengine.blocking.thread.count", "1"),
            Map.entry("health.monitoring.level", "OFF"),
            Map.entry("slow.operation.detector.enabled", "false"),
            Map.entry("shutdownhook.enabled", "false"),
            Map.entry("logging.emoji.enabled", "false"),
            Map.entry("socket.bind.any", "false"));

    /** When a member is missed, when parts of a cluster look for each other, how long a call may take. */
    private static final Map<String, String> TIMES = Map.ofEntries(
            Map.entry("wait.seconds.before.join", "0"),
            Map.entry("max.wait.seconds.before.join", "0"),
            Map.entry("tcp.join.port.try.count", "1"),
            Map.entry("heartbeat.interval.seconds", "2"),
            Map.entry("max.no.heartbeat.seconds", "20"),
            Map.entry("heartbeat.failuredetector.type", "deadline"),
            // Any other value made a broken link split and merge the cluster for ever.
            Map.entry("partial.member.disconnection.resolution.heartbeat.count", "0"),
            Map.entry("merge.first.run.delay.seconds", "15"),
            Map.entry("merge.next.run.delay.seconds", "10"),
            Map.entry("operation.call.timeout.millis", "5000"),
            Map.entry("operation.backup.timeout.millis", "2000"),
            Map.entry("socket.connect.timeout.seconds", "5"),
            Map.entry("mastership.claim.timeout.seconds", "20"),
            Map.entry("member.list.publish.interval.seconds", "10"),
            Map.entry("max.join.seconds", "60"),
            Map.entry("graceful.shutdown.max.wait", "5"));

    private MemberConfig() {}

    static Config of(HazelcastSettings settings, NodeInfo self, String instanceName) {
        Config config = new Config(instanceName);
        String version = BuildInfoProvider.getBuildInfo().getVersion();
        config.setClusterName(clusterName(settings.clusterName(), version, UnsignedRecord.FORMAT));
        SMALL.forEach((name, value) -> config.setProperty("hazelcast." + name, value));
        TIMES.forEach((name, value) -> config.setProperty("hazelcast." + name, value));
        config.getMetricsConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);
        config.getIntegrityCheckerConfig().setEnabled(false);
        config.getInstanceTrackingConfig().setEnabled(false);
        config.getSerializationConfig().setJavaSerializationFilterConfig(onlyErrors());
        MemberAttributes.of(self).forEach(config.getMemberAttributeConfig()::setAttribute);
        network(config, settings);
        structures(config);
        return config;
    }

    /** Nodes of another minor version of Hazelcast, or of another record format, form a cluster of their own. */
    static String clusterName(String name, String hazelcast, int recordFormat) {
        String[] version = hazelcast.split("\\.", -1);
        return name + "-hz" + version[0] + "." + version[1] + "-r" + recordFormat;
    }

    private static void network(Config config, HazelcastSettings settings) {
        var network = config.getAdvancedNetworkConfig();
        network.setEnabled(true);
        network.setMemberEndpointConfig(new ServerSocketEndpointConfig()
                .setPort(settings.bind().getPort())
                .setPortAutoIncrement(false)
                .setReuseAddress(true));
        network.setMemberAddressProviderConfig(new MemberAddressProviderConfig()
                .setEnabled(true)
                .setImplementation(new FixedAddresses(settings.bind(), settings.advertised())));
        JoinConfig join = network.getJoin();
        join.getMulticastConfig().setEnabled(false);
        join.getAutoDetectionConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(5);
        settings.seeds().forEach(join.getTcpIpConfig()::addMember);
    }

    /**
     * Values are bytes that mean nothing to Hazelcast; on a merge what is there stays, and reconciling does the rest.
     */
    private static void structures(Config config) {
        ReplicatedMapConfig board = new ReplicatedMapConfig(BOARD)
                .setInMemoryFormat(InMemoryFormat.OBJECT)
                .setStatisticsEnabled(false);
        board.getMergePolicyConfig().setPolicy("PutIfAbsentMergePolicy");
        MapConfig heads = new MapConfig(HEADS).setBackupCount(1).setStatisticsEnabled(false);
        heads.getMergePolicyConfig().setPolicy("PutIfAbsentMergePolicy");
        MapConfig large = new MapConfig(LARGE)
                .setBackupCount(1)
                .setStatisticsEnabled(false)
                .setTimeToLiveSeconds(LargeRecords.KEPT_SECONDS);
        large.getMergePolicyConfig().setPolicy("PutIfAbsentMergePolicy");
        config.addReplicatedMapConfig(board);
        config.addMapConfig(heads);
        config.addMapConfig(large);
        config.addTopicConfig(new TopicConfig(HEALTH).setStatisticsEnabled(false));
    }

    /** Java serialization carries the errors of operations between members, and nothing else. */
    private static JavaSerializationFilterConfig onlyErrors() {
        JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig().setDefaultsDisabled(true);
        filter.getWhitelist()
                .addPackages("java.lang", "java.util", "java.util.concurrent", "java.io", "java.net", "java.security")
                .addPrefixes("com.hazelcast.", "[Ljava.lang.StackTraceElement");
        return filter;
    }

    /** Addresses as the operator gave them, whatever interfaces this machine has. */
    private record FixedAddresses(InetSocketAddress bind, InetSocketAddress advertised)
            implements MemberAddressProvider {
        @Override
        public InetSocketAddress getBindAddress() {
            return bind;
        }

        @Override
        public InetSocketAddress getBindAddress(EndpointQualifier endpoint) {
            return bind;
        }

        @Override
        public InetSocketAddress getPublicAddress() {
            return advertised;
        }

        @Override
        public InetSocketAddress getPublicAddress(EndpointQualifier endpoint) {
            return advertised;
        }
    }
}
