package io.bridgehead.model;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The identity of one span as W3C Trace Context (level 1, section 3.2) hands it on.
 *
 * @param traceIdHigh the first half of the trace id
 * @param traceIdLow the second half; both halves are never zero together
 * @param spanId never zero
 * @param sampled whether the spans of this trace are recorded
 */
public record TraceContext(long traceIdHigh, long traceIdLow, long spanId, boolean sampled) {
    private static final int CHARACTERS = 55;
    private static final int TRACE_AT = 3;
    private static final int SPAN_AT = 36;
    private static final int FLAGS_AT = 53;
    private static final HexFormat HEX = HexFormat.of();

    /** Reads a {@code traceparent} value; null when it is absent or not well-formed, as the standard asks. */
    public static @Nullable TraceContext parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return parse(bytes, 0, bytes.length);
    }

    /** Reads a {@code traceparent} value where it stands. */
    public static @Nullable TraceContext parse(byte[] text, int start, int length) {
        if (length < CHARACTERS || !isWellFormed(text, start, length)) {
            return null;
        }
        long high = HexDigits.read(text, start + TRACE_AT, HexDigits.LENGTH);
        long low = HexDigits.read(text, start + TRACE_AT + HexDigits.LENGTH, HexDigits.LENGTH);
        long span = HexDigits.read(text, start + SPAN_AT, HexDigits.LENGTH);
        boolean sampled = (HexDigits.read(text, start + FLAGS_AT, 2) & 1) != 0;
        return (high | low) == 0 || span == 0 ? null : new TraceContext(high, low, span, sampled);
    }

    /** Version 0 has no more than this; later ones may, behind another dash; there is no version ff. */
    private static boolean isWellFormed(byte[] text, int start, int length) {
        boolean version0 = text[start] == '0' && text[start + 1] == '0';
        boolean versionMissing = text[start] == 'f' && text[start + 1] == 'f';
        boolean longer = length > CHARACTERS;
        return !versionMissing
                && (version0 ? !longer : !longer || text[start + CHARACTERS] == '-')
                && text[start + 2] == '-'
                && text[start + SPAN_AT - 1] == '-'
                && text[start + FLAGS_AT - 1] == '-'
                && HexDigits.are(text, start, 2)
                && HexDigits.are(text, start + TRACE_AT, 2 * HexDigits.LENGTH)
                && HexDigits.are(text, start + SPAN_AT, HexDigits.LENGTH)
                && HexDigits.are(text, start + FLAGS_AT, 2);
    }

    /** The same trace with another span. */
    public TraceContext withSpan(long otherSpanId) {
        return new TraceContext(traceIdHigh, traceIdLow, otherSpanId, sampled);
    }

    /** The same with another decision on recording. */
    public TraceContext withSampled(boolean decision) {
        return decision == sampled ? this : new TraceContext(traceIdHigh, traceIdLow, spanId, decision);
    }

    /** Writes the 32 digits of the trace id. */
    void putTraceId(byte[] to, int at) {
        HexDigits.put(to, at, traceIdHigh);
        HexDigits.put(to, at + HexDigits.LENGTH, traceIdLow);
    }

    /** The trace id as 32 hexadecimal digits. */
    public String traceId() {
        return HEX.toHexDigits(traceIdHigh) + HEX.toHexDigits(traceIdLow);
    }

    /** The span id as 16 hexadecimal digits. */
    public String spanIdText() {
        return HEX.toHexDigits(spanId);
    }

    /** The {@code traceparent} value of another span of this trace. */
    public byte[] traceparent(long otherSpanId) {
        byte[] text = new byte[CHARACTERS];
        text[0] = '0';
        text[1] = '0';
        text[2] = '-';
        HexDigits.put(text, TRACE_AT, traceIdHigh);
        HexDigits.put(text, TRACE_AT + HexDigits.LENGTH, traceIdLow);
        text[SPAN_AT - 1] = '-';
        HexDigits.put(text, SPAN_AT, otherSpanId);
        text[FLAGS_AT - 1] = '-';
        text[FLAGS_AT] = '0';
        text[FLAGS_AT + 1] = (byte) (sampled ? '1' : '0');
        return text;
    }

    /** The {@code traceparent} value. */
    @Override
    public String toString() {
        return new String(traceparent(spanId), StandardCharsets.ISO_8859_1);
    }
}
