package io.bridgehead.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackOffTest {
    @Test
    void doublesToItsLimitWithJitterAndStartsAnewAfterSuccess() {
        BackOff backOff = new BackOff(100, new Random(7));
        for (int whole : new int[] {100, 200, 400, 800, 1500, 1500, 1500}) {
            assertThat(backOff.next(1500)).isBetween(whole / 2, whole);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(backOff.next(1500)).isBetween(750, 1500);
        }
        backOff.reset();
        assertThat(backOff.next(1500)).isBetween(50, 100);
    }
}
