package io.bridgehead.wire.http1;

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
import org.jspecify.annotations.Nullable;

/**
 * Reads the field lines of one head after another (RFC 9112, section 5) and keeps what they say about framing and the
 * connection.
 * Names are put into lower case in place; hop-by-hop fields and Host do not become fields of the message.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class FieldLines {
    private final WireLimits limits;
    private final boolean request;
    private final HopByHop hopByHop = HopByHop.none();
    private HeaderFields fields = new HeaderFields();
    private byte[] bytes = new byte[0];
    private int seen;
    private long contentLength;
    private boolean chunked;
    private boolean trailersWanted;
    private boolean expectContinue;
    private boolean webSocket;
    private int hostStart;
    private int hostEnd;
    private int lines;

    FieldLines(WireLimits limits, boolean request) {
        this.limits = limits;
        this.request = request;
    }

    /**
     * Reads lines from {@code from} to the empty line.
     *
     * @param head ends with that empty line at {@code end}; taken over by the resulting fields, which may use the
     *     rest of it for more
     * @return why the head is refused, or null
     */
    @Nullable
    Fault read(byte[] head, int from, int end) {
        clear(head, end);
        int at = from;
        while (head[at] != '\r' || head[at + 1] != '\n' || at + 2 != end) {
            int nameStart = at;
            boolean underscore = false;
            for (byte lower = Octets.tokenLower(head[at]); lower != 0; lower = Octets.tokenLower(head[at])) {
                underscore |= lower == '_';
                head[at++] = lower;
            }
            if (at == nameStart || head[at] != ':') {
                return Fault.bad("field line: expected a name, a colon right behind it, and no folded lines");
            }
            int nameEnd = at++;
            while (isSpace(head[at])) {
                at++;
            }
            int valueStart = at;
            while (Octets.inFieldValue(head[at])) {
                at++;
            }
            if (head[at] != '\r' || head[at + 1] != '\n') {
                return Fault.bad("field value: a control character, or a line that does not end with CR LF");
            }
            int valueEnd = at;
            while (valueEnd > valueStart && isSpace(head[valueEnd - 1])) {
                valueEnd--;
            }
            if (underscore && !limits.underscoresAllowed()) {
                return Fault.bad("field name: with an underscore, which endpoints mistake for a hyphen");
            }
            Fault fault = line(nameStart, nameEnd, valueStart, valueEnd);
            if (fault != null) {
                return fault;
            }
            at += 2;
        }
        return finish();
    }

    private @Nullable Fault line(int nameStart, int nameEnd, int valueStart, int valueEnd) {
        if (++lines > limits.fieldsMax()) {
            return new Fault(Refusal.HEAD_TOO_LARGE, "head: more than " + limits.fieldsMax() + " field lines");
        }
        KnownField known = KnownField.of(bytes, nameStart, nameEnd - nameStart);
        if (known == KnownField.OTHER) {
            fields.addSlice(nameStart, nameEnd - nameStart, valueStart, valueEnd - valueStart);
            return null;
        }
        if (known.isSingle() && isSecond(known) && (request || known == KnownField.CONTENT_LENGTH)) {
            return Fault.bad("field: a second " + known + " where one is allowed");
        }
        return known(known, nameStart, nameEnd, valueStart, valueEnd);
    }

    private boolean isSecond(KnownField known) {
        boolean second = (seen & known.bit()) != 0;
        seen |= known.bit();
        return second;
    }

    private @Nullable Fault known(KnownField known, int nameStart, int nameEnd, int valueStart, int valueEnd) {
        switch (known) {
            case HOST -> {
                hostStart = valueStart;
                hostEnd = valueEnd;
                return null;
            }
            case CONNECTION -> {
                return hopByHop.read(bytes, valueStart, valueEnd)
                        ? null
                        : Fault.bad("connection: expected a few tokens");
            }
            case TRANSFER_ENCODING -> {
                if (chunked || !Octets.equalsIgnoreCase(bytes, valueStart, valueEnd, "chunked")) {
                    return Fault.bad("transfer-encoding: expected chunked, once");
                }
                chunked = true;
                return null;
            }
            case CONTENT_LENGTH -> {
                contentLength = Octets.decimal(bytes, valueStart, valueEnd);
                if (contentLength < 0) {
                    return Fault.bad("content-length: expected one decimal number");
                }
            }
            case TE -> {
                trailersWanted |= Octets.equalsIgnoreCase(bytes, valueStart, valueEnd, "trailers");
                return null;
            }
            case EXPECT -> {
                if (request && !Octets.equalsIgnoreCase(bytes, valueStart, valueEnd, "100-continue")) {
                    return new Fault(Refusal.EXPECTATION_UNKNOWN, "expect: only 100-continue is known");
                }
                expectContinue = request;
            }
            case UPGRADE -> {
                seen |= known.bit();
                webSocket |= WebSocketHandshake.isNamed(bytes, valueStart, valueEnd);
                return null;
            }
            default -> {
                if (known.isHopByHop()) {
                    seen |= known.bit();
                    return null;
                }
            }
        }
        fields.addSlice(nameStart, nameEnd - nameStart, valueStart, valueEnd - valueStart);
        return null;
    }

    private @Nullable Fault finish() {
        if (chunked && contentLength >= 0) {
            return Fault.bad("content-length beside transfer-encoding");
        }
        hopByHop.removeNamed(fields);
        if (trailersWanted) {
            fields.add(HeaderName.TE, "trailers");
        }
        return null;
    }

    private void clear(byte[] head, int end) {
        bytes = head;
        fields = new HeaderFields(head, end);
        seen = 0;
        hopByHop.clear();
        contentLength = -1;
        chunked = false;
        trailersWanted = false;
        expectContinue = false;
        webSocket = false;
        hostStart = 0;
        hostEnd = 0;
        lines = 0;
    }

    /** The fields of the message. */
    HeaderFields fields() {
        return fields;
    }

    /**
     * The fields that may be passed on when these lines are trailers: nothing that framing, routing or policy relied
     * on (RFC 9110, section 6.5.1).
     */
    HeaderFields trailers() {
        HeaderFields trailers = fields;
        for (int i = trailers.size() - 1; i >= 0; i--) {
            KnownField known = KnownField.of(trailers.array(), trailers.nameStart(i), trailers.nameLength(i));
            String name = trailers.name(i);
            if (known != KnownField.OTHER || (HopByHop.isProtected(name) && !name.startsWith("grpc-"))) {
                trailers.removeAt(i);
            }
        }
        return trailers;
    }

    /** What Connection fields said. */
    HopByHop hopByHop() {
        return hopByHop;
    }

    /** The value of Content-Length, or -1. */
    long contentLength() {
        return contentLength;
    }

    /** Whether the body is chunked. */
    boolean chunked() {
        return chunked;
    }

    /** Whether the sender waits for a 100 before it sends the body. */
    boolean expectContinue() {
        return expectContinue;
    }

    /** Whether a protocol change is asked for. */
    boolean upgrade() {
        return hopByHop.upgrade() && (seen & KnownField.UPGRADE.bit()) != 0;
    }

    /** Whether WebSocket is among the protocols that {@link #upgrade} is about. */
    boolean webSocket() {
        return webSocket && upgrade();
    }

    /** Whether there was a Host field. */
    boolean hasHost() {
        return (seen & KnownField.HOST.bit()) != 0;
    }

    int hostStart() {
        return hostStart;
    }

    int hostEnd() {
        return hostEnd;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t';
    }
}
