package io.bridgehead.model;

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
    private static final HexFormat HEX = HexFormat.of();

    /** Reads a {@code traceparent} value; null when it is absent or not well-formed, as the standard asks. */
    public static @Nullable TraceContext parse(@Nullable String text) {
        if (text == null || text.length() < CHARACTERS || text.startsWith("ff") || !wellFormed(text)) {
            return null;
        }
        long high = HexFormat.fromHexDigitsToLong(text, 3, 19);
        long low = HexFormat.fromHexDigitsToLong(text, 19, 35);
        long span = HexFormat.fromHexDigitsToLong(text, 36, 52);
        boolean sampled = (HexFormat.fromHexDigits(text, 53, 55) & 1) != 0;
        return (high | low) == 0 || span == 0 ? null : new TraceContext(high, low, span, sampled);
    }

    private static boolean wellFormed(String text) {
        boolean version0 = text.startsWith("00");
        if (version0 ? text.length() != CHARACTERS : (text.length() > CHARACTERS && text.charAt(CHARACTERS) != '-')) {
            return false;
        }
        for (int i = 0; i < CHARACTERS; i++) {
            char c = text.charAt(i);
            boolean dash = i == 2 || i == 35 || i == 52;
            boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            if (dash ? c != '-' : !hex) {
                return false;
            }
        }
        return true;
    }

    /** The same trace with another span. */
    public TraceContext withSpan(long otherSpanId) {
        return new TraceContext(traceIdHigh, traceIdLow, otherSpanId, sampled);
    }

    /** The trace id as 32 hexadecimal digits. */
    public String traceId() {
        return HEX.toHexDigits(traceIdHigh) + HEX.toHexDigits(traceIdLow);
    }

    /** The span id as 16 hexadecimal digits. */
    public String spanIdText() {
        return HEX.toHexDigits(spanId);
    }

    /** The {@code traceparent} value. */
    @Override
    public String toString() {
        return "00-" + traceId() + "-" + spanIdText() + (sampled ? "-01" : "-00");
    }
}
