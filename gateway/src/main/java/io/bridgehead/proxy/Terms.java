package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.retry.RetryPolicy;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.routing.Timeouts;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.RefusalResponse;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange was admitted to.
 *
 * @param table the table it began with, and keeps
 * @param route where it goes
 * @param bytes a stream of bytes rather than a request
 * @param localOnly only to endpoints of this site
 * @param attemptsMax attempts that may be made here
 * @param deadlineMillis for the head of the answer, once the request is there whole; negative for what the service says
 * @param grpc the gRPC call that it is; null for anything else
 * @param hopWord what a node of another site is told of the service and the caller; null where no other site is asked
 * @param ruling what a rule has to say while it runs; null mostly
 */
record Terms(
        RoutingTable table,
        ServiceRoute route,
        boolean bytes,
        boolean localOnly,
        int attemptsMax,
        long deadlineMillis,
        @Nullable GrpcCall grpc,
        @Nullable HopWord hopWord,
        @Nullable Ruling ruling) {

    /** Milliseconds for the head of the answer, as the service and the caller bound it together; -1 for any. */
    long answerMillis() {
        long millis = headMillis();
        if (millis == 0) {
            return deadlineMillis;
        }
        return deadlineMillis < 0 ? millis : Math.min(millis, deadlineMillis);
    }

    /** Milliseconds for the head of the answer as this node bounds it, once the request is there whole; 0 for no such bound. */
    long headMillis() {
        return ruling != null && ruling.isTimed()
                ? 0
                : route.resilience().timeouts().request().toMillis();
    }

    /** Bounds the exchange as a whole if anybody does: the client of a gRPC call, or a rule. */
    void boundWhole(ExchangeWatch watch, long startNanos) {
        if (grpc != null && grpc.isTimed()) {
            watch.bound(grpc.deadlineNanos());
        }
        if (ruling != null && ruling.wholeNanos() > 0) {
            watch.bound(startNanos + ruling.wholeNanos());
        }
    }

    /** When the exchange as a whole is over, as {@link #boundWhole} bounds it; the greatest value for never. */
    long wholeEndNanos(long startNanos) {
        long end = grpc != null && grpc.isTimed() ? grpc.deadlineNanos() : Long.MAX_VALUE;
        return ruling != null && ruling.wholeNanos() > 0 ? Math.min(end, startNanos + ruling.wholeNanos()) : end;
    }

    /** Bounds what is left of an exchange by the time of the attempt that serves it, if a rule does. */
    void boundServing(ExchangeWatch watch, AttemptRecord attempt) {
        if (ruling != null && ruling.attemptNanos() > 0) {
            watch.bound(attempt.startNanos() + ruling.attemptNanos());
        }
    }

    /** Whether an attempt that nothing was answered to has taken too long. */
    boolean isOverdue(Attempt attempt, long now) {
        if (ruling != null && ruling.isTimed() && ruling.attemptNanos() >= 0) {
            return ruling.attemptNanos() > 0 && now - attempt.record().startNanos() >= ruling.attemptNanos();
        }
        return attempt.isOverdue(now, route.resilience().timeouts().perTry().toNanos());
    }

    /** How failed attempts are made again. */
    RetryPolicy retry() {
        RetryPolicy policy = route.resilience().retry();
        return ruling == null ? policy : ruling.retry(policy);
    }

    /** Whether an answer of this status is a failed attempt. */
    boolean isFailure(int status) {
        RetryPolicy policy = route.resilience().retry();
        return ruling == null ? policy.statuses().contains(status) : ruling.isFailure(status, policy);
    }

    /** Whether an exchange that has been quiet for so long has been so for too long; what kind it is matters only then. */
    boolean isIdle(RequestHead head, boolean upgraded, long quietNanos) {
        if (upgraded) {
            return quietNanos >= route.upgrades().idle().toNanos();
        }
        Timeouts timeouts = route.resilience().timeouts();
        return quietNanos >= timeouts.streamIdle().toNanos()
                && (!carriesMessages(head)
                        || quietNanos >= timeouts.messagesIdle().toNanos());
    }

    /** Makes the fields of an answer what the client is to see. */
    void answered(AttemptRecord attempt, HeaderFields fields) {
        String key = ruling == null ? null : ruling.servedBy(attempt, fields);
        RequestFields.stripHopFields(fields);
        if (ruling != null) {
            ruling.answered(fields, key);
        }
    }

    /** A part of the request's body has come. */
    void arrived(Chunk chunk, boolean end) {
        if (ruling != null) {
            ruling.arrived(chunk, end);
        }
    }

    /** The request's body has ended with these. */
    void arrived(HeaderFields trailers) {
        if (ruling != null) {
            ruling.arrived(trailers);
        }
    }

    /** The exchange is over. */
    void ended() {
        if (ruling != null) {
            ruling.ended();
        }
    }

    /** Whether the client has bounded the exchange as a whole. */
    boolean isTimed() {
        return grpc != null && grpc.isTimed();
    }

    /** What an answer that is complete says of where it came from. */
    AttemptOutcome outcome(ExchangeRecord record) {
        return grpc == null ? AttemptOutcome.ofStatus(record.status) : grpc.outcome(record.grpcStatus, record.status);
    }

    private boolean carriesMessages(RequestHead head) {
        return bytes || RefusalResponse.wantsGrpc(head.fields());
    }
}
