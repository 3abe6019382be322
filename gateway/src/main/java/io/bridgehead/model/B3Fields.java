package io.bridgehead.model;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Trace context in B3's two forms, as the openzipkin/b3-propagation specification has them: {@code b3:
 * TRACE-SPAN[-STATE[-PARENT]]} or {@code b3: STATE}, and {@code X-B3-TraceId}, {@code -SpanId}, {@code -ParentSpanId}, {@code -Sampled} and
 * {@code -Flags}. Trace ids have 16 or 32 digits when they are read, and 32 when they are written. What is malformed counts as absent.
 */
public final class B3Fields {
    /** All in one. */
    public static final HeaderName SINGLE = HeaderName.of("b3");

    private static final HeaderName TRACE_ID = HeaderName.of("x-b3-traceid");
    private static final HeaderName SPAN_ID = HeaderName.of("x-b3-spanid");
    private static final HeaderName PARENT_SPAN_ID = HeaderName.of("x-b3-parentspanid");
    private static final HeaderName SAMPLED = HeaderName.of("x-b3-sampled");
    private static final HeaderName FLAGS = HeaderName.of("x-b3-flags");

    private static final byte[] ONE = {'1'};
    private static final byte[] ZERO = {'0'};
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final int SPAN = HexDigits.LENGTH;
    private static final int TRACE = 2 * HexDigits.LENGTH;

    private B3Fields() {}

    /** What the sender says of recording. */
    public enum Decision {
        /** Nothing: whoever reads it decides. */
        LEFT,
        /** Not to be recorded. */
        DENY,
        /** To be recorded. */
        ACCEPT,
        /** To be recorded by everybody, whatever they do otherwise. */
        DEBUG
    }

    /**
     * What a request said.
     *
     * @param parent the sender's span; null when only a decision was sent. It is sampled when the decision is to record
     */
    public record Received(@Nullable TraceContext parent, Decision decision) {
        private static Received of(long high, long low, long span, Decision decision) {
            boolean sampled = decision == Decision.ACCEPT || decision == Decision.DEBUG;
            return new Received(new TraceContext(high, low, span, sampled), decision);
        }
    }

    /** Reads the single form, or else the other; null when neither is there as it should be. */
    public static @Nullable Received read(HeaderFields fields) {
        int at = fields.indexOf(SINGLE, 0);
        Received single = at < 0 ? null : single(fields.array(), fields.valueStart(at), fields.valueLength(at));
        return single != null ? single : several(fields);
    }

    /** Reads the value of {@code b3} where it stands; null when it is not well-formed. */
    public static @Nullable Received single(byte[] text, int start, int length) {
        if (length == 1) {
            Decision alone = state(text[start]);
            return alone == null ? null : new Received(null, alone);
        }
        int trace = length > TRACE && text[start + TRACE] == '-' ? TRACE : SPAN;
        int ids = trace + 1 + SPAN;
        if (length < ids || text[start + trace] != '-' || !HexDigits.are(text, start + trace + 1, SPAN)) {
            return null;
        }
        Decision decision = Decision.LEFT;
        if (length > ids) {
            Decision said = length >= ids + 2 && text[start + ids] == '-' ? state(text[start + ids + 1]) : null;
            boolean parent = length == ids + 3 + SPAN
                    && text[start + ids + 2] == '-'
                    && HexDigits.are(text, start + ids + 3, SPAN);
            if (said == null || (length != ids + 2 && !parent)) {
                return null;
            }
            decision = said;
        }
        return ids(text, start, trace, HexDigits.read(text, start + trace + 1, SPAN), decision);
    }

