package io.bridgehead.listen;

import io.bridgehead.model.SpiffeId;

/**
 * One port that this node serves, as configured.
 *
 * @param name what routes and logs call it; one of a kind in the node
 * @param host the address to bind, such as {@code 127.0.0.1} or {@code 0.0.0.0}
 * @param port 1 to 65535; 0 lets the system choose
 * @param protocol what clients speak here
 * @param identity what callers are called here, who prove nothing
 * @param connectionsMax connections at a time; more are closed at once
 * @param clients how clients' addresses are known, and what one address may have
 */
public record ListenerSpec(
        String name,
        String host,
        int port,
        Protocol protocol,
        SpiffeId identity,
        int connectionsMax,
        ClientRules clients) {
    /** The connections that one listener takes unless told otherwise. */
    public static final int CONNECTIONS_MAX_DEFAULT = 20_000;

    /** What clients speak at a port. */
    public enum Protocol {
        /** HTTP/1.1 without TLS. */
        HTTP,
        /** Bytes. */
        TCP,
        /** TLS passed through unread, by server name. */
        TLS
    }

    /** @throws IllegalArgumentException naming the value that is out of range */
    public ListenerSpec {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("listener '" + name + "': port " + port + ": expected 0 to 65535");
        }
        if (connectionsMax < 1) {
            throw new IllegalArgumentException(
                    "listener '" + name + "': " + connectionsMax + " connections: expected 1 or more");
        }
    }

    boolean isAtSamePlace(ListenerSpec other) {
        return host.equals(other.host) && port == other.port;
    }

    String address() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
