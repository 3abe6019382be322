package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.read.NodeConfigReader;
import io.bridgehead.config.schema.Reading;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ClusterPartsTest {
    private static String name(String yaml) {
        NodeConfigReader reader = new NodeConfigReader(Path.of("/etc/bridgehead"), "gw-1");
        return switch (reader.read("gateway.yaml", yaml)) {
            case Reading.Done<NodeConfig> done -> ClusterParts.clusterName(done.value());
            case Reading.Refused<NodeConfig> refused -> throw new AssertionError(refused.problems());
        };
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
