package io.bridgehead.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutlierDetectorTest {
    private static final long BASE = OutlierPolicy.DEFAULT.baseEjection().toMillis();
    private final OutlierDetector detector = new OutlierDetector(OutlierPolicy.DEFAULT);

    @Test
    void failedConnectionsInARowEject() {
        OutlierDetector.Watch ill = watch(4).getFirst();
        assertThat(fail(ill, Symptom.CONNECT, 2, 0)).isFalse();
        ill.succeeded();
        assertThat(fail(ill, Symptom.CONNECT, 2, 0)).isFalse();
        assertThat(ill.failed(Symptom.CONNECT, 0)).isTrue();
        assertThat(ill.isEjected(BASE - 1)).isTrue();
        assertThat(ill.isEjected(BASE)).isFalse();
        assertThat(ill.failed(Symptom.CONNECT, BASE)).isFalse();
    }

    @Test
    void gatewayErrorsInARowEject() {
        OutlierDetector.Watch ill = watch(4).getFirst();
        assertThat(fail(ill, Symptom.GATEWAY, 4, 0)).isFalse();
        assertThat(ill.failed(Symptom.GATEWAY, 0)).isTrue();
    }

    @Test
    void aProbeRefutesFailedConnectionsButNotGatewayErrors() {
        List<OutlierDetector.Watch> all = watch(4);
        fail(all.get(0), Symptom.CONNECT, 3, 0);
        fail(all.get(1), Symptom.GATEWAY, 5, 0);
        all.forEach(OutlierDetector.Watch::probed);
        assertThat(all.get(0).isEjected(1)).isFalse();
        assertThat(all.get(1).isEjected(1)).isTrue();
    }

    @Test
    void theLastEndpointIsNeverEjectedAndNeverMoreThanHalf() {
        OutlierDetector alone = new OutlierDetector(OutlierPolicy.DEFAULT);
        assertThat(fail(alone.watch(), Symptom.CONNECT, 10, 0)).isFalse();
        List<OutlierDetector.Watch> all = watch(5);
        all.forEach(endpoint -> fail(endpoint, Symptom.CONNECT, 10, 0));
        assertThat(all.stream().filter(endpoint -> endpoint.isEjected(1))).hasSize(2);
    }

    @Test
    void ejectionsGrowUpToTheMaximumAndAreForgiven() {
        OutlierDetector.Watch ill = watch(4).getFirst();
        long now = 0;
        for (int n = 1; n <= 12; n++) {
            fail(ill, Symptom.CONNECT, 3, now);
            long length = Math.min(n * BASE, OutlierPolicy.DEFAULT.maxEjection().toMillis());
            assertThat(ill.isEjected(now + length - 1)).isTrue();
            now += length;
            assertThat(ill.isEjected(now)).isFalse();
        }
        now += 100 * BASE;
        fail(ill, Symptom.CONNECT, 3, now);
        assertThat(ill.isEjected(now + BASE - 1)).isTrue();
        assertThat(ill.isEjected(now + BASE)).isFalse();
    }

    @Test
    void anEndpointThatLeavesFreesItsPlace() {
        List<OutlierDetector.Watch> all = watch(4);
        fail(all.get(0), Symptom.CONNECT, 3, 0);
        fail(all.get(1), Symptom.CONNECT, 3, 0);
        assertThat(fail(all.get(2), Symptom.CONNECT, 3, 0)).isFalse();
        all.get(0).close();
        all.get(0).close();
        detector.watch();
        assertThat(all.get(2).failed(Symptom.CONNECT, 0)).isTrue();
    }

    private List<OutlierDetector.Watch> watch(int count) {
        List<OutlierDetector.Watch> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(detector.watch());
        }
        return all;
    }

    private static boolean fail(OutlierDetector.Watch endpoint, Symptom symptom, int times, long now) {
        boolean ejected = false;
        for (int i = 0; i < times; i++) {
            ejected |= endpoint.failed(symptom, now);
        }
        return ejected;
    }
}
