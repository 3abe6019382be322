package io.bridgehead.model;

import org.jspecify.annotations.Nullable;

/** How a gRPC call ended: the status codes of gRPC in the order of their numbers, with what each is in HTTP. */
public enum GrpcStatus {
    OK(0, 200),
    CANCELLED(1, 499),
    UNKNOWN(2, 500),
    INVALID_ARGUMENT(3, 400),
    DEADLINE_EXCEEDED(4, 504),
    NOT_FOUND(5, 404),
    ALREADY_EXISTS(6, 409),
    PERMISSION_DENIED(7, 403),
    RESOURCE_EXHAUSTED(8, 429),
    FAILED_PRECONDITION(9, 400),
    ABORTED(10, 409),
    OUT_OF_RANGE(11, 400),
    UNIMPLEMENTED(12, 501),
    INTERNAL(13, 500),
    UNAVAILABLE(14, 503),
    DATA_LOSS(15, 500),
    UNAUTHENTICATED(16, 401);

    private static final HeaderName FIELD = HeaderName.of("grpc-status");
    private static final GrpcStatus[] BY_CODE = values();

    private final int code;
    private final int httpStatus;

    GrpcStatus(int code, int httpStatus) {
        this.code = code;
        this.httpStatus = httpStatus;
    }

    /** The number that {@code grpc-status} says. */
    public int code() {
        return code;
    }

    /** The status of HTTP that says the same, by Envoy's mapping. */
    public int httpStatus() {
        return httpStatus;
    }

    /**
     * What these trailers, or this head of an answer of trailers only, say.
     *
     * @return {@link #UNKNOWN} for a number that gRPC does not know, as clients take it; null when they say nothing
     */
    public static @Nullable GrpcStatus in(HeaderFields fields) {
        String text = fields.first(FIELD);
        if (text == null) {
            return null;
        }
        if (text.isEmpty() || text.length() > 2) {
            return UNKNOWN;
        }
        int code = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return UNKNOWN;
            }
            code = code * 10 + digit;
        }
        return code < BY_CODE.length ? BY_CODE[code] : UNKNOWN;
    }

    /** What a client makes of an answer that says nothing by gRPC ("HTTP to gRPC Status Code Mapping"). */
    public static GrpcStatus ofAnswer(int status) {
        return switch (status) {
            case 400 -> INTERNAL;
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404 -> UNIMPLEMENTED;
            case 429, 502, 503, 504 -> UNAVAILABLE;
            default -> UNKNOWN;
        };
    }

    /** What a gRPC client is told of a refusal. */
    public static GrpcStatus of(Refusal refusal) {
        if (refusal == Refusal.NO_BACKEND) {
            return UNAVAILABLE; // Gateway API v1, GRPCRouteRule
        }
        return switch (refusal.status()) {
            case 400, 405, 408, 417, 431, 505 -> INTERNAL;
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404, 421 -> UNIMPLEMENTED;
            case 499 -> CANCELLED;
            case 429 -> RESOURCE_EXHAUSTED;
            case 502, 503 -> UNAVAILABLE;
            case 504 -> DEADLINE_EXCEEDED;
            default -> UNKNOWN;
        };
    }
}
