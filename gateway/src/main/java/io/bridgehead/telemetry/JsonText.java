package io.bridgehead.telemetry;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;

/** Writes one JSON object on one line (RFC 8259) with typed values; control characters never stand raw in it. */
@OwnedBy(Owner.CONFINED)
final class JsonText implements Facts {
    private final StringBuilder text = new StringBuilder(512).append('{');
    private boolean empty = true;

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
        return text.append('}').toString();
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
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || Character.isSurrogate(c)) {
                        escape(c);
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }

    private void escape(char c) {
        text.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            text.append(Character.forDigit((c >> shift) & 0xf, 16));
        }
    }
}
