package io.bridgehead.model;

/** A way in which requests say which trace they belong to. */
public enum TraceFormat {
    /** {@code traceparent} and {@code tracestate} (W3C Trace Context, level 1). */
    TRACECONTEXT,
    /** B3 in one field, {@code b3}. */
    B3,
    /** B3 in fields of its own for each part, {@code X-B3-*}. */
    B3MULTI;

    /** Whether it is one of B3's two forms, which are both read where one of them is. */
    public boolean isB3() {
        return this != TRACECONTEXT;
    }
}
