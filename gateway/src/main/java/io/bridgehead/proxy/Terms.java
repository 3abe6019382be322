package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.routing.Timeouts;
import io.bridgehead.upstream.AttemptOutcome;
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
 * @param hopFields what a node of another site is told of the service and the caller; not to be changed
 */
record Terms(
        RoutingTable table,
        ServiceRoute route,
        boolean bytes,
        boolean localOnly,
        int attemptsMax,
        long deadlineMillis,
        @Nullable GrpcCall grpc,
        HeaderFields hopFields) {

    /** Milliseconds for the head of the answer, as the service and the caller bound it together; -1 for any. */
    long answerMillis() {
        long millis = route.resilience().timeouts().request().toMillis();
        if (millis == 0) {
            return deadlineMillis;
        }
        return deadlineMillis < 0 ? millis : Math.min(millis, deadlineMillis);
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
