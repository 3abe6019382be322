package io.bridgehead.routing;

import io.bridgehead.match.HostTable;
import org.jspecify.annotations.Nullable;

/**
 * What comes to one open port that Gateways describe. Requests: each host belongs to the listener whose host name fits it best, and to no other (listener
 * isolation). Connections: to the places of their server name, or of the port.
 *
 * @param port its number, for redirects
 * @param listeners of HTTP and HTTPS by host name
 * @param serverNames of TLS by server name: passed through, or ended here
 * @param connections of TCP and UDP, or null
 */
public record PortRoutes(
        int port,
        HostTable<ListenerRoutes> listeners,
        HostTable<Backends> serverNames,
        @Nullable Backends connections) {}
