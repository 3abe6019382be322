package io.bridgehead.upstream;

import io.bridgehead.model.EndpointTls;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.tls.handshake.EndpointSecurity;
import io.bridgehead.upstream.endpoint.EndpointProtocol;

/**
 * How the endpoints of one service are reached. Connections to an endpoint outlive a routing table as long as this stays the same.
 *
 * @param connectTimeoutMillis for each address
 */
record EndpointWay(EndpointProtocol protocol, int connectTimeoutMillis) {
    /** The way that traffic takes. */
    static EndpointWay of(ServiceRoute route, EndpointSecurity security) {
        EndpointTls tls = route.tls();
        EndpointProtocol protocol = new EndpointProtocol(
                route.protocol().isHttp2(),
                route.protocol().isBytes(),
                tls == null ? null : new EndpointProtocol.Secured(security, tls));
        return new EndpointWay(
                protocol, (int) route.resilience().timeouts().connect().toMillis());
    }

    /** The way that probes take: as traffic, in the probe's own time. */
    EndpointWay within(int millis) {
        return new EndpointWay(protocol, millis);
    }
}
