package io.bridgehead.wire.http2;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.RefusalResponse;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * One stream of an HTTP/2 connection, opened by either side. The exchange ends with the response, or for CONNECT with
 * both halves. Extended CONNECT (RFC 8441) is accepted by 200 on the wire, which is 101 to its users; after another
 * answer it is an exchange like any other.
 *
 * <p><b>Limits</b>: a stream is not writable while so many bytes wait for the peer's windows or the socket; it is
 * again at half of that.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Http2Exchange implements ServerStream, ClientStream {
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final int CONTINUE = 100;
    private static final int BODY_LOOKS_OF_GRACE = 2;

    private final Http2Link link;
    private boolean connect;
    private boolean upgrade;
    private final boolean server;
    private final int pendingMax;
    private @Nullable Http2Stream stream;
    private @Nullable StreamEvents events;
    private long bodyExpected = -1;
    private long bodyReceived;
    private long pending;
    private int held;
    private @Nullable StreamWindow window;
    private boolean blocked;
    private boolean headSent;
    private boolean headOnly;
    private boolean headReceived;
    private boolean localEnded;
    private boolean remoteEnded;
    private boolean over;
    private boolean paced;
    private boolean continueAwaited;
    private byte looks;
    private byte unreadLooks;
    private long bodyAtLook;
    private long pendingAtLook;

    Http2Exchange(Http2Link link, boolean server, boolean connect, boolean localEnded) {
        this.link = link;
        this.server = server;
        this.connect = connect;
        this.localEnded = localEnded;
        this.headSent = !server;
        this.headReceived = server;
        this.pendingMax = link.limits().streamPendingMax();
    }

    void attach(Http2Stream attached) {
        stream = attached;
        attached.setProperty(link.exchangeKey(), this);
    }

    void receiver(StreamEvents receiver) {
        events = receiver;
    }

    /** The peer announced this many bytes of body; -1 when it did not. */
    void expect(long bodyBytes) {
        bodyExpected = bodyBytes;
    }

    /** The request was for a head alone: no body is sent, whatever is given. */
    void answersHeadOnly() {
        headOnly = true;
    }

    /** The request is extended CONNECT. */
    void mayUpgrade() {
        upgrade = true;
    }

    /** The response's head as this stream's user knows it. */
    ResponseHead answered(ResponseHead head) {
        if (!upgrade) {
            return head;
        }
        if (head.status() / 100 == 2) {
            head.fields().removeAll(HeaderName.SEC_WEBSOCKET_ACCEPT);
            return new ResponseHead(ResponseHead.SWITCHING_PROTOCOLS, head.fields());
        }
        connect = false;
        return head;
    }

    /** The response's head as the peer knows it; null when this answer cannot be told from an acceptance. */
    private @Nullable ResponseHead answer(ResponseHead head) {
        if (!upgrade) {
            return head;
        }
        if (head.switchesProtocol()) {
            return new ResponseHead(OK, head.fields());
        }
        connect = false;
        return head.status() / 100 == 2 ? null : head;
    }

    /** Counts bytes of the body; false when they are not as many as announced. */
    boolean count(int bytes, boolean end) {
        bodyReceived += bytes;
        return bodyExpected < 0 || (end ? bodyReceived == bodyExpected : bodyReceived <= bodyExpected);
    }

    /** The bytes of its body so far. */
    long bytesReceived() {
        return bodyReceived;
    }

    /** It holds so many bytes more that nobody has consumed. */
    void holds(int bytes) {
        held += bytes;
    }

    int held() {
        return held;
    }

    /** What is known of its window; null while it received little, and on connections whose windows are fixed. */
    @Nullable
    StreamWindow window() {
        return window;
    }

    void window(StreamWindow noted) {
        window = noted;
    }

    /** The pace of the request's body is looked at from now on. */
    void paced() {
        paced = true;
    }

    /** The client waits for 100 (Continue) before it sends a body. */
    void awaitsContinue() {
        continueAwaited = true;
    }

    /** Whether the pace of the body still matters: nothing has been answered, and more of it is to come. */
    boolean isPaced() {
        return paced && !headSent && !remoteEnded && !over;
    }

    /**
     * Judges the body since the last look; the first two looks are within the time of grace.
     *
     * @param wanted bytes since the last look
     * @param excused it was not the client that held things up
     */
    boolean isSlow(long wanted, boolean excused) {
        long got = bodyReceived - bodyAtLook;
        bodyAtLook = bodyReceived;
        if (looks < BODY_LOOKS_OF_GRACE) {
            looks++;
            return false;
        }
        return got < wanted && !excused && !continueAwaited;
    }

    /** Whether the client has taken nothing of an answer that is complete, at so many looks one after another. */
    boolean isUnread(int looksMax) {
        boolean waits = server && localEnded && pending > 0 && pending == pendingAtLook;
        pendingAtLook = pending;
        unreadLooks = waits ? (byte) (unreadLooks + 1) : 0;
        return unreadLooks >= looksMax;
    }

    /** Answers instead of whoever had the request, who is told that it is cut off. */
    void refuse(RefusalResponse response, StreamReset reset) {
        StreamEvents receiver = events;
        events = null;
        response.sendTo(this);
        over = true;
        if (receiver != null) {
            receiver.onReset(reset);
        }
    }

    /** Whether both halves ended as they should. */
    boolean bothEnded() {
        return localEnded && remoteEnded;
    }

    /** The peer's half ended; nothing more is expected from it. */
    void remoteEnds() {
        remoteEnded = true;
        if (!server && !connect) {
            over = true;
        } else {
            endIfBothEnded();
        }
    }

    /** The peer's head is there. */
    void headArrived() {
        headReceived = true;
    }

    boolean headReceived() {
        return headReceived;
    }

    boolean headSent() {
        return headSent;
    }

    /** Whether somebody wants what the peer sends. */
    boolean wantsData() {
        return !over && !(server && localEnded && !connect);
    }

    /** Whether the user has nothing more to expect, but the other half of the stream is still open. */
    boolean isAbandoned() {
        return server ? localEnded && !remoteEnded && !connect : remoteEnded && !localEnded && !connect;
    }

    /** The answer has ended: what is left of the request interests nobody. */
    void abandonUnread() {
        if (!server && isAbandoned()) {
            link.abandon(this);
        }
    }

    @Nullable
    StreamEvents events() {
        return events;
    }

    boolean isOver() {
        return over;
    }

    boolean isServer() {
        return server;
    }

    @Nullable
    Http2Stream stream() {
        return stream;
    }

    /** The stream was cut off. */
    void cut(StreamReset reset) {
        if (over) {
            return;
        }
        boolean answered = server && localEnded && !connect;
        over = true;
        StreamEvents receiver = events;
        if (receiver != null && !answered) {
            receiver.onReset(reset);
        }
    }

    /** So many bytes wait to be sent. */
    void pending(long bytes) {
        pending = bytes;
        if (blocked && bytes <= pendingMax / 2) {
            blocked = false;
            link.becameWritable(this);
        }
    }

    void fireWritable() {
        StreamEvents receiver = events;
        if (!over && !localEnded && receiver != null) {
            receiver.onWritable();
        }
    }

    @Override
    public void sendInformational(ResponseHead head) {
        if (!over && !headSent && stream != null) {
            continueAwaited &= head.status() != CONTINUE;
            link.writeHeaders(stream, OutgoingHeaders.response(head), false);
        }
    }

    @Override
    public void sendResponse(ResponseHead head, boolean end) {
        if (!over && !headSent && stream != null) {
            headSent = true;
            ResponseHead told = answer(head);
            if (told == null) {
                reset(StreamReset.INTERNAL);
                return;
            }
            boolean last = end || headOnly || head.status() == NO_CONTENT || head.status() == NOT_MODIFIED;
            if (last) {
                localEnds(); // before the write, which may close the stream at once
            }
            link.writeHeaders(stream, OutgoingHeaders.response(told), last);
        }
    }

    @Override
    public void sendData(Chunk chunk, boolean end) {
        ByteBuf bytes = chunk.bytes();
        if (over || localEnded || !headSent || stream == null || (!end && !bytes.isReadable())) {
            bytes.release();
            return;
        }
        if (end) {
            localEnds();
        }
        link.writeData(stream, bytes, end);
    }

    @Override
    public void sendTrailers(HeaderFields trailers) {
        if (over || localEnded || !headSent || stream == null) {
            return;
        }
        if (trailers.size() == 0) {
            sendData(Chunk.empty(), true);
        } else {
            localEnds();
            link.writeHeaders(stream, OutgoingHeaders.trailers(trailers), true);
        }
    }

    private void localEnds() {
        localEnded = true;
        endIfBothEnded();
        if (isAbandoned() && server && stream != null) {
            link.account().unwanted().stopsListening(stream);
        }
    }

    private void endIfBothEnded() {
        over |= localEnded && remoteEnded;
    }

    @Override
    public boolean writable() {
        if (over || pending < pendingMax) {
            return true;
        }
        blocked = true;
        return false;
    }

    @Override
    public void consumed(int bytes) {
        if (stream != null && bytes > 0) {
            link.consumed(this, stream, bytes);
        }
    }

    @Override
    public void reset(StreamReset reset) {
        if (!over) {
            over = true;
            if (stream != null) {
                link.writeReset(stream, ResetCodes.toPeer(reset));
            }
        }
    }
}
