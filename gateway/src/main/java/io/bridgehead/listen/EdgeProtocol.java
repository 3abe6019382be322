package io.bridgehead.listen;

/**
 * What a listener speaks: takes connections over when the gate has let them in. One object serves all connections that come under one
 * specification, on all loops.
 */
interface EdgeProtocol {
    /** Serves a connection, on its loop, before a byte of it is read. */
    void serve(Accepted connection);

    /** The protocol of a specification, behind what finds out who the client is and whether it has too many connections. */
    static EdgeProtocol of(ListenerSpec spec, ConnectionGate gate) {
        EdgeProtocol protocol = switch (spec.protocol()) {
            case HTTP -> new HttpProtocol();
            case HTTPS -> new HttpsProtocol(spec.tls());
            case TCP -> new TcpProtocol();
            case TLS -> new PassthroughProtocol();
            case NAMED_TLS -> new ServerNameProtocol(spec.names());
        };
        ClientRules clients = spec.clients();
        EdgeProtocol limited = clients.connectionsPerAddress() == 0
                ? protocol
                : new AddressLimit(gate, clients.connectionsPerAddress(), protocol);
        return clients.proxyHeaders() == null ? limited : new ProxyHeaderProtocol(clients.proxyHeaders(), limited);
    }
}
