package io.bridgehead.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class OverloadLadderTest {
    private static final OverloadLadder.Thresholds THRESHOLDS = new OverloadLadder.Thresholds(0.80, 0.90, 0.95, 0.98);

    private final OverloadLadder ladder = new OverloadLadder(THRESHOLDS);

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void climbsAtOnceAsFarAsThePressureCalls() {
        assertThat(ladder.at(0.79, 0)).isEqualTo(OverloadLevel.NONE);
        assertThat(ladder.at(0.80, 1)).isEqualTo(OverloadLevel.SHORTEN_IDLE);
        assertThat(ladder.at(0.94, 2)).isEqualTo(OverloadLevel.END_CONNECTIONS);
        assertThat(ladder.at(0.95, 3)).isEqualTo(OverloadLevel.REFUSE);
        assertThat(ladder.at(1.30, 4)).isEqualTo(OverloadLevel.STOP_ACCEPTING);
    }

    @Test
    void descendsOnlyAfterASecondClearlyBelow() {
        ladder.at(0.96, 0);
        assertThat(ladder.at(0.94, millis(100))).as("just below").isEqualTo(OverloadLevel.REFUSE);
        assertThat(ladder.at(0.94, millis(5_000))).isEqualTo(OverloadLevel.REFUSE);
        assertThat(ladder.at(0.87, millis(6_000))).as("clearly below begins").isEqualTo(OverloadLevel.REFUSE);
        assertThat(ladder.at(0.87, millis(6_900))).isEqualTo(OverloadLevel.REFUSE);
        assertThat(ladder.at(0.87, millis(7_000))).isEqualTo(OverloadLevel.END_CONNECTIONS);
        assertThat(ladder.at(0.10, millis(7_100))).isEqualTo(OverloadLevel.END_CONNECTIONS);
        assertThat(ladder.at(0.10, millis(8_100))).isEqualTo(OverloadLevel.NONE);
    }

    @Test
    void aPeakInBetweenBeginsTheSecondAnew() {
        ladder.at(0.96, 0);
        ladder.at(0.5, millis(100));
        assertThat(ladder.at(0.96, millis(900))).isEqualTo(OverloadLevel.REFUSE);
        assertThat(ladder.at(0.5, millis(1_200))).isEqualTo(OverloadLevel.REFUSE);
        assertThat(ladder.at(0.5, millis(2_200))).isEqualTo(OverloadLevel.NONE);
    }

    @Test
    void thresholdsRise() {
        assertThatThrownBy(() -> new OverloadLadder.Thresholds(0.9, 0.8, 0.95, 0.98))
                .hasMessageContaining("0.9, 0.8");
    }

    @Test
    void publishesWhatEachLevelMeans() {
        Overload overload = new Overload();
        assertThat(overload.idleMillis(60_000)).isEqualTo(60_000);
        overload.enter(OverloadLevel.SHORTEN_IDLE);
        assertThat(overload.idleMillis(60_000)).isEqualTo(6_000);
        assertThat(overload.idleMillis(0)).as("no idle timer at all").isZero();
        assertThat(overload.endsConnections()).isFalse();
        overload.enter(OverloadLevel.REFUSE);
        assertThat(overload.endsConnections()).isTrue();
        assertThat(overload.refuses()).isTrue();
        assertThat(overload.stopsAccepting()).isFalse();
        overload.enter(OverloadLevel.STOP_ACCEPTING);
        assertThat(overload.stopsAccepting()).isTrue();
    }
}
