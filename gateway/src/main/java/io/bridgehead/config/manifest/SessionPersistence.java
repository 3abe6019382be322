package io.bridgehead.config.manifest;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Requests of one session go to one endpoint (GEP-1619).
 *
 * @param sessionName the name of the cookie or header field; null: chosen by the gateway
 * @param absoluteTimeout how long a session lasts; null: not bounded. Never null for a permanent cookie
 * @param idleTimeout how long a session lasts without a request; null: not bounded
 */
public record SessionPersistence(
        @Nullable String sessionName,
        @Nullable Duration absoluteTimeout,
        @Nullable Duration idleTimeout,
        Type type,
        CookieLifetime lifetimeType) {
    /** What carries the session. */
    public enum Type {
        /** A cookie; unless given. */
        COOKIE,
        /** A header field. */
        HEADER
    }

    /** How long a browser keeps the cookie. */
    public enum CookieLifetime {
        /** Until it is closed; unless given. */
        SESSION,
        /** For the absolute timeout. */
        PERMANENT
    }
}
