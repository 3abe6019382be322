package io.bridgehead.listen;

import io.bridgehead.model.SpiffeId;

/**
 * One port for datagrams that this node serves.
 *
 * @param name what routes and logs call it; one of a kind in the node, among ports of all kinds
 * @param host the address to bind
 * @param port 1 to 65535; 0 lets the system choose
 * @param identity what callers are called here, who prove nothing
 * @param sessionsMax clients at a time, by address and port; datagrams of more are dropped
 * @param idleMillis how long a session stays without datagrams of either side; above 0
 */
public record DatagramSpec(String name, String host, int port, SpiffeId identity, int sessionsMax, long idleMillis) {
    boolean isAtSamePlace(DatagramSpec other) {
        return host.equals(other.host) && port == other.port;
    }
}
