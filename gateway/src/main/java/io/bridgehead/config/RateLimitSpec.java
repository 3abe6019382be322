package io.bridgehead.config;

import java.time.Duration;
import java.util.List;

/**
 * How many requests or connections may come in a time.
 *
 * @param burst as many as {@code requests} unless it is given
 * @param fabric whether the rate is that of all nodes together
 */
public record RateLimitSpec(String name, int requests, Duration per, int burst, By by, Match match, boolean fabric) {
    /** What requests have in common that share a bucket. */
    public enum Kind {
        ALL,
        IDENTITY,
        SITE,
        CLIENT_ADDRESS,
        HEADER
    }

    /**
     * Which requests share a bucket.
     *
     * @param header the field's name in lower case; empty for other kinds
     */
    public record By(Kind kind, String header) {}

    /**
     * Which requests are counted; what is empty fits all.
     *
     * @param route {@code <namespace>/<name>}
     */
    public record Match(List<String> methods, String pathPrefix, String route, String rule) {
        public Match {
            methods = List.copyOf(methods);
        }

        /** Whether every request is counted. */
        public boolean isAny() {
            return methods.isEmpty() && pathPrefix.isEmpty() && route.isEmpty();
        }
    }

    /** Whether it asks for what a connection does not have. */
    public boolean isAboutRequests() {
        return !match.isAny() || by.kind() == Kind.HEADER;
    }
}
