package io.bridgehead.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.testing.TestClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HybridClockTest {
    private final TestClock physical = new TestClock();
    private final HybridClock clock = new HybridClock(physical, "a/n1");

    @Test
    void stampsOnlyGrowAlsoWhenTheClockStandsOrGoesBack() {
        Stamp first = clock.next();
        Stamp second = clock.next();
        physical.advance(Duration.ofHours(-1));
        Stamp third = clock.next();
        physical.advance(Duration.ofHours(2));
        Stamp fourth = clock.next();
        assertThat(first).isLessThan(second);
        assertThat(second).isLessThan(third);
        assertThat(third).isLessThan(fourth);
        assertThat(fourth).isEqualTo(new Stamp(physical.millis(), 0, "a/n1"));
    }

    @Test
    void whatIsObservedIsInThePast() {
        Stamp remote = new Stamp(physical.millis() + 59_000, 3, "z/n9");
        assertThat(clock.observe(remote)).isTrue();
        assertThat(clock.next()).isGreaterThan(remote);
    }

    @Test
    void aStampTooFarAheadIsRefusedAndChangesNothing() {
        assertThat(clock.observe(new Stamp(physical.millis() + 60_001, 0, "b"))).isFalse();
        assertThat(clock.next().millis()).isEqualTo(physical.millis());
        assertThat(clock.observe(new Stamp(physical.millis() + 60_000, 0, "b"))).isTrue();
    }

    @Test
    void afterARestartItContinuesAfterWhatItGave() {
        Stamp given = new Stamp(physical.millis() + 3_600_000, Integer.MAX_VALUE, "a/n1");
        clock.resumeAfter(given);
        assertThat(clock.next()).isGreaterThan(given);
    }
}
