package io.bridgehead.wire.hpack;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import org.jspecify.annotations.Nullable;

/**
 * Reads the field blocks of one direction of one connection (RFC 7541), in their order: the table that they build up is shared. Text that
 * stands in a block is not copied out of it.
 *
 * <p><b>Limits</b>: the table has at most the capacity given; text beyond the list size given is read, so that the table stays right, and
 * not kept.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class FieldBlockReader {
    /** What {@link #read} found. */
    public enum Outcome {
        GOOD,
        /** The fields are larger than the list size allowed; the sink has got only some of them. */
        TOO_LARGE,
        /** The block is malformed: the connection is of no use any more (RFC 9113, section 4.3). */
        BROKEN
    }

    private static final int INDEXED = 0x80;
    private static final int INCREMENTAL = 0x40;
    private static final int SIZE_UPDATE = 0x20;
    private static final int HUFFMAN = 0x80;
    private static final int STRING_MAX = 1 << 24;
    private static final int NO_VALUE = -1;

    private final DecodingTable table;
    private int capacityMax;
    private byte[] block = {};
    private int at;
    private int end;
    private HeaderFields fields = new HeaderFields();
    private int stringStart;
    private int stringLength;
    private byte[] scratch = {};

    /** @param capacityMax the largest table that this side allows, in bytes (SETTINGS_HEADER_TABLE_SIZE) */
    public FieldBlockReader(int capacityMax) {
        this.capacityMax = capacityMax;
        this.table = new DecodingTable(capacityMax);
    }

    /** The largest table allowed from now on. */
    public void capacityMax(int bytes) {
        capacityMax = bytes;
        if (table.capacity() > bytes) {
            table.capacity(bytes);
        }
    }

    /** See {@link #capacityMax(int)}. */
    public int capacityMax() {
        return capacityMax;
    }

    /**
     * Reads one block.
     *
     * @param text holds the block at the beginning of its array; gets the text that is not in the block, behind it
     * @param length of the block
     * @param listMax the largest sum of names, values and 32 a field (RFC 9113, section 6.5.2)
     */
    public Outcome read(HeaderFields text, int length, long listMax, FieldSink sink) {
        fields = text;
        block = text.array();
        at = 0;
        end = length;
        long list = 0;
        boolean begun = false;
        while (at < end) {
            int b = block[at] & 0xff;
            long size;
            if ((b & INDEXED) != 0) {
                size = indexed(sink, listMax - list);
            } else if ((b & (INCREMENTAL | SIZE_UPDATE)) == SIZE_UPDATE) {
                if (begun || !sizeUpdate()) {
                    return Outcome.BROKEN;
                }
                continue;
            } else {
                size = literal((b & INCREMENTAL) != 0, sink, listMax - list);
            }
            if (size < 0) {
                return Outcome.BROKEN;
            }
            begun = true;
            list += size;
        }
        return list > listMax ? Outcome.TOO_LARGE : Outcome.GOOD;
    }

    private boolean sizeUpdate() {
        int bytes = integer(5);
        if (bytes < 0 || bytes > capacityMax) {
            return false;
        }
        table.capacity(bytes);
        return true;
    }

    private long indexed(FieldSink sink, long room) {
        int index = integer(7);
        TableEntry entry = index <= 0 ? null : entry(index);
        if (entry == null) {
            return NO_VALUE;
        }
        if (entry.size() <= room) {
            sink.onEntry(entry);
        }
        return entry.size();
    }

    private @Nullable TableEntry entry(int index) {
        return index <= StaticTable.LAST ? StaticTable.entry(index) : table.entry(index);
    }

    private long literal(boolean incremental, FieldSink sink, long room) {
        int index = integer(incremental ? 6 : 4);
        if (index < 0) {
            return NO_VALUE;
        }
        TableEntry named = null;
        int nameStart = 0;
        int nameLength = 0;
        if (index > 0) {
            named = entry(index);
            if (named == null) {
                return NO_VALUE;
            }
            nameLength = named.nameLength();
        } else if (string()) {
            nameStart = stringStart;
            nameLength = stringLength;
        } else {
            return NO_VALUE;
        }
        if (!string()) {
            return NO_VALUE;
        }
        int valueStart = stringStart;
        int valueLength = stringLength;
        long size = (long) nameLength + valueLength + TableEntry.OVERHEAD;
        if (incremental) {
            byte[] array = fields.array();
            byte[] nameText = named == null ? array : named.text();
            table.add(entry(nameText, named == null ? nameStart : 0, nameLength, array, valueStart, valueLength));
        }
        if (size <= room) {
            int start = named == null ? nameStart : fields.append(named.text(), 0, nameLength);
            sink.onField(start, nameLength, valueStart, valueLength);
        }
        return size;
    }

    private static TableEntry entry(
            byte[] name, int nameStart, int nameLength, byte[] value, int valueStart, int valueLength) {
        byte[] text = new byte[nameLength + valueLength];
        System.arraycopy(name, nameStart, text, 0, nameLength);
        System.arraycopy(value, valueStart, text, nameLength, valueLength);
        return new TableEntry(text, nameLength);
    }

    /** Reads a string (section 5.2); where it stands in the fields' array is kept until the next one. */
    private boolean string() {
        if (at >= end) {
            return false;
        }
        boolean coded = (block[at] & HUFFMAN) != 0;
        int length = integer(7);
        if (length < 0 || length > end - at) {
            return false;
        }
        if (!coded) {
            stringStart = at;
            stringLength = length;
            at += length;
            return true;
        }
        int most = length * 8 / 5 + 1;
        if (scratch.length < most) {
            scratch = new byte[Math.max(256, most)];
        }
        int decoded = HuffmanCode.decode(block, at, at + length, scratch, 0);
        at += length;
        if (decoded < 0) {
            return false;
        }
        stringStart = fields.append(scratch, 0, decoded);
        stringLength = decoded;
        return true;
    }

    /** Reads an integer (section 5.1), or -1 when it is cut off or larger than anything here can be. */
    private int integer(int prefixBits) {
        int mask = (1 << prefixBits) - 1;
        int value = block[at++] & mask;
        if (value < mask) {
            return value;
        }
        for (int shift = 0; shift <= 21; shift += 7) {
            if (at >= end) {
                return -1;
            }
            int b = block[at++];
            value += (b & 0x7f) << shift;
            if (b >= 0) {
                return value > STRING_MAX ? -1 : value;
            }
        }
        return -1;
    }
}
