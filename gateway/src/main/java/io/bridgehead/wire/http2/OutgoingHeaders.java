package io.bridgehead.wire.http2;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.guard.KnownField;
import io.bridgehead.wire.hpack.FieldBlockWriter;
import io.netty.handler.codec.EmptyHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * A head on its way to HPACK, as Netty's encoder hands it on: only {@link BlockFrameWriter} looks inside, and writes the flat form as it is.
 */
final class OutgoingHeaders extends EmptyHeaders<CharSequence, CharSequence, Http2Headers> implements Http2Headers {
    private static final int STATUS_MIN = 100;
    private static final int STATUS_MAX = 600;
    private static final int STATUS_LENGTH = 3;
    private static final int OVERHEAD = 32;
    private static final String WEBSOCKET = "websocket";
    private static final int PSEUDO_NAMES =
            5 * OVERHEAD + ":method:scheme:authority:path:protocolwebsocketCONNECT".length();
    private static final AsciiString[] STATUSES = statuses();

    private final @Nullable RequestHead request;
    private final int status;
    private final HeaderFields fields;

    private OutgoingHeaders(@Nullable RequestHead request, int status, HeaderFields fields) {
        this.request = request;
        this.status = status;
        this.fields = fields;
    }

    static OutgoingHeaders request(RequestHead head) {
        return new OutgoingHeaders(head, 0, head.fields());
    }

    /** The answer to a head that was not kept. */
    static OutgoingHeaders headTooLarge() {
        HeaderFields fields = new HeaderFields();
        fields.add(HeaderName.PROXY_STATUS, "bridgehead; error=" + Refusal.HEAD_TOO_LARGE.proxyStatusError());
        return response(new ResponseHead(Refusal.HEAD_TOO_LARGE.status(), fields));
    }

    static OutgoingHeaders response(ResponseHead head) {
        return new OutgoingHeaders(null, Math.clamp(head.status(), STATUS_MIN, STATUS_MAX - 1), head.fields());
    }

    static OutgoingHeaders trailers(HeaderFields fields) {
        return new OutgoingHeaders(null, 0, fields);
    }

    /** The heads of this package as they are; Netty's own, by which it refuses a head that is too large, by their status. */
    static OutgoingHeaders of(Http2Headers headers) {
        if (headers instanceof OutgoingHeaders own) {
            return own;
        }
        int code = Integer.parseInt(String.valueOf(headers.status()));
        return response(new ResponseHead(code, new HeaderFields()));
    }

    /** Writes everything that has a place in HTTP/2 (RFC 9113, section 8.2.2). */
    void writeTo(FieldBlockWriter block) {
        RequestHead head = request;
        if (head != null) {
            block.method(head.isWebSocket() ? RequestHead.CONNECT : head.method());
            if (head.isWebSocket()) {
                block.protocol(WEBSOCKET);
            }
            if (!head.isConnect()) {
                block.scheme(head.scheme());
                block.authority(head.authority());
                block.path(head.path());
            } else {
                block.authority(head.authority());
            }
        } else if (status != 0) {
            block.status(status);
        }
        byte[] array = fields.array();
        for (int i = 0; i < fields.size(); i++) {
            int nameStart = fields.nameStart(i);
            int nameLength = fields.nameLength(i);
            if (hasPlace(array, nameStart, nameLength)) {
                block.field(array, nameStart, nameLength, fields.valueStart(i), fields.valueLength(i));
            }
        }
    }

    private static boolean hasPlace(byte[] array, int nameStart, int nameLength) {
        KnownField known = KnownField.of(array, nameStart, nameLength);
        return known == KnownField.OTHER || known == KnownField.TE || (!known.isHopByHop() && known != KnownField.HOST);
    }

    /** Whether the list of what is written has more than so many bytes; counted field by field only when a quick bound has. */
    boolean isLargerThan(long bytes) {
        return listSizeAtMost() > bytes && listSize() > bytes;
    }

    /** The size of the list of what is written (RFC 9113, section 6.5.2). */
    long listSize() {
        RequestHead head = request;
        long size = head == null ? statusSize() : pseudoSize(head);
        byte[] array = fields.array();
        for (int i = 0; i < fields.size(); i++) {
            int nameLength = fields.nameLength(i);
            if (hasPlace(array, fields.nameStart(i), nameLength)) {
                size += OVERHEAD + nameLength + (long) fields.valueLength(i);
            }
        }
        return size;
    }

    private long statusSize() {
        return status == 0 ? 0 : OVERHEAD + ":status".length() + STATUS_LENGTH;
    }

    private static long pseudoSize(RequestHead head) {
        long size = sizeOf(":method", head.isWebSocket() ? RequestHead.CONNECT : head.method())
                + sizeOf(":authority", head.authority());
        if (head.isWebSocket()) {
            size += sizeOf(":protocol", WEBSOCKET);
        }
        if (!head.isConnect()) {
            size += sizeOf(":scheme", head.scheme()) + sizeOf(":path", head.path());
        }
        return size;
    }

    private static long sizeOf(String name, String value) {
        return OVERHEAD + name.length() + (long) value.length();
    }

    /** A bound of the list's size, which the real one may be below of. */
    private long listSizeAtMost() {
        RequestHead head = request;
        int pseudo = head == null
                ? OVERHEAD + ":status200".length()
                : PSEUDO_NAMES
                        + head.method().length()
                        + head.scheme().length()
                        + head.authority().length()
                        + head.path().length();
        return pseudo + fields.textBytes() + (long) OVERHEAD * fields.size();
    }

    /** A status as text. */
    static AsciiString text(int code) {
        return STATUSES[Math.clamp(code, 0, STATUS_MAX - 1)];
    }

    @Override
    public int size() {
        return 1 + fields.size();
    }

    @Override
    public boolean isEmpty() {
        return false;
    }

    @Override
    public @Nullable CharSequence status() {
        return status == 0 ? null : STATUSES[status];
    }

    @Override
    public @Nullable CharSequence method() {
        return request == null ? null : request.method();
    }

    @Override
    public @Nullable CharSequence scheme() {
        return request == null ? null : request.scheme();
    }

    @Override
    public @Nullable CharSequence authority() {
        return request == null ? null : request.authority();
    }

    @Override
    public @Nullable CharSequence path() {
        return request == null ? null : request.path();
    }

    @Override
    public Http2Headers method(CharSequence ignored) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Http2Headers scheme(CharSequence ignored) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Http2Headers authority(CharSequence ignored) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Http2Headers path(CharSequence ignored) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Http2Headers status(CharSequence ignored) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean contains(CharSequence name, CharSequence other, boolean caseInsensitive) {
        return false;
    }

    private static AsciiString[] statuses() {
        AsciiString[] texts = new AsciiString[STATUS_MAX];
        for (int code = 0; code < STATUS_MAX; code++) {
            texts[code] = AsciiString.cached(Integer.toString(code));
        }
        return texts;
    }
}