    private static @Nullable Received several(HeaderFields fields) {
        Decision decision = severalState(fields);
        int trace = fields.indexOf(TRACE_ID, 0);
        int span = fields.indexOf(SPAN_ID, 0);
        if (trace < 0 && span < 0) {
            return decision == Decision.LEFT ? null : new Received(null, decision);
        }
        if (trace < 0 || span < 0 || fields.valueLength(span) != SPAN) {
            return null;
        }
        int length = fields.valueLength(trace);
        byte[] text = fields.array();
        int spanAt = fields.valueStart(span);
        return (length == SPAN || length == TRACE) && HexDigits.are(text, spanAt, SPAN)
                ? ids(text, fields.valueStart(trace), length, HexDigits.read(text, spanAt, SPAN), decision)
                : null;
    }

    private static Decision severalState(HeaderFields fields) {
        int flags = fields.indexOf(FLAGS, 0);
        if (flags >= 0 && fields.valueIs(flags, ONE)) {
            return Decision.DEBUG;
        }
        int sampled = fields.indexOf(SAMPLED, 0);
        if (sampled < 0) {
            return Decision.LEFT;
        }
        if (fields.valueIs(sampled, ONE) || fields.valueIs(sampled, TRUE)) {
            return Decision.ACCEPT;
        }
        return fields.valueIs(sampled, ZERO) || fields.valueIs(sampled, FALSE) ? Decision.DENY : Decision.LEFT;
    }

    private static @Nullable Received ids(byte[] text, int at, int length, long span, Decision decision) {
        if (!HexDigits.are(text, at, length)) {
            return null;
        }
        long high = length == TRACE ? HexDigits.read(text, at, SPAN) : 0;
        long low = HexDigits.read(text, at + length - SPAN, SPAN);
        return (high | low) == 0 || span == 0 ? null : Received.of(high, low, span, decision);
    }

    private static @Nullable Decision state(byte character) {
        return switch (character) {
            case '0' -> Decision.DENY;
            case '1' -> Decision.ACCEPT;
            case 'd' -> Decision.DEBUG;
            default -> null;
        };
    }

    /**
     * Says in the single form to which span a request belongs.
     *
     * @param spanId the sender's span
     * @param parentSpanId the parent of that; 0 for none
     * @param debug whether everybody is to record it
     */
    public static void putSingle(
            HeaderFields fields, TraceContext trace, long spanId, long parentSpanId, boolean debug) {
        byte[] text = new byte[TRACE + 1 + SPAN + 2 + (parentSpanId == 0 ? 0 : 1 + SPAN)];
        trace.putTraceId(text, 0);
        text[TRACE] = '-';
        HexDigits.put(text, TRACE + 1, spanId);
        int at = TRACE + 1 + SPAN;
        text[at] = '-';
        text[at + 1] = (byte) (debug ? 'd' : trace.sampled() ? '1' : '0');
        if (parentSpanId != 0) {
            text[at + 2] = '-';
            HexDigits.put(text, at + 3, parentSpanId);
        }
        fields.set(SINGLE, text);
    }

    /** Says the same in fields of their own. */
    public static void putSeveral(
            HeaderFields fields, TraceContext trace, long spanId, long parentSpanId, boolean debug) {
        byte[] traceId = new byte[TRACE];
        trace.putTraceId(traceId, 0);
        fields.set(TRACE_ID, traceId);
        byte[] id = new byte[SPAN];
        HexDigits.put(id, 0, spanId);
        fields.set(SPAN_ID, id);
        if (parentSpanId == 0) {
            fields.removeAll(PARENT_SPAN_ID);
        } else {
            HexDigits.put(id, 0, parentSpanId);
            fields.set(PARENT_SPAN_ID, id);
        }
        if (debug) {
            fields.removeAll(SAMPLED);
            fields.set(FLAGS, ONE);
        } else {
            fields.removeAll(FLAGS);
            fields.set(SAMPLED, trace.sampled() ? ONE : ZERO);
        }
    }

    /** Removes the form with several fields. */
    public static void removeSeveral(HeaderFields fields) {
        fields.removeAll(TRACE_ID);
        fields.removeAll(SPAN_ID);
        fields.removeAll(PARENT_SPAN_ID);
        fields.removeAll(SAMPLED);
        fields.removeAll(FLAGS);
    }
}
