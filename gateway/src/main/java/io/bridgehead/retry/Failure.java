package io.bridgehead.retry;

/** How an attempt failed, as far as it matters for making it again. */
public enum Failure {
    /**
     * No byte of it reached an endpoint: refused connection, refused stream (RFC 9113 section 8.7), a stream above the last
     * one of a GOAWAY, or a far node's refusal that says {@code sent=0}.
     */
    NOT_PROCESSED,
    /** The connection or stream broke before an answer; the endpoint may have acted. */
    BROKEN,
    /** No answer within the time of one try; the endpoint may have acted, or still act. */
    TIMED_OUT,
    /** An answer whose status is among the policy's. */
    STATUS
}
