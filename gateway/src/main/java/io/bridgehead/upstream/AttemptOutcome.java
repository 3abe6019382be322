package io.bridgehead.upstream;

import io.bridgehead.wire.StreamReset;

/** How one attempt ended, as far as it says something of the place where it was made. */
public enum AttemptOutcome {
    /** The endpoint answered, with any status below 500. */
    ANSWERED,
    /** The endpoint answered with a status from 500 on, but those of {@link #GATEWAY_ERROR}. */
    SERVER_ERROR,
    /** The endpoint answered 502, 503 or 504. */
    GATEWAY_ERROR,
    /** No connection to the endpoint, or none that its TLS secures; for a node: it said that it has none. */
    CONNECT_FAILED,
    /** No connection in time. */
    CONNECT_TIMEOUT,
    /** The other site's node said that it has no fit endpoint for this service, or does not know the service. */
    SITE_UNFIT,
    /** The pool of this node, or of the other, is full: says nothing of the endpoint's health. */
    POOL_FULL,
    /** The stream was refused before it was processed: a peer that is going away. */
    REFUSED,
    /** The connection or stream ended before the answer was complete. */
    RESET,
    /** The time for the answer was over. */
    TIMEOUT,
    /** An idle connection turned out closed when it was used: says nothing of the endpoint's health. */
    STALE,
    /** The client went away, or another attempt answered first. */
    CANCELLED;

    /** What a reset says. */
    public static AttemptOutcome of(StreamReset reset) {
        return switch (reset) {
            case REFUSED -> REFUSED;
            case CONNECT_FAILED, TLS_FAILED -> CONNECT_FAILED;
            case CONNECT_TIMEOUT -> CONNECT_TIMEOUT;
            case POOL_FULL -> POOL_FULL;
            case STALE -> STALE;
            case PEER_RESET, CONNECTION_LOST, PROTOCOL_ERROR -> RESET;
            case TIMEOUT -> TIMEOUT;
            case CANCEL, OVERDRAWN, INTERNAL -> CANCELLED;
        };
    }

    /** What a final status of an endpoint says. */
    public static AttemptOutcome ofStatus(int status) {
        if (status < 500) {
            return ANSWERED;
        }
        return status >= 502 && status <= 504 ? GATEWAY_ERROR : SERVER_ERROR;
    }

    /** Whether it is an answer of the endpoint that is not for a gateway to judge. */
    public boolean isAnswer() {
        return this == ANSWERED || this == SERVER_ERROR;
    }
}
