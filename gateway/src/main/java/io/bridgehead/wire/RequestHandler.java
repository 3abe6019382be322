package io.bridgehead.wire;

import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;

/** Where a server's connection hands over each request, on the connection's event loop. */
public interface RequestHandler {
    /**
     * A request arrived whose head passed the guard.
     *
     * @param end when no body follows
     * @return who gets the rest of the request
     */
    StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end);

    /** The codec refused a request by itself and has answered it; the handler only records that. */
    void onRefused(Refusal refusal, String detail);
}
