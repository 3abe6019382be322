package io.bridgehead.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ResetBudgetTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void eachAddressHasItsOwnUntilTheWindowEnds() {
        ResetBudget budget = new ResetBudget(3, 30, 42);
        long now = 60 * SECOND;
        for (int i = 0; i < 3; i++) {
            assertThat(budget.take(1, now)).isTrue();
        }
        assertThat(budget.take(1, now + 29 * SECOND)).isFalse();
        assertThat(budget.take(2, now)).isTrue();
        assertThat(budget.take(1, now + 30 * SECOND)).isTrue();
    }

    @Test
    void aClockBelowZeroCountsAsWell() {
        ResetBudget budget = new ResetBudget(1, 30, 7);
        assertThat(budget.take(1, -100 * SECOND)).isTrue();
        assertThat(budget.take(1, -100 * SECOND)).isFalse();
        assertThat(budget.take(1, -60 * SECOND)).isTrue();
    }

    @Test
    void fewAddressesShareAPlace() {
        ResetBudget budget = new ResetBudget(1, 30, 99);
        int shared = 0;
        for (long address = 0; address < 1_000; address++) {
            shared += budget.take(0x0a00_0000L + address, 0) ? 0 : 1;
        }
        assertThat(shared).isLessThan(100);
    }
}
