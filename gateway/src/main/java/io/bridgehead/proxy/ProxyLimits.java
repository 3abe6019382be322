package io.bridgehead.proxy;

/**
 * The bounds of exchanges that are not a matter of the service.
 *
 * @param replayBytesMax how much of a request's body is kept to be sent again; 0 or more. What has arrived and was not passed on yet
 *     is kept in any case: the windows of the connection bound it
 * @param replayBytesOnLoopMax how much all exchanges of one event loop keep together; above it new bytes are not kept
 * @param traces how the node takes part in traces
 * @param noted header fields that are kept for the access log
 */
public record ProxyLimits(int replayBytesMax, long replayBytesOnLoopMax, TraceTerms traces, NotedFields noted) {
    /** 64 KiB an exchange, 32 MiB a loop, every trace. */
    public static final ProxyLimits DEFAULT =
            new ProxyLimits(64 * 1024, 32L * 1024 * 1024, TraceTerms.DEFAULT, NotedFields.NONE);

    /** @throws IllegalArgumentException naming the value that is out of range */
    public ProxyLimits {
        if (replayBytesMax < 0 || replayBytesOnLoopMax < 0) {
            throw new IllegalArgumentException("replay bytes " + replayBytesMax + " an exchange, "
                    + replayBytesOnLoopMax + " a loop: expected 0 or more");
        }
    }
}
