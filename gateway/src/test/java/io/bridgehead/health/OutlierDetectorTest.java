package io.bridgehead.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class OutlierDetectorTest {
    private static final long BASE = OutlierPolicy.DEFAULT.ejection().base().toMillis();
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
            long length =
                    Math.min(n * BASE, OutlierPolicy.DEFAULT.ejection().max().toMillis());
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

    @Test
    void serverErrorsCountOnlyIfAskedForAndGatewayErrorsAreAmongThem() {
        assertThat(fail(watch(4).getFirst(), Symptom.SERVER, 1000, 0)).isFalse();
        OutlierDetector strict =
                new OutlierDetector(OutlierPolicy.DEFAULT.withConsecutive(new OutlierPolicy.Consecutive(3, 0, 0)));
        OutlierDetector.Watch ill = strict.watch();
        strict.watch();
        strict.watch();
        assertThat(fail(ill, Symptom.CONNECT, 100, 0)).as("switched off").isFalse();
        assertThat(ill.failed(Symptom.SERVER, 0)).isFalse();
        assertThat(ill.failed(Symptom.GATEWAY, 0)).isFalse();
        assertThat(ill.failed(Symptom.SERVER, 0)).isTrue();
    }

    @Test
    void otherServerErrorsInterruptGatewayErrors() {
        OutlierDetector.Watch endpoint = watch(4).getFirst();
        fail(endpoint, Symptom.GATEWAY, 4, 0);
        endpoint.failed(Symptom.SERVER, 0);
        assertThat(fail(endpoint, Symptom.GATEWAY, 4, 0)).isFalse();
        assertThat(endpoint.failed(Symptom.GATEWAY, 0)).isTrue();
    }

    @Test
    void whoSucceedsFarLessOftenThanTheOthersIsEjected() {
        OutlierDetector rated = comparing(new OutlierPolicy.SuccessRate(5, 100, 1.9), null);
        List<OutlierDetector.Watch> all = watch(rated, 6);
        all.forEach(endpoint -> count(endpoint, 99, 1));
        count(all.getFirst(), 0, 30);
        assertThat(judge(rated, all)).containsExactly(0);
        assertThat(all.getFirst().isEjected(1)).isTrue();
        // The counts began anew: the same few failures again are too few requests.
        all.forEach(endpoint -> count(endpoint, 50, 1));
        assertThat(judge(rated, all)).isEmpty();
    }

    @Test
    void successIsNotComparedAmongTooFewEndpointsOrRequests() {
        OutlierDetector rated = comparing(new OutlierPolicy.SuccessRate(5, 100, 1.9), null);
        List<OutlierDetector.Watch> all = watch(rated, 5);
        all.forEach(endpoint -> count(endpoint, 100, 0));
        all.removeLast().close();
        count(all.getFirst(), 0, 100);
        assertThat(judge(rated, all)).isEmpty();
        all.add(rated.watch());
        all.forEach(endpoint -> count(endpoint, 99, 0));
        assertThat(judge(rated, all)).isEmpty();
    }

    @Test
    void whoFailsTooOftenIsEjectedWhateverTheOthersDo() {
        OutlierDetector judging = comparing(null, new OutlierPolicy.FailurePercentage(85, 2, 50));
        List<OutlierDetector.Watch> all = watch(judging, 3);
        count(all.get(0), 15, 85);
        count(all.get(1), 16, 84);
        count(all.get(2), 0, 49);
        assertThat(judge(judging, all)).containsExactly(0);
    }

    @Test
    void comparisonsKeepWithinTheShareThatMayBeEjected() {
        OutlierDetector judging = comparing(null, new OutlierPolicy.FailurePercentage(50, 1, 10));
        List<OutlierDetector.Watch> all = watch(judging, 4);
        all.forEach(endpoint -> count(endpoint, 0, 10));
        assertThat(judge(judging, all)).containsExactly(0, 1);
    }

    private static OutlierDetector comparing(
            OutlierPolicy.@Nullable SuccessRate rate, OutlierPolicy.@Nullable FailurePercentage failures) {
        return new OutlierDetector(new OutlierPolicy(
                new OutlierPolicy.Consecutive(0, 0, 0),
                OutlierPolicy.Ejection.DEFAULT,
                Duration.ofSeconds(10),
                rate,
                failures));
    }

    private static void count(OutlierDetector.Watch endpoint, int successes, int failures) {
        for (int i = 0; i < successes; i++) {
            endpoint.succeeded();
        }
        fail(endpoint, Symptom.SERVER, failures, 0);
    }

    private static List<Integer> judge(OutlierDetector detector, List<OutlierDetector.Watch> all) {
        OutlierDetector.Bar bar = detector.endInterval(0);
        List<Integer> ejected = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).judge(bar, 0) != null) {
                ejected.add(i);
            }
        }
        return ejected;
    }

    private List<OutlierDetector.Watch> watch(int count) {
        return watch(detector, count);
    }

    private static List<OutlierDetector.Watch> watch(OutlierDetector detector, int count) {
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
