package io.bridgehead.telemetry;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;

/** Writes one JSON object on one line (RFC 8259) with typed values; control characters never stand raw in it. */
@OwnedBy(Owner.CONFINED)
final class JsonText implements Facts {
    private static final int USUAL = 512;

    private final StringBuilder text;
    private boolean empty = true;

    JsonText() {
        this(new StringBuilder(USUAL));
    }

    /** @param text behind what it holds the object is written, until {@link #end} */
    JsonText(StringBuilder text) {
        this.text = text.append('{');
    }

    @Override
    public JsonText add(String name, String value) {
        name(name);
        quote(value);
        return this;
    }

    @Override
    public JsonText add(String name, long value) {
        name(name);
        text.append(value);
        return this;
    }

    @Override
    public JsonText add(String name, double value) {
        name(name);
        text.append(value);
        return this;
    }

    JsonText add(String name, boolean value) {
        name(name);
        text.append(value);
        return this;
    }

    /** The object, closed, without a line end. */
    String close() {
        end();
        return text.toString();
    }

    /** Closes the object. */
    void end() {
        text.append('}');
    }

    private void name(String name) {
        if (!empty) {
            text.append(',');
        }
        empty = false;
        quote(name);
        text.append(':');
    }

    private void quote(String value) {
        text.append('"');
        int plain = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (isPlain(c)) {
                continue;
            }
            text.append(value, plain, i);
            plain = i + 1;
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> escape(c);
            }
        }
        text.append(value, plain, value.length()).append('"');
    }

    private static boolean isPlain(char c) {
        if (c < 0x7f) {
            return c >= 0x20 && c != '"' && c != '\\';
        }
        return c >= 0xa0 && c != 0x2028 && c != 0x2029 && !Character.isSurrogate(c);
    }

    private void escape(char c) {
        text.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            text.append(Character.forDigit((c >> shift) & 0xf, 16));
        }
    }
}
