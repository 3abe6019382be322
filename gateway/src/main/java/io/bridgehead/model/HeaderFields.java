package io.bridgehead.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Field lines of a message in order: one byte array that holds all names (lower case) and values, and four numbers a
 * line that say where. A codec copies a head once and points into the copy; nothing is made per field until asked for.
 *
 * <p><b>Limits</b>: whoever reads from outside bounds the number of fields and bytes before adding; this class grows
 * as told.
 * Values are ISO-8859-1 as on the wire.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class HeaderFields {
    private static final int NUMBERS_PER_FIELD = 4;
    private static final int NAME_START = 0;
    private static final int NAME_LENGTH = 1;
    private static final int VALUE_START = 2;
    private static final int VALUE_LENGTH = 3;
    private static final int FIELDS_AT_FIRST = 20;
    private static final byte DELETE = 0x7f;
    private static final byte[] NOTHING = new byte[0];

    private byte[] bytes;
    private int used;
    private int[] where;
    private int count;
    /** One bit for each length that a name has or had, modulo 64: most names that are asked for are not there. */
    private long nameLengths;

    /** No fields yet. */
    public HeaderFields() {
        this(NOTHING, 0);
    }

    /** No fields yet, over an array that holds their text already; see {@link #addSlice}. The array is taken over. */
    public HeaderFields(byte[] bytes, int used) {
        this.bytes = bytes;
        this.used = used;
        this.where = new int[FIELDS_AT_FIRST * NUMBERS_PER_FIELD];
    }

    /** Adds a field whose name (in lower case) and value stand in the array given to the constructor. */
    public void addSlice(int nameStart, int nameLength, int valueStart, int valueLength) {
        int at = count * NUMBERS_PER_FIELD;
        if (at == where.length) {
            where = Arrays.copyOf(where, where.length * 2);
        }
        nameLengths |= 1L << nameLength;
        where[at + NAME_START] = nameStart;
        where[at + NAME_LENGTH] = nameLength;
        where[at + VALUE_START] = valueStart;
        where[at + VALUE_LENGTH] = valueLength;
        count++;
    }

    /** Adds a field from bytes elsewhere, copying them; the name must be in lower case. */
    public void add(byte[] name, int nameStart, int nameLength, byte[] value, int valueStart, int valueLength) {
        int at = reserve(nameLength + valueLength);
        System.arraycopy(name, nameStart, bytes, at, nameLength);
        System.arraycopy(value, valueStart, bytes, at + nameLength, valueLength);
        addSlice(at, nameLength, at + nameLength, valueLength);
    }

    /** Puts text into the array, for a field that is added by {@link #addSlice}, and gives its place. */
    public int append(byte[] text, int start, int length) {
        int at = reserve(length);
        System.arraycopy(text, start, bytes, at, length);
        return at;
    }

    /** Adds a field from its bytes: a name in lower case, and a value that is one. */
    public void add(HeaderName name, byte[] value) {
        byte[] n = name.bytes();
        int at = reserve(n.length + value.length);
        System.arraycopy(n, 0, bytes, at, n.length);
        System.arraycopy(value, 0, bytes, at + n.length, value.length);
        addSlice(at, n.length, at + n.length, value.length);
    }

    /** Adds all fields of another head, in one go. */
    public void addAll(HeaderFields others) {
        int base = reserve(others.used);
        System.arraycopy(others.bytes, 0, bytes, base, others.used);
        int at = count * NUMBERS_PER_FIELD;
        int more = others.count * NUMBERS_PER_FIELD;
        if (at + more > where.length) {
            where = Arrays.copyOf(where, Math.max(at + more, where.length * 2));
        }
        int[] to = where;
        int[] from = others.where;
        for (int i = 0; i < more; i += NUMBERS_PER_FIELD) {
            to[at + i + NAME_START] = base + from[i + NAME_START];
            to[at + i + NAME_LENGTH] = from[i + NAME_LENGTH];
            to[at + i + VALUE_START] = base + from[i + VALUE_START];
            to[at + i + VALUE_LENGTH] = from[i + VALUE_LENGTH];
        }
        count += others.count;
        nameLengths |= others.nameLengths;
    }

    /** Gives the only field of this name this value; one of the same length is overwritten where it stands. */
    public void set(HeaderName name, byte[] value) {
        int i = indexOf(name, 0);
        if (i >= 0 && valueLength(i) == value.length && indexOf(name, i + 1) < 0) {
            System.arraycopy(value, 0, bytes, valueStart(i), value.length);
            return;
        }
        if (i >= 0) {
            removeAll(name);
        }
        add(name, value);
    }

    /** Whether field {@code i} has this value. */
    public boolean valueIs(int i, byte[] value) {
        int start = valueStart(i);
        return valueLength(i) == value.length
                && Arrays.equals(bytes, start, start + value.length, value, 0, value.length);
    }

    /** Whether this text stands somewhere in the value of field {@code i}. */
    public boolean valueContains(int i, byte[] text) {
        int last = valueStart(i) + valueLength(i) - text.length;
        for (int at = valueStart(i); at <= last; at++) {
            if (bytes[at] == text[0] && Arrays.equals(bytes, at, at + text.length, text, 0, text.length)) {
                return true;
            }
        }
        return false;
    }

    /** The value of field {@code i} as a decimal number of at most {@code digitsMax} digits (18 or fewer), or -1. */
    public long decimal(int i, int digitsMax) {
        int start = valueStart(i);
        int length = valueLength(i);
        if (length == 0 || length > digitsMax) {
            return -1;
        }
        long number = 0;
        for (int at = start; at < start + length; at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /** Removes every field whose name begins so; the others keep their order. */
    public void removePrefixed(byte[] prefix) {
        int kept = 0;
        byte first = prefix[0];
        for (int i = 0; i < count; i++) {
            if (bytes[where[i * NUMBERS_PER_FIELD + NAME_START]] != first || !startsWith(i, prefix)) {
                if (kept != i) {
                    System.arraycopy(where, i * NUMBERS_PER_FIELD, where, kept * NUMBERS_PER_FIELD, NUMBERS_PER_FIELD);
                }
                kept++;
            }
        }
        count = kept;
    }

    /** Whether the name of field {@code i} begins so. */
    public boolean startsWith(int i, byte[] prefix) {
        int start = nameStart(i);
        return nameLength(i) >= prefix.length
                && bytes[start] == prefix[0]
                && Arrays.equals(bytes, start, start + prefix.length, prefix, 0, prefix.length);
    }

    /**
     * Adds a field. Control characters become {@code ?}, so that no value can end its line; the value is ISO-8859-1.
     */
    public void add(HeaderName name, String value) {
        byte[] n = name.bytes();
        int at = reserve(n.length + value.length());
        System.arraycopy(n, 0, bytes, at, n.length);
        putLatin1(value, at + n.length);
        addSlice(at, n.length, at + n.length, value.length());
    }

    /** Adds a field whose value is a decimal number, 0 or more. */
    public void add(HeaderName name, long number) {
        int digits = 1;
        for (long left = number; left >= 10; left /= 10) {
            digits++;
        }
        byte[] n = name.bytes();
        int at = reserve(n.length + digits);
        System.arraycopy(n, 0, bytes, at, n.length);
        long left = number;
        for (int i = at + n.length + digits - 1; i >= at + n.length; i--) {
            bytes[i] = (byte) ('0' + left % 10);
            left /= 10;
        }
        addSlice(at, n.length, at + n.length, digits);
    }

    /** Adds a field; the name is put into lower case. */
    public void add(String name, String value) {
        add(HeaderName.of(name), value);
    }

    /** Removes all fields of this name and adds one. */
    public void set(HeaderName name, String value) {
        removeAll(name);
        add(name, value);
    }

    /** The number of field lines. */
    public int size() {
        return count;
    }

    /** The sum of the lengths of names and values. */
    public int textBytes() {
        int sum = 0;
        for (int at = 0; at < count * NUMBERS_PER_FIELD; at += NUMBERS_PER_FIELD) {
            sum += where[at + NAME_LENGTH] + where[at + VALUE_LENGTH];
        }
        return sum;
    }

    /** The index of the first field of this name at or after {@code from}, or -1. */
    public int indexOf(HeaderName name, int from) {
        byte[] n = name.bytes();
        int length = n.length;
        if ((nameLengths & 1L << length) == 0) {
            return -1;
        }
        byte last = n[length - 1];
        for (int i = from; i < count; i++) {
            int at = i * NUMBERS_PER_FIELD;
            int start = where[at + NAME_START];
            if (where[at + NAME_LENGTH] == length
                    && bytes[start + length - 1] == last
                    && Arrays.equals(bytes, start, start + length, n, 0, length)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether a field of this name is there. */
    public boolean contains(HeaderName name) {
        return indexOf(name, 0) >= 0;
    }

    /** The value of the first field of this name, or null. */
    public @Nullable String first(HeaderName name) {
        int i = indexOf(name, 0);
        return i < 0 ? null : value(i);
    }

    /** Whether field {@code i} has this name. */
    public boolean nameIs(int i, HeaderName name) {
        byte[] n = name.bytes();
        int at = i * NUMBERS_PER_FIELD;
        int length = where[at + NAME_LENGTH];
        if (length != n.length) {
            return false;
        }
        int start = where[at + NAME_START];
        return Arrays.equals(bytes, start, start + length, n, 0, length);
    }

    /** The name of field {@code i}, in lower case. */
    public String name(int i) {
        int at = i * NUMBERS_PER_FIELD;
        return new String(bytes, where[at + NAME_START], where[at + NAME_LENGTH], StandardCharsets.ISO_8859_1);
    }

    /** The value of field {@code i}. */
    public String value(int i) {
        int at = i * NUMBERS_PER_FIELD;
        return new String(bytes, where[at + VALUE_START], where[at + VALUE_LENGTH], StandardCharsets.ISO_8859_1);
    }

    /** Removes every field of this name and says whether there was one. */
    public boolean removeAll(HeaderName name) {
        boolean removed = false;
        for (int i = indexOf(name, 0); i >= 0; i = indexOf(name, i)) {
            removeAt(i);
            removed = true;
        }
        return removed;
    }

    /** Removes field {@code i}; those behind it move up. */
    public void removeAt(int i) {
        int at = i * NUMBERS_PER_FIELD;
        System.arraycopy(where, at + NUMBERS_PER_FIELD, where, at, (count - i - 1) * NUMBERS_PER_FIELD);
        count--;
    }

    /** An independent copy. */
    public HeaderFields copy() {
        HeaderFields copy = new HeaderFields(Arrays.copyOf(bytes, used), used);
        copy.where = Arrays.copyOf(where, where.length);
        copy.count = count;
        copy.nameLengths = nameLengths;
        return copy;
    }

    /** The array that names and values stand in; for codecs, which only read it. */
    public byte[] array() {
        return bytes;
    }

    /** Where the name of field {@code i} starts in {@link #array()}. */
    public int nameStart(int i) {
        return where[i * NUMBERS_PER_FIELD + NAME_START];
    }

    /** The length of the name of field {@code i}. */
    public int nameLength(int i) {
        return where[i * NUMBERS_PER_FIELD + NAME_LENGTH];
    }

    /** Where the value of field {@code i} starts in {@link #array()}. */
    public int valueStart(int i) {
        return where[i * NUMBERS_PER_FIELD + VALUE_START];
    }

    /** The length of the value of field {@code i}. */
    public int valueLength(int i) {
        return where[i * NUMBERS_PER_FIELD + VALUE_LENGTH];
    }

    private int reserve(int more) {
        if (used + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(used + more, Math.max(256, bytes.length * 2)));
        }
        int at = used;
        used += more;
        return at;
    }

    /** Copies in one go, as text nearly always is what it should be, and looks at each character only if it is not. */
    @SuppressWarnings("deprecation") // the only copy of a string that makes no array of its own
    private void putLatin1(String value, int at) {
        int length = value.length();
        value.getBytes(0, length, bytes, at);
        for (int i = at; i < at + length; i++) {
            if (bytes[i] < ' ' || bytes[i] == DELETE) {
                putUnusual(value, at);
                return;
            }
        }
    }

    private void putUnusual(String value, int at) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            bytes[at + i] = (c < 256 && c >= ' ' && c != DELETE) || c == '\t' ? (byte) c : (byte) '?';
        }
    }

    /** Field lines as {@code name: value}, for people; values of credentials are hidden. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String name = name(i);
            boolean secret = name.equals("authorization") || name.equals("cookie") || name.equals("set-cookie");
            text.append(name).append(": ").append(secret ? "***" : value(i)).append('\n');
        }
        return text.toString();
    }
}
