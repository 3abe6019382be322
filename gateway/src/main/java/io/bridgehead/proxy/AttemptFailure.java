package io.bridgehead.proxy;

import io.bridgehead.model.Refusal;
import io.bridgehead.retry.Failure;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.upstream.Destination;
import io.bridgehead.wire.StreamReset;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt failed, in the words of those who want to know.
 *
 * @param outcome what it says of the place where it was made
 * @param failure whether it may be made again
 * @param refusal what the client is told if it is not
 * @param detail for the log
 * @param isFinal the far node refused for a reason that holds at every site
 */
record AttemptFailure(AttemptOutcome outcome, Failure failure, Refusal refusal, String detail, boolean isFinal) {
    static AttemptFailure of(StreamReset reset, Destination at) {
        boolean tunnel = at.node() != null;
        Refusal refusal = switch (reset) {
            case CONNECT_FAILED -> tunnel ? Refusal.TUNNEL_DOWN : Refusal.CONNECT_FAILED;
            case CONNECT_TIMEOUT -> tunnel ? Refusal.TUNNEL_DOWN : Refusal.CONNECT_TIMEOUT;
            case TLS_FAILED -> Refusal.ENDPOINT_TLS;
            case POOL_FULL -> Refusal.POOL_FULL;
            case REFUSED, STALE, CONNECTION_LOST -> tunnel ? Refusal.TUNNEL_LOST : Refusal.ENDPOINT_CLOSED;
            case PEER_RESET, CANCEL -> Refusal.ENDPOINT_CLOSED;
            case PROTOCOL_ERROR -> Refusal.ENDPOINT_PROTOCOL;
            case TIMEOUT -> Refusal.RESPONSE_TIMEOUT;
            case OVERDRAWN -> Refusal.OVERLOADED;
            case INTERNAL -> Refusal.INTERNAL;
        };
        Failure failure = reset == StreamReset.TIMEOUT
                ? Failure.TIMED_OUT
                : reset.perhapsProcessed() ? Failure.BROKEN : Failure.NOT_PROCESSED;
        return new AttemptFailure(AttemptOutcome.of(reset), failure, refusal, reset + " at " + place(at), false);
    }

    /** The stream ended while the client took nothing of what had come on it. */
    static AttemptFailure heldUp(StreamReset reset, Destination at) {
        return new AttemptFailure(
                AttemptOutcome.CANCELLED,
                Failure.BROKEN,
                Refusal.CLIENT_STALLED,
                "the client took nothing, then " + reset + " at " + place(at),
                false);
    }

    static AttemptFailure timeout(Destination at, long millis) {
        return new AttemptFailure(
                AttemptOutcome.TIMEOUT,
                Failure.TIMED_OUT,
                Refusal.RESPONSE_TIMEOUT,
                "no answer within " + millis + " ms from " + place(at),
                false);
    }

    static AttemptFailure of(HopFields.FarRefusal far, Destination at) {
        Refusal refusal = far.refusal();
        boolean timedOut = refusal == Refusal.RESPONSE_TIMEOUT || refusal == Refusal.DEADLINE_EXCEEDED;
        Failure failure = !far.sent() ? Failure.NOT_PROCESSED : timedOut ? Failure.TIMED_OUT : Failure.BROKEN;
        AttemptOutcome outcome = switch (refusal) {
            case NO_HEALTHY_ENDPOINT, NO_HEALTHY_SITE, NO_ROUTE, NOT_READY, OVERLOADED, ORIGIN_REFUSED ->
                AttemptOutcome.SITE_UNFIT;
            case CONNECT_FAILED, CONNECT_TIMEOUT, ENDPOINT_TLS -> AttemptOutcome.CONNECT_FAILED;
            case POOL_FULL -> AttemptOutcome.POOL_FULL;
            case RESPONSE_TIMEOUT, DEADLINE_EXCEEDED -> AttemptOutcome.TIMEOUT;
            default -> holdsEverywhere(refusal) ? AttemptOutcome.ANSWERED : AttemptOutcome.RESET;
        };
        return new AttemptFailure(
                outcome, failure, refusal, place(at) + " refused: " + refusal.text(), holdsEverywhere(refusal));
    }

    /** @param denied why its caller may have it no longer, which is then the reason; null while it may */
    AttemptFailure unlessDenied(@Nullable String denied) {
        return denied == null ? this : new AttemptFailure(outcome, failure, Refusal.NOT_AUTHORIZED, denied, true);
    }

    private static boolean holdsEverywhere(Refusal refusal) {
        return refusal == Refusal.LOOP_DETECTED
                || refusal == Refusal.MISDIRECTED
                || refusal.culprit() == Refusal.Culprit.POLICY
                || (refusal.culprit() == Refusal.Culprit.CLIENT && refusal != Refusal.NO_ROUTE);
    }

    private static String place(Destination at) {
        return at.node() != null ? "node " + at.node() + " of site " + at.site() : "endpoint " + at.endpoint();
    }
}
