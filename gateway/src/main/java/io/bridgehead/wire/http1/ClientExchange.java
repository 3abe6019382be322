package io.bridgehead.wire.http1;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamReset;
import io.bridgehead.wire.guard.Octets;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer on a client's HTTP/1.1 connection. The user drives the request half, the connection the
 * answer. A request to upgrade has no body; when its answer is 101, both halves are streams of bytes from there on and
 * the exchange ends with both. After any other answer the connection is not used again.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class ClientExchange implements ClientStream {
    private final Http1ClientConnection connection;
    private final ResponseEvents events;
    private final boolean head;
    private final @Nullable String webSocketKey;
    private int informationals;
    private boolean requestEnded;
    private boolean answerBegun;
    private boolean answerEnded;
    private boolean switched;
    private boolean over;

    ClientExchange(Http1ClientConnection connection, RequestHead request, boolean end, ResponseEvents events) {
        this.connection = connection;
        this.events = events;
        this.head = request.isHead();
        this.webSocketKey = request.isWebSocket() ? WebSocketHandshake.newKey() : null;
        this.requestEnded = end || webSocketKey != null;
    }

    /** Writes the request's head; false when its Content-Length does not fit. */
    boolean begin(RequestHead request, boolean end) {
        int at = request.fields().indexOf(HeaderName.CONTENT_LENGTH, 0);
        long length = at < 0 ? -1 : contentLength(request.fields(), at);
        HeadWriter writer = HeadWriter.request(request).fields(request.fields(), length >= 0);
        BodyWriter body = connection.bodyWriter();
        if (length >= 0) {
            body.start(BodyWriter.Framing.SIZED, length);
        } else if (requestEnded) {
            body.start(BodyWriter.Framing.NONE, 0);
            if (announcesEmptyBody(request.method())) {
                writer.line(HeadWriter.NO_BODY);
            }
        } else {
            body.start(BodyWriter.Framing.CHUNKED, 0);
            writer.line(HeadWriter.CHUNKED);
        }
        if (webSocketKey != null) {
            writer.line(WebSocketHandshake.lines()).field(HeaderName.SEC_WEBSOCKET_KEY, webSocketKey);
        }
        writer.writeTo(connection.outbox().gather());
        return !end || length <= 0;
    }

    /** Whether servers may wait for a body of such a request when nothing is said (RFC 9110, section 8.6). */
    private static boolean announcesEmptyBody(String method) {
        return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
    }

    private static long contentLength(HeaderFields fields, int at) {
        int start = fields.valueStart(at);
        return Octets.decimal(fields.array(), start, start + fields.valueLength(at));
    }

    /** Passes on another 1xx head; false when there were as many as may be already. */
    boolean informational(ResponseHead response, int max) {
        answerBegun = true;
        if (++informationals > max) {
            return false;
        }
        if (!over) {
            events.onInformational(response);
        }
        return true;
    }

    /** Whether this 101 answers what was asked. */
    boolean isAccepted(ResponseHead response, FieldLines lines) {
        return webSocketKey != null
                && lines.webSocket()
                && !lines.chunked()
                && WebSocketHandshake.accept(webSocketKey)
                        .equals(response.fields().first(HeaderName.SEC_WEBSOCKET_ACCEPT));
    }

    /** The answer is 101, and the request goes on. */
    void switches(ResponseHead response) {
        switched = true;
        requestEnded = false;
        response.fields().removeAll(HeaderName.SEC_WEBSOCKET_ACCEPT);
        response.fields().removeAll(HeaderName.CONTENT_LENGTH);
        connection.bodyWriter().start(BodyWriter.Framing.UNTIL_CLOSE, 0);
        respond(response, false);
    }

    void respond(ResponseHead response, boolean end) {
        answerBegun = true;
        boolean tell = !over;
        over |= end;
        if (tell) {
            events.onResponse(response, end);
        }
    }

    void deliver(Chunk chunk, boolean end) {
        boolean tell = !over;
        answerEnded |= end;
        over |= end && requestOver();
        if (tell) {
            events.onData(chunk, end);
        } else {
            chunk.release();
        }
    }

    void deliverTrailers(HeaderFields trailers) {
        boolean tell = !over;
        over = true;
        if (!tell) {
            return;
        }
        if (trailers.size() == 0) {
            events.onData(Chunk.empty(), true);
        } else {
            events.onTrailers(trailers);
        }
    }

    private boolean requestOver() {
        return requestEnded || !switched;
    }

    void cut(StreamReset reset) {
        if (!over) {
            over = true;
            events.onReset(reset);
        }
    }

    void becameWritable() {
        if (!over && !requestEnded) {
            events.onWritable();
        }
    }

    /** Whether the request was one for a head alone. */
    boolean isHead() {
        return head;
    }

    boolean requestEnded() {
        return requestEnded;
    }

    /** Whether anything of an answer has come. */
    boolean answerBegun() {
        return answerBegun;
    }

    /** Whether the request asks for another protocol. */
    boolean isUpgrade() {
        return webSocketKey != null;
    }

    /** Whether this is a stream of bytes now. */
    boolean isSwitched() {
        return switched;
    }

    @Override
    public void sendData(Chunk chunk, boolean end) {
        if (over || requestEnded) {
            chunk.release();
            return;
        }
        if (switched && connection.outbox().isShut() && chunk.size() > 0) {
            chunk.release();
            connection.broken(this, StreamReset.CONNECTION_LOST);
            return;
        }
        requestEnded = end;
        if (!connection.bodyWriter().data(connection.outbox(), chunk.bytes(), end)) {
            connection.broken(this, StreamReset.INTERNAL);
        } else if (end && switched) {
            outputEnds();
        }
    }

    private void outputEnds() {
        over = answerEnded;
        connection.outputEnds(this, answerEnded);
    }

    @Override
    public void sendTrailers(HeaderFields trailers) {
        if (over || requestEnded) {
            return;
        }
        requestEnded = true;
        if (!connection.bodyWriter().end(connection.outbox(), trailers)) {
            connection.broken(this, StreamReset.INTERNAL);
        } else if (switched) {
            outputEnds();
        }
    }

    @Override
    public boolean writable() {
        return over || connection.outbox().writable();
    }

    @Override
    public void consumed(int bytes) {
        if (!over) {
            connection.intake().consumed(bytes);
        }
    }

    @Override
    public void reset(StreamReset reset) {
        if (!over) {
            over = true;
            connection.broken(this, reset);
        }
    }
}
