package io.bridgehead.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundTripTest {
    @Test
    void followsRfc6298() {
        RoundTrip roundTrip = new RoundTrip();
        roundTrip.sample(800);
        assertThat(roundTrip.smoothed()).isEqualTo(800);
        assertThat(roundTrip.variation()).isEqualTo(400);
        roundTrip.sample(1600);
        // RTTVAR = 3/4 x 400 + 1/4 x |800 - 1600|, SRTT = 7/8 x 800 + 1/8 x 1600
        assertThat(roundTrip.variation()).isEqualTo(500);
        assertThat(roundTrip.smoothed()).isEqualTo(900);
    }

    @Test
    void settlesOnASteadyRoundTrip() {
        RoundTrip roundTrip = new RoundTrip();
        roundTrip.sample(50_000_000);
        for (int i = 0; i < 200; i++) {
            roundTrip.sample(1_000_000);
        }
        assertThat(roundTrip.smoothed()).isBetween(999_000L, 1_001_000L);
        assertThat(roundTrip.variation()).isLessThan(10_000);
    }
}
