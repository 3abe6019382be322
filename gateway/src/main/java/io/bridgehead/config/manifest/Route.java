package io.bridgehead.config.manifest;

import java.util.List;

/** A manifest of routes that attach to listeners. */
public sealed interface Route extends Manifest permits HttpRoute, GrpcRoute, TlsRoute, TcpRoute, UdpRoute {
    /** What it attaches to; distinct. */
    List<ParentReference> parentRefs();

    /** The host names it takes, also with a leading {@code *.}; empty means those of the listener. Always empty for TCP and UDP. */
    List<String> hostnames();
}
