package io.bridgehead.retry;

/** Whether a failed attempt is made again, or why not. */
public enum RetryAnswer {
    /** It is made again. */
    RETRY,
    /** The head of an answer has gone out to the client: nothing can be taken back. */
    HEAD_SENT,
    /** All attempts are used up. */
    ATTEMPTS_USED,
    /** No time is left for another attempt. */
    DEADLINE_PASSED,
    /** The endpoint may have acted on it, and the method does not allow acting twice. */
    NOT_IDEMPOTENT,
    /** Part of the body has gone out and is not kept any more. */
    BODY_GONE,
    /** Too many retries of late: more would only feed the fire. */
    BUDGET_SPENT;

    /** Whether it is made again. */
    public boolean isRetry() {
        return this == RETRY;
    }
}
