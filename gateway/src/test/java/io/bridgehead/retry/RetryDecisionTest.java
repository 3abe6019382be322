package io.bridgehead.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetryDecisionTest {
    private static final RetryPolicy POLICY = RetryPolicy.DEFAULT;

    @ParameterizedTest
    @CsvSource({
        "GET, BROKEN, 1, false, true, 9, RETRY",
        "PUT, TIMED_OUT, 2, false, true, 9, RETRY",
        "DELETE, STATUS, 1, false, true, 9, RETRY",
        "POST, NOT_PROCESSED, 1, false, true, 9, RETRY",
        "CONNECT, NOT_PROCESSED, 1, false, true, 9, RETRY",
        "POST, BROKEN, 1, false, true, 9, NOT_IDEMPOTENT",
        "POST, TIMED_OUT, 1, false, true, 9, NOT_IDEMPOTENT",
        "PATCH, STATUS, 1, false, true, 9, NOT_IDEMPOTENT",
        "get, BROKEN, 1, false, true, 9, NOT_IDEMPOTENT",
        "GET, BROKEN, 1, true, true, 9, HEAD_SENT",
        "POST, NOT_PROCESSED, 1, true, true, 9, HEAD_SENT",
        "PUT, BROKEN, 1, false, false, 9, BODY_GONE",
        "POST, NOT_PROCESSED, 1, false, false, 9, BODY_GONE",
        "GET, BROKEN, 3, false, true, 9, ATTEMPTS_USED",
        "GET, BROKEN, 1, false, true, 0, DEADLINE_PASSED",
    })
    void decides(
            String method, Failure failure, int made, boolean headSent, boolean kept, long left, RetryAnswer answer) {
        RetryDecision.Attempt attempt = new RetryDecision.Attempt(method, failure, made, headSent, kept, left);
        assertThat(RetryDecision.decide(attempt, POLICY, new RetryBudget(POLICY), 0))
                .isEqualTo(answer);
    }

    @Test
    void aRefusalTakesNothingFromTheBudgetAndARetryTakesOne() {
        RetryBudget budget = new RetryBudget(POLICY);
        int full = budget.left(0);
        RetryDecision.Attempt post = new RetryDecision.Attempt("POST", Failure.BROKEN, 1, false, true, 9);
        RetryDecision.Attempt get = new RetryDecision.Attempt("GET", Failure.BROKEN, 1, false, true, 9);
        RetryDecision.decide(post, POLICY, budget, 0);
        assertThat(budget.left(0)).isEqualTo(full);
        for (int i = full; i > 0; i--) {
            assertThat(RetryDecision.decide(get, POLICY, budget, 0)).isEqualTo(RetryAnswer.RETRY);
        }
        assertThat(RetryDecision.decide(get, POLICY, budget, 0)).isEqualTo(RetryAnswer.BUDGET_SPENT);
    }

    @Test
    void theBudgetIsAShareOfTheLastTenSecondsAndAFloor() {
        RetryBudget budget = new RetryBudget(POLICY);
        assertThat(budget.left(0)).isEqualTo(100);
        for (int i = 0; i < 2_000; i++) {
            budget.requestStarted(i * 5L);
        }
        assertThat(budget.left(9_999)).isEqualTo(100 + 400);
        assertThat(budget.left(10_000)).isEqualTo(100 + 360);
        assertThat(budget.left(18_500)).isEqualTo(100 + 40);
        assertThat(budget.left(19_000)).isEqualTo(100);
        assertThat(budget.left(1_000_000)).isEqualTo(100);
    }

    @Test
    void spentRetriesComeBackAfterTenSeconds() {
        RetryBudget budget = new RetryBudget(POLICY);
        for (int i = 0; i < 100; i++) {
            assertThat(budget.tryTake(500)).isTrue();
        }
        assertThat(budget.tryTake(9_999)).isFalse();
        assertThat(budget.tryTake(10_000)).isTrue();
    }

    @Test
    void waitsOnlyForTheSameDestinationAndLongerEachTime() {
        Random random = new Random(1);
        assertThat(RetryDecision.waitMillis(1, false, POLICY, random)).isZero();
        for (int i = 0; i < 1_000; i++) {
            assertThat(RetryDecision.waitMillis(1, true, POLICY, random)).isBetween(12L, 37L);
            assertThat(RetryDecision.waitMillis(2, true, POLICY, random)).isBetween(25L, 75L);
            assertThat(RetryDecision.waitMillis(60, true, POLICY, random)).isBetween(125L, 375L);
        }
    }
}
