package io.bridgehead.policy;

import java.time.Duration;
import java.util.List;

/**
 * Which other origins may call from browsers (Gateway API v1, HTTPCORSFilter; the Fetch standard).
 *
 * @param allowOrigins {@code scheme://host(:port)}, with {@code *} as the first label, or {@code *} alone
 * @param allowMethods may be {@code *}
 * @param allowHeaders may be {@code *}
 * @param exposeHeaders may be {@code *}
 * @param maxAge how long a browser may remember the answer to a preflight request
 */
public record Cors(
        List<String> allowOrigins,
        boolean allowCredentials,
        List<String> allowMethods,
        List<String> allowHeaders,
        List<String> exposeHeaders,
        Duration maxAge) {
    public Cors {
        allowOrigins = List.copyOf(allowOrigins);
        allowMethods = List.copyOf(allowMethods);
        allowHeaders = List.copyOf(allowHeaders);
        exposeHeaders = List.copyOf(exposeHeaders);
    }
}
