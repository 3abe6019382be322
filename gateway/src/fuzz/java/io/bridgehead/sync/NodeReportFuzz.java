package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.HealthMessage;
import io.bridgehead.cluster.api.Limits;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.health.ServiceHealth;
import io.bridgehead.health.SiteReport;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What another node sends as its report is refused with a word why, or is a report that means the same when it is sent on. */
final class NodeReportFuzz {
    @MethodSource("reports")
    @FuzzTest(maxDuration = "3s")
    void isRefusedOrMeansOneThing(byte[] bytes) throws MalformedException {
        if (bytes.length > Limits.HEALTH_BYTES_MAX) {
            return;
        }
        NodeReport report;
        try {
            report = decode(Bytes.copyOf(bytes));
        } catch (MalformedException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return;
        }
        assertThat(decode(NodeReportCodec.encode(report))).isEqualTo(report);
    }

    private static NodeReport decode(Bytes payload) throws MalformedException {
        return NodeReportCodec.decode(new HealthMessage(1, 2, payload));
    }

    static Stream<Arguments> reports() {
        SiteReport report = new SiteReport(
                new SiteName("aws"),
                new NodeName("aws-a"),
                1,
                2,
                Map.of(new ServiceName("shop"), new ServiceHealth(1, 0, 2, 3)));
        NodeReport node = new NodeReport(report, null, "default@1-836b30fd", "0.1.0");
        return Stream.of(Arguments.of((Object) NodeReportCodec.encode(node).toArray()));
    }
}
