package io.bridgehead.wire.hpack;

import io.bridgehead.wire.guard.KnownField;
import io.bridgehead.wire.guard.Octets;
import java.nio.charset.StandardCharsets;

/** One entry of a compression table: a name with a value, and what has been found out about them once and for all their uses. */
public final class TableEntry {
    /** What the table counts for an entry beside its text (RFC 7541, section 4.1). */
    static final int OVERHEAD = 32;

    private static final int NAME_GOOD = 1;
    private static final int NAME_UNDERSCORE = 2;
    private static final int VALUE_GOOD = 4;

    private final byte[] text;
    private final int nameLength;
    private final KnownField known;
    private final int marks;

    /** @param text the name and right behind it the value; taken over */
    TableEntry(byte[] text, int nameLength) {
        this.text = text;
        this.nameLength = nameLength;
        this.known = KnownField.of(text, 0, nameLength);
        this.marks = nameMarks(text, 0, nameLength) | valueMarks(text, nameLength, text.length);
    }

    static TableEntry of(String name, String value) {
        return new TableEntry((name + value).getBytes(StandardCharsets.US_ASCII), name.length());
    }

    /** Name and value, one behind the other; not to be changed. */
    public byte[] text() {
        return text;
    }

    /** How much of the text is the name. */
    public int nameLength() {
        return nameLength;
    }

    /** Which field the name is of. */
    public KnownField known() {
        return known;
    }

    /** Whether this is a pseudo-field. */
    public boolean isPseudo() {
        return nameLength > 0 && text[0] == ':';
    }

    /** Whether the name is a token in lower case. */
    public boolean isNameGood() {
        return (marks & NAME_GOOD) != 0;
    }

    /** Whether the name has an underscore. */
    public boolean hasUnderscore() {
        return (marks & NAME_UNDERSCORE) != 0;
    }

    /** Whether the value has neither control characters nor space around it (RFC 9113, section 8.2.1). */
    public boolean isValueGood() {
        return (marks & VALUE_GOOD) != 0;
    }

    int size() {
        return text.length + OVERHEAD;
    }

    private static int nameMarks(byte[] bytes, int from, int to) {
        int found = to > from ? NAME_GOOD : 0;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == 0 || Octets.tokenLower(b) != b) {
                found &= ~NAME_GOOD;
            }
            if (b == '_') {
                found |= NAME_UNDERSCORE;
            }
        }
        return found;
    }

    private static int valueMarks(byte[] bytes, int from, int to) {
        return Octets.isFieldValue(bytes, from, to) ? VALUE_GOOD : 0;
    }
}
