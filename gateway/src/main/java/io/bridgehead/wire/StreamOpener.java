package io.bridgehead.wire;

import io.bridgehead.model.RequestHead;

/**
 * Something that requests can be sent to on this event loop: a pool of connections to one endpoint, or the tunnel to
 * one node.
 */
public interface StreamOpener {
    /**
     * Opens a stream, at once or when a connection is there; what is sent meanwhile waits, and the stream is not
     * writable.
     * Failure to connect arrives as a reset that is not {@link StreamReset#perhapsProcessed()}.
     *
     * @param end when the request has no body
     */
    ClientStream open(RequestHead head, boolean end, ResponseEvents events);
}
