package io.bridgehead.proxy;

import io.bridgehead.model.GrpcStatus;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.routing.ServiceProtocol;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.wire.RefusalResponse;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What makes a request a gRPC call (gRPC over HTTP/2, "Requests"): its failures are told by {@code grpc-status}, and the client
 * may bound it from its first byte to its last by {@code grpc-timeout}.
 *
 * @param isTimed whether the client gave a bound
 * @param deadlineNanos when it is over, on the loop's clock; without meaning otherwise
 */
record GrpcCall(boolean isTimed, long deadlineNanos) {
    private static final HeaderName GRPC_TIMEOUT = HeaderName.of("grpc-timeout");
    private static final int DIGITS_MAX = 8;
    /** A year: whoever asks for more has no deadline, and sums of clock values stay in range. */
    private static final long NANOS_MAX = TimeUnit.DAYS.toNanos(365);

    /** The call that a request to this service is; null when the service or the request is of another kind. */
    static @Nullable GrpcCall of(ServiceRoute route, HeaderFields fields, long nowNanos) {
        if (route.protocol() != ServiceProtocol.GRPC || !RefusalResponse.wantsGrpc(fields)) {
            return null;
        }
        long nanos = timeoutNanos(fields.first(GRPC_TIMEOUT));
        boolean timed = nanos >= 0 && nanos < NANOS_MAX;
        return new GrpcCall(timed, timed ? nowNanos + nanos : 0);
    }

    /**
     * What the end of a call says of where it was answered.
     *
     * @param httpStatus of the answer
     */
    AttemptOutcome outcome(@Nullable GrpcStatus told, int httpStatus) {
        if (told == null) {
            return AttemptOutcome.ofStatus(httpStatus);
        }
        // a bound that the client has chosen says nothing of the endpoint
        boolean impatient = told == GrpcStatus.DEADLINE_EXCEEDED && isTimed;
        return impatient ? AttemptOutcome.ANSWERED : AttemptOutcome.ofStatus(told.httpStatus());
    }

    /** A timeout of at most eight digits and a unit in nanoseconds; -1 for none, and for one that cannot be read, which the endpoint may judge. */
    static long timeoutNanos(@Nullable String text) {
        if (text == null || text.length() < 2 || text.length() > DIGITS_MAX + 1) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < text.length() - 1; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return switch (text.charAt(text.length() - 1)) {
            case 'H' -> TimeUnit.HOURS.toNanos(value);
            case 'M' -> TimeUnit.MINUTES.toNanos(value);
            case 'S' -> TimeUnit.SECONDS.toNanos(value);
            case 'm' -> TimeUnit.MILLISECONDS.toNanos(value);
            case 'u' -> TimeUnit.MICROSECONDS.toNanos(value);
            case 'n' -> value;
            default -> -1;
        };
    }
}
