package io.bridgehead.routing;

import java.time.Duration;

/**
 * The changes of protocol that a service allows to its callers (RFC 9110, section 7.8, and RFC 8441).
 *
 * @param webSocket whether an exchange may go on as a WebSocket
 * @param idle without a byte either way after which an upgraded exchange is reset
 */
public record Upgrades(boolean webSocket, Duration idle) {
    /** How long an upgraded exchange may be silent unless told otherwise: 1 h. */
    public static final Duration IDLE_DEFAULT = Duration.ofHours(1);

    /** No change of protocol. */
    public static final Upgrades NONE = new Upgrades(false, IDLE_DEFAULT);

    /** @throws IllegalArgumentException naming the value that is out of range */
    public Upgrades {
        if (!idle.isPositive()) {
            throw new IllegalArgumentException("idle time of upgrades " + idle + ": expected more than zero");
        }
    }
}
