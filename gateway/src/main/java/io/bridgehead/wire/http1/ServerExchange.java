package io.bridgehead.wire.http1;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.RefusalResponse;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import io.bridgehead.wire.guard.Octets;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer on a server's HTTP/1.1 connection. The connection drives the request half, the user the
 * answer; the exchange ends with the answer, or for CONNECT and an upgrade with both halves.
 *
 * <p>Of a request to upgrade the connection reads nothing on until the answer is 101. After any other answer the
 * connection ends, so that bytes which the client, or a proxy before it, took for those of the new protocol are never
 * read as a request.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class ServerExchange implements ServerStream {
    private static final int CONTINUE = 100;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final Http1ServerConnection connection;
    private final RequestHead request;
    private final boolean oldVersion;
    private final @Nullable String webSocketKey;
    private boolean persistent;
    private boolean continueAwaited;
    private @Nullable StreamEvents events;
    private boolean requestEnded;
    private boolean headSent;
    private boolean tunnel;
    private boolean responseEnded;
    private boolean over;

    ServerExchange(Http1ServerConnection connection, RequestHead request, RequestHeadReader reader, boolean end) {
        this.connection = connection;
        this.request = request;
        this.oldVersion = reader.oldVersion();
        this.webSocketKey = reader.webSocketKey();
        this.persistent = reader.keepAlive() && !request.isConnect();
        this.continueAwaited = reader.lines().expectContinue() && !oldVersion && !end;
        this.requestEnded = end;
    }

    void receiver(StreamEvents receiver) {
        events = receiver;
    }

    /** Gives a part of the request's body to the user; dropped when the answer has ended. */
    void deliver(Chunk chunk, boolean end) {
        requestEnded = end;
        StreamEvents receiver = events;
        if (wantsRequest() && receiver != null) {
            continueAwaited = false;
            receiver.onData(chunk, end);
        } else {
            chunk.release();
        }
        endIfBothEnded();
    }

    void deliverTrailers(HeaderFields trailers) {
        requestEnded = true;
        StreamEvents receiver = events;
        if (wantsRequest() && receiver != null) {
            if (trailers.size() == 0) {
                receiver.onData(Chunk.empty(), true);
            } else {
                receiver.onTrailers(trailers);
            }
        }
        endIfBothEnded();
    }

    /** The exchange was cut off by the client or by the codec. */
    void cut(StreamReset reset) {
        if (!over) {
            over = true;
            StreamEvents receiver = events;
            if (receiver != null) {
                receiver.onReset(reset);
            }
        }
    }

    /** The user's code failed: the client gets a 500 if there is still time for one. */
    void answerFailure() {
        if (headSent) {
            reset(StreamReset.INTERNAL);
        } else {
            RefusalResponse.of(Refusal.INTERNAL, null, null).sendTo(this);
        }
    }

    void becameWritable() {
        StreamEvents receiver = events;
        if (!over && !responseEnded && receiver != null) {
            receiver.onWritable();
        }
    }

    /** Whether somebody still wants the request's body. */
    boolean wantsRequest() {
        return !over && (!responseEnded || tunnel);
    }

    boolean requestEnded() {
        return requestEnded;
    }

    boolean headSent() {
        return headSent;
    }

    boolean continueAwaited() {
        return continueAwaited;
    }

    boolean persistent() {
        return persistent;
    }

    @Override
    public void sendInformational(ResponseHead head) {
        if (over || headSent || oldVersion) {
            return;
        }
        if (head.status() == CONTINUE) {
            continueAwaited = false;
        }
        HeadWriter.response(head.status())
                .fields(head.fields(), false)
                .writeTo(connection.outbox().gather());
    }

    @Override
    public void sendResponse(ResponseHead head, boolean end) {
        if (over || headSent) {
            return;
        }
        headSent = true;
        persistent &= connection.mayPersist() && !continueAwaited;
        HeaderFields fields = head.fields();
        boolean switched = webSocketKey != null && head.switchesProtocol();
        tunnel = switched || (request.isConnect() && head.status() / 100 == 2);
        persistent &= webSocketKey == null;
        boolean bodiless = request.isHead() || head.status() == NO_CONTENT || head.status() == NOT_MODIFIED;
        long length = tunnel ? -1 : contentLength(fields);
        HeadWriter writer =
                HeadWriter.response(head.status()).fields(fields, length >= 0 && head.status() != NO_CONTENT);
        startBody(writer, bodiless, end, length);
        if (webSocketKey != null && switched) {
            writer.line(WebSocketHandshake.lines())
                    .field(HeaderName.SEC_WEBSOCKET_ACCEPT, WebSocketHandshake.accept(webSocketKey));
        } else if (!persistent && !tunnel) {
            writer.line(HeadWriter.CLOSE);
        } else if (oldVersion && !tunnel) {
            writer.line(HeadWriter.KEEP_ALIVE);
        }
        writer.writeTo(connection.outbox().gather());
        requestEnded &= !switched;
        if (end) {
            responseEnds(bodiless || connection.bodyWriter().end(connection.outbox(), new HeaderFields()));
        }
        if (switched) {
            connection.switched();
        }
    }

    private void startBody(HeadWriter writer, boolean bodiless, boolean end, long length) {
        BodyWriter body = connection.bodyWriter();
        if (tunnel) {
            body.start(BodyWriter.Framing.UNTIL_CLOSE, 0);
        } else if (bodiless) {
            body.start(BodyWriter.Framing.NONE, 0);
        } else if (length >= 0) {
            body.start(BodyWriter.Framing.SIZED, length);
        } else if (end) {
            writer.line(HeadWriter.NO_BODY);
            body.start(BodyWriter.Framing.NONE, 0);
        } else if (oldVersion) {
            persistent = false;
            body.start(BodyWriter.Framing.UNTIL_CLOSE, 0);
        } else {
            writer.line(HeadWriter.CHUNKED);
            body.start(BodyWriter.Framing.CHUNKED, 0);
        }
    }

    @Override
    public void sendData(Chunk chunk, boolean end) {
        if (over || responseEnded || !headSent) {
            chunk.release();
            return;
        }
        if (tunnel && connection.outbox().isShut() && chunk.size() > 0) {
            chunk.release();
            connection.lost(this);
            return;
        }
        boolean fits = connection.bodyWriter().data(connection.outbox(), chunk.bytes(), end);
        if (end || !fits) {
            responseEnds(fits);
        }
    }

    @Override
    public void sendTrailers(HeaderFields trailers) {
        if (!over && !responseEnded && headSent) {
            responseEnds(connection.bodyWriter().end(connection.outbox(), trailers));
        }
    }

    private void responseEnds(boolean asAnnounced) {
        responseEnded = true;
        if (!asAnnounced) {
            cut(StreamReset.INTERNAL);
            connection.closeNow(false);
            return;
        }
        if (tunnel && !requestEnded) {
            connection.outbox().endOutput();
            return;
        }
        over = true;
        connection.exchangeEnded(this);
    }

    private void endIfBothEnded() {
        if (!over && responseEnded && requestEnded && tunnel) {
            over = true;
            connection.exchangeEnded(this);
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
            connection.closeNow(headSent && connection.bodyWriter().framing() == BodyWriter.Framing.UNTIL_CLOSE);
        }
    }

    private static long contentLength(HeaderFields fields) {
        int at = fields.indexOf(HeaderName.CONTENT_LENGTH, 0);
        return at < 0
                ? -1
                : Octets.decimal(fields.array(), fields.valueStart(at), fields.valueStart(at) + fields.valueLength(at));
    }
}
