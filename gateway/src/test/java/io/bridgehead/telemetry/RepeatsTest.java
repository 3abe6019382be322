package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One cause is said at once, then counted. */
@OwnedBy(Owner.CONFINED)
final class RepeatsTest {
    private long now = TimeUnit.DAYS.toNanos(1);
    private final Repeats repeats = new Repeats(() -> now);

    private long refused(String subject) {
        return repeats.passes("refused", subject, "quarantined");
    }

    private void later(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void aCauseIsSaidAtOnceAndThenOnceAMinuteWithItsCount() {
        assertThat(refused("10.0.0.1")).isZero();
        for (int i = 1; i < 240; i++) {
            later(250);
            assertThat(refused("10.0.0.1")).isEqualTo(-1);
        }
        later(250);
        assertThat(refused("10.0.0.1")).isEqualTo(239);
        assertThat(refused("10.0.0.1")).isEqualTo(-1);
        later(TimeUnit.MINUTES.toMillis(2));
        assertThat(refused("10.0.0.1")).isEqualTo(1);
    }

    @Test
    void causesAreTheirOwn() {
        assertThat(refused("10.0.0.1")).isZero();
        assertThat(refused("10.0.0.2")).isZero();
        assertThat(repeats.passes("refused", "10.0.0.1", "expired")).isZero();
        assertThat(repeats.passes("lost", "10.0.0.1", "quarantined")).isZero();
        assertThat(refused("10.0.0.2")).isEqualTo(-1);
    }

    @Test
    void whatAFloodOfOthersHeldBackIsSaidLater() {
        for (int i = 0; i < RateGate.PER_SECOND; i++) {
            assertThat(refused("stranger " + i)).isZero();
        }
        assertThat(refused("10.0.0.1")).isEqualTo(-1);
        later(1_000);
        assertThat(refused("10.0.0.1")).isEqualTo(1);
    }

    @Test
    void howeverManyStrangersThereAreTheRateIsKept() {
        int passed = 0;
        for (int i = 0; i < 20 * Repeats.CAUSES_MAX; i++) {
            passed += refused("stranger " + i) < 0 ? 0 : 1;
        }
        assertThat(passed).isEqualTo(RateGate.PER_SECOND);
    }
}
