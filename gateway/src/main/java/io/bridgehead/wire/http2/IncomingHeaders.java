package io.bridgehead.wire.http2;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.wire.WireLimits;
import io.bridgehead.wire.guard.Fault;
import io.bridgehead.wire.guard.HopByHop;
import io.bridgehead.wire.guard.KnownField;
import io.bridgehead.wire.guard.Octets;
import io.netty.handler.codec.EmptyHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * A head as HPACK decodes it, field by field into the flat form. What is malformed (RFC 9113, section 8.2) is
 * remembered and not thrown, so that
 * decoding goes on and both sides' tables stay equal.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class IncomingHeaders extends EmptyHeaders<CharSequence, CharSequence, Http2Headers> implements Http2Headers {
    private static final int ARRAY_AT_FIRST = 512;

    private final WireLimits limits;
    private final boolean request;
    private final HeaderFields fields = new HeaderFields(new byte[ARRAY_AT_FIRST], 0);
    private final EnumSet<KnownField> seen = EnumSet.noneOf(KnownField.class);
    private @Nullable AsciiString method;
    private @Nullable AsciiString scheme;
    private @Nullable AsciiString authority;
    private @Nullable AsciiString path;
    private @Nullable AsciiString protocol;
    private @Nullable AsciiString status;
    private @Nullable AsciiString host;
    private @Nullable Fault fault;
    private boolean malformed;
    private boolean regularSeen;
    private int cookies;
    private int lines;
    private long contentLength = -1;

    IncomingHeaders(WireLimits limits, boolean request) {
        this.limits = limits;
        this.request = request;
    }

    @Override
    public Http2Headers add(CharSequence name, CharSequence value) {
        if (fault == null) {
            AsciiString n = AsciiString.of(name);
            AsciiString v = AsciiString.of(value);
            if (n.isEmpty()) {
                malformed("field: without a name");
            } else if (n.byteAt(0) == ':') {
                pseudo(n, v);
            } else {
                regularSeen = true;
                field(n, v);
            }
        }
        return this;
    }

    private void pseudo(AsciiString name, AsciiString value) {
        boolean fresh;
        if (regularSeen) {
            malformed("pseudo-field: behind a field");
            return;
        }
        if (request && PseudoHeaderName.METHOD.value().equals(name)) {
            fresh = method == null;
            method = value;
        } else if (request && PseudoHeaderName.PATH.value().equals(name)) {
            fresh = path == null;
            path = value;
        } else if (request && PseudoHeaderName.SCHEME.value().equals(name)) {
            fresh = scheme == null;
            scheme = value;
        } else if (request && PseudoHeaderName.AUTHORITY.value().equals(name)) {
            fresh = authority == null;
            authority = value;
        } else if (request && PseudoHeaderName.PROTOCOL.value().equals(name)) {
            fresh = protocol == null;
            protocol = value;
        } else if (!request && PseudoHeaderName.STATUS.value().equals(name)) {
            fresh = status == null;
            status = value;
        } else {
            fresh = false;
        }
        if (!fresh) {
            malformed("pseudo-field: unknown or repeated");
        }
    }

    private void field(AsciiString name, AsciiString value) {
        byte[] n = name.array();
        int nameStart = name.arrayOffset();
        byte[] v = value.array();
        int from = value.arrayOffset();
        int to = from + value.length();
        if (++lines > limits.fieldsMax()) {
            fault = new Fault(Refusal.HEAD_TOO_LARGE, "head: more than " + limits.fieldsMax() + " fields");
        } else if (!isName(n, nameStart, nameStart + name.length())) {
            malformed("field name: expected a token in lower case");
        } else if (!isValue(v, from, to)) {
            malformed("field value: a control character, or space around it");
        } else {
            KnownField known = KnownField.of(n, nameStart, name.length());
            if (known == KnownField.OTHER || known(known, value, v, from, to)) {
                fields.add(n, nameStart, name.length(), v, from, value.length());
            }
        }
    }

    /** Looks at a field that means something to the codec, and says whether it stays among the fields. */
    private boolean known(KnownField known, AsciiString value, byte[] v, int from, int to) {
        if (known.isSingle() && !seen.add(known) && (request || known == KnownField.CONTENT_LENGTH)) {
            fault = Fault.bad("field: a second " + known + " where one is allowed");
            return false;
        }
        switch (known) {
            case HOST -> {
                host = value;
                return false;
            }
            case CONTENT_LENGTH -> {
                contentLength = Octets.decimal(v, from, to);
                if (contentLength < 0) {
                    malformed("content-length: expected one decimal number");
                }
            }
            case TE -> {
                if (!Octets.equalsIgnoreCase(v, from, to, "trailers")) {
                    malformed("te: only trailers is allowed");
                }
            }
            case EXPECT -> {
                if (request && !Octets.equalsIgnoreCase(v, from, to, "100-continue")) {
                    fault = new Fault(Refusal.EXPECTATION_UNKNOWN, "expect: only 100-continue is known");
                }
            }
            case COOKIE -> cookies++;
            default -> {
                if (known.isHopByHop()) {
                    malformed("field: " + known + " has no place in HTTP/2");
                }
            }
        }
        return true;
    }

    private boolean isName(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (Octets.tokenLower(b) != b || b == 0) {
                return false;
            }
            if (b == '_' && !limits.underscoresAllowed()) {
                fault = Fault.bad("field name: with an underscore, which endpoints mistake for a hyphen");
            }
        }
        return true;
    }

    private static boolean isValue(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!Octets.inFieldValue(bytes[i])) {
                return false;
            }
        }
        return from == to || (!isSpace(bytes[from]) && !isSpace(bytes[to - 1]));
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t';
    }

    private void malformed(String detail) {
        malformed = true;
        fault = Fault.bad(detail);
    }

    /** What is wrong, or null. */
    @Nullable
    Fault fault() {
        return fault;
    }

    /** Whether that makes the stream one to be reset (RFC 9113, section 8.1.1), not one to be answered. */
    boolean isMalformed() {
        return malformed;
    }

    /** The fields; cookies in one, as other versions of HTTP want them (RFC 9113, section 8.2.3). */
    HeaderFields fields() {
        if (cookies > 1) {
            joinCookies();
            cookies = 1;
        }
        return fields;
    }

    private void joinCookies() {
        HeaderName name = HeaderName.of("cookie");
        StringBuilder joined = new StringBuilder();
        for (int i = fields.indexOf(name, 0); i >= 0; i = fields.indexOf(name, i + 1)) {
            joined.append(joined.isEmpty() ? "" : "; ").append(fields.value(i));
        }
        fields.set(name, joined.toString());
    }

    /** The fields that may be passed on when this is a block of trailers. */
    HeaderFields trailers() {
        for (int i = fields.size() - 1; i >= 0; i--) {
            KnownField known = KnownField.of(fields.array(), fields.nameStart(i), fields.nameLength(i));
            String name = fields.name(i);
            if (known != KnownField.OTHER || (HopByHop.isProtected(name) && !name.startsWith("grpc-"))) {
                fields.removeAt(i);
            }
        }
        return fields;
    }

    /** Whether there is any pseudo-field, which trailers must not have. */
    boolean hasPseudo() {
        return method != null
                || scheme != null
                || authority != null
                || path != null
                || protocol != null
                || status != null;
    }

    long contentLength() {
        return contentLength;
    }

    @Nullable
    AsciiString host() {
        return host;
    }

    @Nullable
    AsciiString protocol() {
        return protocol;
    }

    @Override
    public @Nullable AsciiString method() {
        return method;
    }

    @Override
    public @Nullable AsciiString scheme() {
        return scheme;
    }

    @Override
    public @Nullable AsciiString authority() {
        return authority;
    }

    @Override
    public @Nullable AsciiString path() {
        return path;
    }

    @Override
    public @Nullable AsciiString status() {
        return status;
    }

    @Override
    public int size() {
        return lines;
    }

    @Override
    public Http2Headers method(CharSequence value) {
        return add(PseudoHeaderName.METHOD.value(), value);
    }

    @Override
    public Http2Headers scheme(CharSequence value) {
        return add(PseudoHeaderName.SCHEME.value(), value);
    }

    @Override
    public Http2Headers authority(CharSequence value) {
        return add(PseudoHeaderName.AUTHORITY.value(), value);
    }

    @Override
    public Http2Headers path(CharSequence value) {
        return add(PseudoHeaderName.PATH.value(), value);
    }

    @Override
    public Http2Headers status(CharSequence value) {
        return add(PseudoHeaderName.STATUS.value(), value);
    }

    @Override
    public boolean contains(CharSequence name, CharSequence value, boolean caseInsensitive) {
        return false;
    }
}
