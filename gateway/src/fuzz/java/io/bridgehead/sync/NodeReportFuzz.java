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
import java.nio.ByteBuffer;
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
        return NodeReportCodec.decode(new HealthMessage(1, 2, payload), NodeReportFuzz::names);
    }

    private static Map<Long, ServiceName> names() {
        return Map.of(new ServiceDigests.Maker().of("shop"), new ServiceName("shop"));
    }

    static Stream<Arguments> reports() {
        SiteReport report = new SiteReport(
                new SiteName("aws"),
                new NodeName("aws-a"),
                1,
                2,
                Map.of(new ServiceName("shop"), new ServiceHealth(1, 0, 2, 3)));
        NodeReport node = new NodeReport(report, null, "default@1-836b30fd", "0.1.0");
        byte[] named = NodeReportCodec.encode(node).toArray();
        byte[] digested = new byte[named.length + Long.BYTES - "shop".length() - 2];
        int before = named.length - 16 - "shop".length() - 2;
        System.arraycopy(named, 0, digested, 0, before);
        digested[0] = 3;
        ByteBuffer.wrap(digested).putLong(before, new ServiceDigests.Maker().of("shop"));
        System.arraycopy(named, named.length - 16, digested, digested.length - 16, 16);
        return Stream.of(Arguments.of((Object) named), Arguments.of((Object) digested));
    }
}
