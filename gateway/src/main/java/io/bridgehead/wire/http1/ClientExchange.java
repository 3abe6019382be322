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

/**
 * One request and its answer on a client's HTTP/1.1 connection. The user drives the request half, the connection the
 * answer.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class ClientExchange implements ClientStream {
    private final Http1ClientConnection connection;
    private final ResponseEvents events;
    private final boolean head;
    private int informationals;
    private boolean requestEnded;
    private boolean answerBegun;
    private boolean over;

    ClientExchange(Http1ClientConnection connection, RequestHead request, boolean end, ResponseEvents events) {
        this.connection = connection;
        this.events = events;
        this.head = request.isHead();
        this.requestEnded = end;
    }

    /** Writes the request's head; false when its Content-Length does not fit. */
    boolean begin(RequestHead request, boolean end) {
        int at = request.fields().indexOf(HeaderName.CONTENT_LENGTH, 0);
        long length = at < 0 ? -1 : contentLength(request.fields(), at);
        HeadWriter writer = HeadWriter.request(request).fields(request.fields(), length >= 0);
        BodyWriter body = connection.bodyWriter();
        if (length >= 0) {
            body.start(BodyWriter.Framing.SIZED, length);
        } else if (end) {
            body.start(BodyWriter.Framing.NONE, 0);
            if (announcesEmptyBody(request.method())) {
                writer.line(HeadWriter.NO_BODY);
            }
        } else {
            body.start(BodyWriter.Framing.CHUNKED, 0);
            writer.line(HeadWriter.CHUNKED);
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

    /** Counts another 1xx head and gives the number. */
    int informational(ResponseHead response) {
        answerBegun = true;
        if (!over) {
            events.onInformational(response);
        }
        return ++informationals;
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
        over |= end;
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

    boolean isOver() {
        return over;
    }

    @Override
    public void sendData(Chunk chunk, boolean end) {
        if (over || requestEnded) {
            chunk.release();
            return;
        }
        requestEnded = end;
        if (!connection.bodyWriter().data(connection.outbox(), chunk.bytes(), end)) {
            connection.broken(this, StreamReset.INTERNAL);
        }
    }

    @Override
    public void sendTrailers(HeaderFields trailers) {
        if (over || requestEnded) {
            return;
        }
        requestEnded = true;
        if (!connection.bodyWriter().end(connection.outbox(), trailers)) {
            connection.broken(this, StreamReset.INTERNAL);
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
