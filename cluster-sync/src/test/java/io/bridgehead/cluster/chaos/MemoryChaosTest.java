package io.bridgehead.cluster.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Many seeds in virtual time. A seed that failed is tried alone with {@code -Dchaos.seed=}; {@code -Dchaos.seeds=}
 * tries more of them.
 */
class MemoryChaosTest {
    private static final Duration DISTURBED = Duration.ofMinutes(2);
    private static final Duration PROMISED = Duration.ofSeconds(10);

    @Test
    void nothingAcknowledgedIsLostAndAllEndAlike() {
        Long only = Long.getLong("chaos.seed");
        long first = only == null ? 1 : only;
        long count = only == null ? Long.getLong("chaos.seeds", 20) : 1;
        for (long seed = first; seed < first + count; seed++) {
            Simulation fabric = new Simulation(seed, 5);
            assertThat(fabric.chaos(DISTURBED, PROMISED))
                    .as("-Dchaos.seed=" + seed)
                    .isEmpty();
            assertThat(fabric.acknowledged()).as("-Dchaos.seed=" + seed).isGreaterThan(20);
        }
    }
}
