package io.bridgehead.upstream.endpoint;

import io.bridgehead.wire.StreamOpener;

/** The connections of one loop to one endpoint that carry requests. Made once for an endpoint: what it speaks is known then. */
public sealed interface RequestPool extends StreamOpener permits HttpPool, Http2Pool {
    /** The pool for what the link's endpoint speaks. */
    static RequestPool over(EndpointLink link) {
        return link.protocol().http2() ? new Http2Pool(link) : new HttpPool(link);
    }

    /** Connections that are open, in use or idle. */
    int connections();

    /** No new requests; exchanges go on to their end. */
    void drain();

    /** Ends everything now. */
    void close();
}
