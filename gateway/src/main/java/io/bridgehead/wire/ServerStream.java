package io.bridgehead.wire;

import io.bridgehead.model.ResponseHead;

/** A stream that a peer opened. */
public interface ServerStream extends Stream {
    /** Sends a 1xx head; nothing is sent to peers that cannot take it (HTTP/1.0). */
    void sendInformational(ResponseHead head);

    /**
     * Sends the final head; {@code end} when no body follows. 101 agrees to the upgrade that was asked for; over HTTP/2,
     * where that is 200, no other status of 2xx can be sent then.
     */
    void sendResponse(ResponseHead head, boolean end);
}
