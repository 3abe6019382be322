package io.bridgehead.wire.http2;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.guard.KnownField;
import io.netty.handler.codec.EmptyHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A head on its way to HPACK: pseudo-fields and a view of the flat fields, as the iteration that the encoder asks
 * for. Names and values
 * point into the head's own array, which does not change any more.
 */
final class OutgoingHeaders extends EmptyHeaders<CharSequence, CharSequence, Http2Headers> implements Http2Headers {
    private static final CharSequence[] NO_PSEUDO_FIELDS = {};
    private static final AsciiString METHOD = PseudoHeaderName.METHOD.value();
    private static final AsciiString SCHEME = PseudoHeaderName.SCHEME.value();
    private static final AsciiString AUTHORITY = PseudoHeaderName.AUTHORITY.value();
    private static final AsciiString PATH = PseudoHeaderName.PATH.value();
    private static final AsciiString PROTOCOL = PseudoHeaderName.PROTOCOL.value();
    private static final AsciiString WEB_SOCKET = AsciiString.cached("websocket");
    private static final AsciiString STATUS = PseudoHeaderName.STATUS.value();
    private static final int STATUS_MAX = 600;
    private static final AsciiString[] STATUSES = statuses();

    private final CharSequence[] pseudo;
    private final HeaderFields fields;

    private OutgoingHeaders(CharSequence[] pseudo, HeaderFields fields) {
        this.pseudo = pseudo;
        this.fields = fields;
    }

    static OutgoingHeaders request(RequestHead head) {
        if (head.isWebSocket()) {
            return new OutgoingHeaders(
                    new CharSequence[] {
                        METHOD,
                        RequestHead.CONNECT,
                        PROTOCOL,
                        WEB_SOCKET,
                        SCHEME,
                        head.scheme(),
                        AUTHORITY,
                        head.authority(),
                        PATH,
                        head.path()
                    },
                    head.fields());
        }
        if (head.isConnect()) {
            return new OutgoingHeaders(
                    new CharSequence[] {METHOD, head.method(), AUTHORITY, head.authority()}, head.fields());
        }
        return new OutgoingHeaders(
                new CharSequence[] {
                    METHOD, head.method(), SCHEME, head.scheme(), AUTHORITY, head.authority(), PATH, head.path()
                },
                head.fields());
    }

    static OutgoingHeaders response(ResponseHead head) {
        return new OutgoingHeaders(
                new CharSequence[] {STATUS, STATUSES[Math.clamp(head.status(), 100, STATUS_MAX - 1)]}, head.fields());
    }

    static OutgoingHeaders trailers(HeaderFields fields) {
        return new OutgoingHeaders(NO_PSEUDO_FIELDS, fields);
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iterator() {
        return new Lines(pseudo, fields);
    }

    @Override
    public int size() {
        return pseudo.length / 2 + fields.size();
    }

    @Override
    public boolean isEmpty() {
        return size() == 0;
    }

    @Override
    public @Nullable CharSequence status() {
        return pseudo(STATUS);
    }

    @Override
    public @Nullable CharSequence method() {
        return pseudo(METHOD);
    }

    @Override
    public @Nullable CharSequence scheme() {
        return pseudo(SCHEME);
    }

    @Override
    public @Nullable CharSequence authority() {
        return pseudo(AUTHORITY);
    }

    @Override
    public @Nullable CharSequence path() {
        return pseudo(PATH);
    }

    private @Nullable CharSequence pseudo(AsciiString name) {
        for (int i = 0; i < pseudo.length; i += 2) {
            if (name.contentEquals(pseudo[i])) {
                return pseudo[i + 1];
            }
        }
        return null;
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
        for (int status = 0; status < STATUS_MAX; status++) {
            texts[status] = AsciiString.cached(Integer.toString(status));
        }
        return texts;
    }

    /** The iteration, and the entry that it stands at: the encoder keeps no entry. */
    @OwnedBy(Owner.EVENT_LOOP)
    private static final class Lines
            implements Iterator<Map.Entry<CharSequence, CharSequence>>, Map.Entry<CharSequence, CharSequence> {
        private final CharSequence[] pseudo;
        private final HeaderFields fields;
        private int pseudoAt;
        private int fieldAt;
        private CharSequence key = "";
        private CharSequence value = "";

        Lines(CharSequence[] pseudo, HeaderFields fields) {
            this.pseudo = pseudo;
            this.fields = fields;
            skipForbidden();
        }

        @Override
        public boolean hasNext() {
            return pseudoAt < pseudo.length || fieldAt < fields.size();
        }

        @Override
        public Map.Entry<CharSequence, CharSequence> next() {
            if (pseudoAt < pseudo.length) {
                key = pseudo[pseudoAt];
                value = pseudo[pseudoAt + 1];
                pseudoAt += 2;
            } else {
                byte[] array = fields.array();
                key = new AsciiString(array, fields.nameStart(fieldAt), fields.nameLength(fieldAt), false);
                value = new AsciiString(array, fields.valueStart(fieldAt), fields.valueLength(fieldAt), false);
                fieldAt++;
                skipForbidden();
            }
            return this;
        }

        /** Passes over what has no place in HTTP/2 (RFC 9113, section 8.2.2). */
        private void skipForbidden() {
            while (fieldAt < fields.size()) {
                KnownField known = KnownField.of(fields.array(), fields.nameStart(fieldAt), fields.nameLength(fieldAt));
                if (known == KnownField.TE || (!known.isHopByHop() && known != KnownField.HOST)) {
                    return;
                }
                fieldAt++;
            }
        }

        @Override
        public CharSequence getKey() {
            return key;
        }

        @Override
        public CharSequence getValue() {
            return value;
        }

        @Override
        public CharSequence setValue(CharSequence other) {
            throw new UnsupportedOperationException();
        }
    }
}
