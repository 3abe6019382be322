package io.bridgehead.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StandStillTest {
    private static final long MILLI = 1_000_000;
    private static final long START = Long.MAX_VALUE - 50 * MILLI; // the clock may wrap at any time

    private final StandStill still = new StandStill();

    @BeforeEach
    void begin() {
        still.begin(START);
    }

    private static long after(long millis) {
        return START + millis * MILLI;
    }

    @Test
    void whoLooksAllTheTimeDidNotStandStill() {
        for (long passed = 25; passed <= 3_000; passed += 25) {
            assertThat(still.look(after(passed))).isZero();
        }
        assertThat(still.look(after(3_999))).as("a long pause of the JVM").isZero();
        assertThat(still.isRecent(after(3_999))).isFalse();
    }

    @Test
    void whoDidNotLookForASecondStoodStillAndIsBelievedForFiveSeconds() {
        long on = after(9_000);
        assertThat(still.look(on)).isEqualTo(9_000 * MILLI);
        assertThat(still.look(on)).as("said once").isZero();
        assertThat(still.isRecent(on + 4_999 * MILLI)).isTrue();
        assertThat(still.isRecent(on + 5_000 * MILLI)).isFalse();
        assertThat(still.isRecent(on)).as("over is over").isFalse();
    }
}
