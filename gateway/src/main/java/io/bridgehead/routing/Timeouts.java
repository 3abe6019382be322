package io.bridgehead.routing;

import java.time.Duration;

/**
 * How long a service may take.
 *
 * @param connect for a connection to an endpoint to open
 * @param perTry for the head of the answer of one attempt, from the moment its request has been sent whole
 * @param request for the head of the answer over all attempts, from the moment the request has been received whole; zero
 *     for no such bound
 * @param streamIdle without a byte either way after which an exchange or connection is reset
 * @param messagesIdle the same for exchanges that carry messages now and then: gRPC, WebSocket, streams of bytes
 */
public record Timeouts(
        Duration connect, Duration perTry, Duration request, Duration streamIdle, Duration messagesIdle) {
    /** 1 s to connect, 5 s a try, 15 s in all, 5 min idle, 1 h where messages come now and then. */
    public static final Timeouts HTTP_DEFAULT = new Timeouts(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofMinutes(5),
            Duration.ofHours(1));
    /** 1 s to connect, 5 s until the far site has connected, 15 s in all, 1 h idle. */
    public static final Timeouts TCP_DEFAULT =
            new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofHours(1));

    /** The same idle time for all kinds of exchange. */
    public Timeouts(Duration connect, Duration perTry, Duration request, Duration streamIdle) {
        this(connect, perTry, request, streamIdle, streamIdle);
    }

    /** @throws IllegalArgumentException naming the value that is out of range */
    public Timeouts {
        requirePositive("connect", connect);
        requirePositive("perTry", perTry);
        requirePositive("streamIdle", streamIdle);
        requirePositive("messagesIdle", messagesIdle);
        if (request.isNegative()) {
            throw new IllegalArgumentException("timeout request " + request + ": expected zero or more");
        }
    }

    private static void requirePositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("timeout " + name + " " + value + ": expected more than zero");
        }
    }
}
