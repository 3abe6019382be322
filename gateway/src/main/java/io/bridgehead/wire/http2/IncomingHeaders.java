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
import io.bridgehead.wire.guard.NameTable;
import io.bridgehead.wire.guard.Octets;
import io.bridgehead.wire.hpack.FieldSink;
import io.bridgehead.wire.hpack.TableEntry;
import io.netty.handler.codec.EmptyHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A head as HPACK decodes it, field by field into the flat form. What is malformed (RFC 9113, section 8.2) is
 * remembered and not thrown, so that
 * decoding goes on and both sides' tables stay equal.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class IncomingHeaders extends EmptyHeaders<CharSequence, CharSequence, Http2Headers>
        implements Http2Headers, FieldSink {
    static final int METHOD = 0;
    static final int PATH = 1;
    static final int SCHEME = 2;
    static final int AUTHORITY = 3;
    static final int PROTOCOL = 4;
    static final int STATUS = 5;
    /** Not a pseudo-field, but where it is kept is the same. */
    static final int HOST = 6;

    private static final NameTable PSEUDO =
            new NameTable(List.of(":method", ":path", ":scheme", ":authority", ":protocol", ":status"));
    private static final int PSEUDO_COUNT = 6;
    private static final int STATUS_LENGTH = 3;

    private final WireLimits limits;
    private final boolean request;
    private final HeaderFields fields;
    private final int[] starts = new int[PSEUDO_COUNT + 1];
    private final int[] lengths = new int[PSEUDO_COUNT + 1];
    private int present;
    private int seen;
    private @Nullable Fault fault;
    private boolean malformed;
    private boolean regularSeen;
    private int cookies;
    private int lines;
    private long contentLength = -1;

    /** @param fields empty, over the array that the block stands in */
    IncomingHeaders(WireLimits limits, boolean request, HeaderFields fields) {
        this.limits = limits;
        this.request = request;
        this.fields = fields;
    }

    @Override
    public void onEntry(TableEntry entry) {
        if (fault != null) {
            return;
        }
        byte[] text = entry.text();
        int nameLength = entry.nameLength();
        if (entry.isPseudo()) {
            int valueStart = fields.append(text, nameLength, text.length - nameLength);
            pseudo(PSEUDO.find(text, 0, nameLength), valueStart, text.length - nameLength);
        } else if (admit(entry.isNameGood(), entry.hasUnderscore(), entry.isValueGood())) {
            int start = fields.append(text, 0, text.length);
            field(entry.known(), start, nameLength, start + nameLength, text.length - nameLength);
        }
    }

    @Override
    public void onField(int nameStart, int nameLength, int valueStart, int valueLength) {
        if (fault != null) {
            return;
        }
        byte[] array = fields.array();
        if (nameLength > 0 && array[nameStart] == ':') {
            pseudo(PSEUDO.find(array, nameStart, nameLength), valueStart, valueLength);
            return;
        }
        boolean underscore = false;
        boolean good = nameLength > 0;
        for (int i = nameStart; i < nameStart + nameLength; i++) {
            byte b = array[i];
            good &= b != 0 && Octets.tokenLower(b) == b;
            underscore |= b == '_';
        }
        if (admit(good, underscore, Octets.isFieldValue(array, valueStart, valueStart + valueLength))) {
            KnownField known = KnownField.of(array, nameStart, nameLength);
            field(known, nameStart, nameLength, valueStart, valueLength);
        }
    }

    private void pseudo(int place, int valueStart, int valueLength) {
        if (regularSeen) {
            malformed("pseudo-field: behind a field");
        } else if (place < 0 || request == (place == STATUS) || has(place)) {
            malformed("pseudo-field: unknown or repeated");
        } else {
            keep(place, valueStart, valueLength);
        }
    }

    private void keep(int place, int start, int length) {
        present |= 1 << place;
        starts[place] = start;
        lengths[place] = length;
    }

    /** Looks at what is wrong with a field by itself, and says whether it is none of that. */
    private boolean admit(boolean nameGood, boolean underscore, boolean valueGood) {
        regularSeen = true;
        if (++lines > limits.fieldsMax()) {
            fault = new Fault(Refusal.HEAD_TOO_LARGE, "head: more than " + limits.fieldsMax() + " fields");
        } else if (!nameGood) {
            malformed("field name: expected a token in lower case");
        } else if (underscore && !limits.underscoresAllowed()) {
            fault = Fault.bad("field name: with an underscore, which endpoints mistake for a hyphen");
        } else if (!valueGood) {
            malformed("field value: a control character, or space around it");
        }
        return fault == null;
    }

    private void field(KnownField known, int nameStart, int nameLength, int valueStart, int valueLength) {
        if (known == KnownField.OTHER || known(known, valueStart, valueStart + valueLength)) {
            fields.addSlice(nameStart, nameLength, valueStart, valueLength);
        }
    }

    /** Looks at a field that means something to the codec, and says whether it stays among the fields. */
    private boolean known(KnownField known, int from, int to) {
        byte[] v = fields.array();
        if (known.isSingle() && isSecond(known) && (request || known == KnownField.CONTENT_LENGTH)) {
            fault = Fault.bad("field: a second " + known + " where one is allowed");
            return false;
        }
        switch (known) {
            case HOST -> {
                keep(HOST, from, to - from);
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

    private boolean isSecond(KnownField known) {
        boolean second = (seen & known.bit()) != 0;
        seen |= known.bit();
        return second;
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
        return (present & (1 << PSEUDO_COUNT) - 1) != 0;
    }

    /** Whether a pseudo-field, or Host, is there. */
    boolean has(int place) {
        return (present & 1 << place) != 0;
    }

    /** Where the value of one that is there starts in {@link #array}. */
    int start(int place) {
        return starts[place];
    }

    /** How long the value of one is; 0 when it is not there. */
    int length(int place) {
        return lengths[place];
    }

    /** What the values stand in. */
    byte[] array() {
        return fields.array();
    }

    long contentLength() {
        return contentLength;
    }

    /** The status of a response, or -1. */
    int statusCode() {
        return lengths[STATUS] == STATUS_LENGTH
                ? (int) Octets.decimal(array(), starts[STATUS], starts[STATUS] + STATUS_LENGTH)
                : -1;
    }

    /** The status as Netty looks at it, which only wants to know its class. */
    @Override
    public @Nullable AsciiString status() {
        int code = has(STATUS) ? statusCode() : -1;
        return code < 0 ? null : OutgoingHeaders.text(code);
    }

    @Override
    public @Nullable CharSequence method() {
        return value(METHOD);
    }

    @Override
    public @Nullable CharSequence scheme() {
        return value(SCHEME);
    }

    @Override
    public @Nullable CharSequence authority() {
        return value(AUTHORITY);
    }

    @Override
    public @Nullable CharSequence path() {
        return value(PATH);
    }

    private @Nullable CharSequence value(int place) {
        return has(place) ? new AsciiString(array(), starts[place], lengths[place], false) : null;
    }

    @Override
    public int size() {
        return lines;
    }

    @Override
    public Http2Headers method(CharSequence value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Http2Headers scheme(CharSequence value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Http2Headers authority(CharSequence value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Http2Headers path(CharSequence value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Http2Headers status(CharSequence value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean contains(CharSequence name, CharSequence value, boolean caseInsensitive) {
        return false;
    }
}
