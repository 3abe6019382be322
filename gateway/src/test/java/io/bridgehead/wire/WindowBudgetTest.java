package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WindowBudgetTest {
    private static final int FIRST = 256 * 1024;
    private final WindowBudget budget = new WindowBudget(1_000);

    @Test
    void grantsUntilTheBudgetIsUsed() {
        assertThat(budget.grant(900)).isTrue();
        assertThat(budget.grant(101)).isFalse();
        assertThat(budget.grant(100)).isTrue();
        budget.giveBack(500);
        assertThat(budget.grant(1)).isTrue();
        assertThat(budget.bytesInUse()).isEqualTo(501);
    }

    @Test
    void whatIsHeldLeavesLessToGrant() {
        budget.holds(600);
        assertThat(budget.grant(500)).isFalse();
        budget.holds(-600);
        assertThat(budget.grant(500)).isTrue();
    }

    @Test
    void whenSomebodyAskedInVainEveryWindowHasAnEqualShare() {
        budget.grant(800);
        budget.grown(1);
        budget.grown(1);
        assertThat(budget.share()).isEqualTo(Long.MAX_VALUE);
        budget.grant(800);
        assertThat(budget.share()).isEqualTo(500);
        budget.giveBack(100);
        assertThat(budget.share()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void windowsBeginSmallerTheMoreIsHeld() {
        assertThat(budget.firstWindow(FIRST)).isEqualTo(FIRST);
        budget.holds(501);
        assertThat(budget.firstWindow(FIRST)).isEqualTo(FIRST / 4);
        budget.holds(250);
        assertThat(budget.firstWindow(FIRST)).isEqualTo(FIRST / 16);
        assertThat(budget.isOverdrawn()).isFalse();
        budget.holds(250);
        assertThat(budget.isOverdrawn()).isTrue();
    }

    @Test
    void anEmptyBudgetGrantsNothing() {
        assertThat(new WindowBudget(0).grant(1)).isFalse();
    }
}
