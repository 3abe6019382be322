package io.bridgehead.config;

import io.bridgehead.config.ServiceSpec.Timeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Timeouts as written: their defaults depend on the protocol. The head of a gRPC answer may come with its first message, whenever that
 * is, so only the client knows how long is too long.
 */
public record TimeoutSpec(
        Duration connect,
        @Nullable Duration perTry,
        @Nullable Duration request,
        @Nullable Duration streamIdle) {
    private static final Duration HTTP_STREAM_IDLE = Duration.ofMinutes(5);
    private static final Duration LONG_STREAM_IDLE = Duration.ofHours(1);

    /** The timeouts of a service that speaks this to its endpoints. */
    public Timeouts complete(Traffic traffic) {
        boolean grpc = traffic == Traffic.GRPC;
        return new Timeouts(
                connect,
                given(perTry, grpc ? Duration.ofHours(1) : Duration.ofSeconds(5)),
                given(request, grpc ? Duration.ZERO : Duration.ofSeconds(15)),
                given(streamIdle, traffic == Traffic.HTTP ? HTTP_STREAM_IDLE : LONG_STREAM_IDLE),
                given(streamIdle, LONG_STREAM_IDLE));
    }

    private static Duration given(@Nullable Duration written, Duration otherwise) {
        return written == null ? otherwise : written;
    }

    /** How long an upgraded exchange may be silent. */
    public Duration upgradeIdle() {
        return streamIdle == null ? LONG_STREAM_IDLE : streamIdle;
    }

    /** What defaults depend on. */
    public enum Traffic {
        HTTP,
        GRPC,
        BYTES
    }
}
