package io.bridgehead.retry;

import java.util.random.RandomGenerator;

/**
 * Whether a failed attempt is made again, and after what wait. An attempt that no endpoint saw is made again for every
 * method; any other only for idempotent methods (RFC 9110, section 9.2.2); nothing once the head of an answer has gone out.
 * Where the next attempt goes is the caller's to say.
 */
public final class RetryDecision {
    private RetryDecision() {}

    /**
     * What is known of an exchange when an attempt has failed.
     *
     * @param method the request's method in its exact case
     * @param failure how the attempt failed
     * @param attemptsMade attempts so far, the failed one included
     * @param headSent whether the head of an answer has gone out to the client
     * @param bodyKept whether the whole body, as far as it has been sent, is still there to be sent again
     * @param millisLeft until the deadline of the whole exchange; {@link Long#MAX_VALUE} for none
     */
    public record Attempt(
            String method, Failure failure, int attemptsMade, boolean headSent, boolean bodyKept, long millisLeft) {}

    /** Decides, and takes a retry out of the budget when it says yes. */
    public static RetryAnswer decide(Attempt attempt, RetryPolicy policy, RetryBudget budget, long nowMillis) {
        RetryAnswer answer = judge(attempt, policy);
        return answer.isRetry() && !budget.tryTake(nowMillis) ? RetryAnswer.BUDGET_SPENT : answer;
    }

    /** Decides by everything but the budget; for {@code explain}. */
    static RetryAnswer judge(Attempt attempt, RetryPolicy policy) {
        if (attempt.headSent()) {
            return RetryAnswer.HEAD_SENT;
        }
        if (attempt.failure() != Failure.NOT_PROCESSED && !isIdempotent(attempt.method())) {
            return RetryAnswer.NOT_IDEMPOTENT;
        }
        if (!attempt.bodyKept()) {
            return RetryAnswer.BODY_GONE;
        }
        if (attempt.attemptsMade() >= policy.attemptsMax()) {
            return RetryAnswer.ATTEMPTS_USED;
        }
        return attempt.millisLeft() > 0 ? RetryAnswer.RETRY : RetryAnswer.DEADLINE_PASSED;
    }

    /** Whether doing it twice means the same as doing it once (RFC 9110, section 9.2.2). Methods are case-sensitive. */
    public static boolean isIdempotent(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    /**
     * The wait before a retry, in milliseconds: none towards another destination; towards the same one a random time around
     * a mean that doubles from retry to retry, so that those who failed together do not come back together.
     *
     * @param retry 1 for the first retry
     */
    public static long waitMillis(int retry, boolean sameDestination, RetryPolicy policy, RandomGenerator random) {
        if (!sameDestination) {
            return 0;
        }
        int doublings = Math.min(Math.max(0, retry - 1), 20);
        long mean =
                Math.min(policy.backoffMax().toMillis(), policy.backoffBase().toMillis() << doublings);
        return mean / 2 + random.nextLong(mean + 1);
    }
}
