package io.bridgehead.wire.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class StreamWindowTest {
    private static final int KIB = 1024;
    private static final int FIRST = 256 * KIB;
    private static final long MILLI = 1_000_000;
    private static final long ROUND_TRIP = 80 * MILLI;

    private final StreamWindow window = new StreamWindow(0);

    private int round(int size, long at, long share) {
        assertThat(window.consumed(size - 1, size)).isFalse();
        assertThat(window.consumed(1, size)).isTrue();
        return window.next(size, at, ROUND_TRIP, share);
    }

    @Test
    void aConsumerThatIsHeldUpGetsTwiceAsMuchUntilTheLargest() {
        int size = FIRST;
        long at = 0;
        for (int i = 0; i < 10; i++) {
            at += ROUND_TRIP;
            size = round(size, at, Long.MAX_VALUE);
        }
        assertThat(size).isEqualTo(StreamWindow.MAX);
    }

    @Test
    void aWindowThatTookLongerThanTwoRoundTripsStays() {
        assertThat(round(FIRST, 2 * ROUND_TRIP + 1, Long.MAX_VALUE)).isEqualTo(FIRST);
        assertThat(round(FIRST, 4 * ROUND_TRIP + 1, Long.MAX_VALUE)).isEqualTo(2 * FIRST);
    }

    @Test
    void withoutARoundTripNothingGrows() {
        window.consumed(FIRST, FIRST);
        assertThat(window.next(FIRST, 1, 0, Long.MAX_VALUE)).isEqualTo(FIRST);
    }

    @Test
    void aWindowBeyondItsShareHalvesAndNoneGrowsBeyondIt() {
        assertThat(round(4 * FIRST, ROUND_TRIP, 3 * FIRST)).isEqualTo(2 * FIRST);
        assertThat(round(2 * FIRST, 2 * ROUND_TRIP, 3 * FIRST)).isEqualTo(2 * FIRST);
    }

    @Test
    void anIdleWindowHalvesDownToTheFirstSize() {
        assertThat(window.look(4 * FIRST, FIRST)).isEqualTo(2 * FIRST);
        window.consumed(FIRST / 2, 2 * FIRST);
        assertThat(window.look(2 * FIRST, FIRST)).isEqualTo(2 * FIRST);
        assertThat(window.look(2 * FIRST, FIRST)).isEqualTo(FIRST);
        assertThat(window.look(FIRST, FIRST)).isEqualTo(FIRST);
    }

    @Test
    void theFloorIsTheShortestRoundTripOfTheLastMinute() {
        RoundTripFloor floor = new RoundTripFloor();
        assertThat(floor.nanos()).isZero();
        floor.sample(90 * MILLI, 0);
        floor.sample(80 * MILLI, 1);
        floor.sample(500 * MILLI, 2);
        assertThat(floor.nanos()).isEqualTo(80 * MILLI);
        floor.sample(200 * MILLI, RoundTripFloor.SPAN_NANOS);
        assertThat(floor.nanos()).isEqualTo(80 * MILLI);
        floor.sample(210 * MILLI, 2 * RoundTripFloor.SPAN_NANOS);
        assertThat(floor.nanos()).isEqualTo(200 * MILLI);
        floor.sample(300 * MILLI, 9 * RoundTripFloor.SPAN_NANOS);
        assertThat(floor.nanos()).isEqualTo(300 * MILLI);
    }
}
