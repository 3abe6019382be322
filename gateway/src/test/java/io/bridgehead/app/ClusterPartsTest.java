package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.read.NodeConfigReader;
import io.bridgehead.config.schema.Reading;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ClusterPartsTest {
    private static NodeConfig read(String yaml) {
        NodeConfigReader reader = new NodeConfigReader(Path.of("/etc/bridgehead"), "gw-1");
        return switch (reader.read("gateway.yaml", yaml)) {
            case Reading.Done<NodeConfig> done -> done.value();
            case Reading.Refused<NodeConfig> refused -> throw new AssertionError(refused.problems());
        };
    }

    private static String name(String yaml) {
        return ClusterParts.clusterName(read(yaml));
    }

    private static String advertised(String cluster, String... own) {
        Set<InetAddress> addresses = new HashSet<>();
        for (String address : own) {
            addresses.add(InetAddress.ofLiteral(address));
        }
        NodeConfig config = read("site: { name: aws }\nidentity: { trustDomain: corp.example }\n" + cluster);
        InetSocketAddress at = ClusterParts.advertised(config.cluster(), () -> addresses);
        return at.getAddress().getHostAddress() + " " + at.getPort();
    }

    @Test
    void aMemberIsReachedWhereTheConfigurationSaysOrWhereItListens() {
        assertThat(advertised("cluster: { advertise: 192.0.2.7:5801 }", "10.0.0.1"))
                .isEqualTo("192.0.2.7 5801");
        assertThat(advertised("cluster: { address: 127.0.0.1, port: 5702 }", "10.0.0.1"))
                .isEqualTo("127.0.0.1 5702");
    }

    @Test
    void aMemberThatListensEverywhereIsReachedAtOneAddressOfTheMachine() {
        assertThat(advertised(
                        "", "127.0.0.1", "fe80::1", "2001:db8::1", "169.254.0.1", "200.0.0.1", "10.0.0.2", "10.0.0.10"))
                .isEqualTo("10.0.0.2 5701");
        assertThat(advertised("", "127.0.0.1", "2001:db8::1")).isEqualTo("2001:db8:0:0:0:0:0:1 5701");
        assertThat(advertised("", "127.0.0.1")).isEqualTo("127.0.0.1 5701");
        assertThat(advertised("")).isEqualTo("127.0.0.1 5701");
    }

    @Test
    void aFabricHasOneClusterAndWithScopeSiteEachSiteOne() {
        String identity = "identity: { trustDomain: corp.example }\n";
        assertThat(name(identity + "site: { name: aws }")).isEqualTo("bridgehead-corp.example");
        assertThat(name(identity + "site: { name: azure }")).isEqualTo("bridgehead-corp.example");
        assertThat(name(identity + "site: { name: aws }\ncluster: { scope: site }"))
                .isEqualTo("bridgehead-corp.example-aws");
        assertThat(name(identity + "site: { name: azure }\ncluster: { scope: site }"))
                .isEqualTo("bridgehead-corp.example-azure");
    }
}
