package io.bridgehead.listen;

/**
 * What a listener speaks: takes connections over when the gate has let them in. One object serves all connections that come under one
 * specification, on all loops.
 */
interface EdgeProtocol {
    /** Serves a connection, on its loop, before a byte of it is read. */
    void serve(Accepted connection);

    /** The protocol of a specification. */
    static EdgeProtocol of(ListenerSpec spec) {
        return switch (spec.protocol()) {
            case HTTP -> new HttpProtocol();
            case TCP -> new TcpProtocol();
        };
    }
}
