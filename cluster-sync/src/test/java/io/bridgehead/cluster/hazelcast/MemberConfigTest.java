package io.bridgehead.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.instance.BuildInfoProvider;
import io.bridgehead.cluster.api.NodeInfo;
import io.bridgehead.cluster.api.UnsignedRecord;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class MemberConfigTest {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5701);
    private static final NodeInfo SELF =
            new NodeInfo("aws-a", "aws", "", "", new TreeMap<>(), "spiffe://td.test/site/aws/gateway/aws-a");

    private static Config config(String name) {
        HazelcastSettings settings = new HazelcastSettings(
                name,
                ADDRESS,
                ADDRESS,
                List.of("127.0.0.1:5702"),
                HazelcastSettings.RECONCILE_MIN,
                HazelcastSettings.RECONCILE_MAX);
        return MemberConfig.of(settings, SELF, "instance");
    }

    @Test
    void nodesOfAnotherMinorVersionOrRecordFormatMeetInNoCluster() {
        assertThat(MemberConfig.clusterName("fabric", "5.7.0", 1)).isEqualTo("fabric-hz5.7-r1");
        assertThat(MemberConfig.clusterName("fabric", "5.7.3-SNAPSHOT", 1))
                .as("patches do")
                .isEqualTo("fabric-hz5.7-r1");
        assertThat(MemberConfig.clusterName("fabric", "5.8.0", 1)).isEqualTo("fabric-hz5.8-r1");
        assertThat(MemberConfig.clusterName("fabric", "5.7.0", 2)).isEqualTo("fabric-hz5.7-r2");
    }

    @Test
    void aMemberBearsTheNameWithItsVersions() {
        String version = BuildInfoProvider.getBuildInfo().getVersion();
        assertThat(config("bridgehead-td.test").getClusterName())
                .isEqualTo(MemberConfig.clusterName("bridgehead-td.test", version, UnsignedRecord.FORMAT))
                .startsWith("bridgehead-td.test-hz5.");
        assertThat(config("bridgehead-td.test-aws").getClusterName())
                .as("another name by scope: site is another cluster by the same rule")
                .isNotEqualTo(config("bridgehead-td.test").getClusterName());
    }
}
