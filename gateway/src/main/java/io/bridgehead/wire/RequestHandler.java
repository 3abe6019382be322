package io.bridgehead.wire;

import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;

/** Where a server's connection hands over each request, on the connection's event loop. */
public interface RequestHandler {
    /**
     * A request arrived whose head passed the guard.
     *
     * <p>For {@link RequestHead#isWebSocket()} {@code end} is false: an answer of 101 makes both halves streams of bytes,
     * any other is an ordinary one. Over HTTP/1.1 nothing comes before the answer.
     *
     * @param end when no body follows
     * @return who gets the rest of the request
     */
    StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end);

    /**
     * The codec refused something by itself and has answered it; the handler only records that. A request that was handed over and is then
     * cut off for what is wrong with its body is not told here: its stream is reset, as PROTOCOL_ERROR or TIMEOUT.
     */
    void onRefused(Refusal refusal, String detail);
}
