package io.bridgehead.model;

import org.jspecify.annotations.Nullable;

/**
 * Where a client connected. Only the node where it did knows; to the others it is {@link #ELSEWHERE}.
 *
 * @param port the listener's port; 0 when this is not the node of entry
 * @param serverName the name that the client's TLS asked for (SNI), in lower case; empty when it named none, or spoke no TLS
 */
public record Arrival(int port, String serverName) {
    /** At another node, which has judged what only it can. */
    public static final Arrival ELSEWHERE = new Arrival(0, "");

    /** Whether this node is where the client connected. */
    public boolean isHere() {
        return port != 0;
    }

    /** The same with the server name that a ClientHello has; null for none. */
    public Arrival named(@Nullable String name) {
        return name == null || name.isEmpty() || !isHere()
                ? this
                : new Arrival(port, name.toLowerCase(java.util.Locale.ROOT));
    }
}
