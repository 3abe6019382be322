package io.bridgehead.wire.hpack;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.guard.NameTable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the field blocks of one direction of one connection (RFC 7541), in their order: the table that they build up is shared. The block
 * is put together in an array of the writer, from one {@link #begin} to the next.
 *
 * <p>Credentials never enter the table, nor the other side's (section 7.1.3). Strings are written as they are: coding them costs more time
 * than it saves on the way between gateways.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class FieldBlockWriter {
    private static final int INDEXED = 0x80;
    private static final int INCREMENTAL = 0x40;
    private static final int SIZE_UPDATE = 0x20;
    private static final int NEVER_INDEXED = 0x10;
    private static final int PLAIN = 0;
    private static final int CAPACITY_MAX = 4096;
    private static final int STATUS_NAME = 8;
    private static final int METHOD_NAME = 2;
    private static final int PATH_NAME = 4;
    private static final int SCHEME_NAME = 6;
    private static final int[] STATUSES = {200, 204, 206, 304, 400, 404, 500};
    private static final byte[] AUTHORITY = ":authority".getBytes(StandardCharsets.US_ASCII);

    /** The first {@value #SECRETS} are credentials, the others have a value of their own in each message. */
    private static final NameTable OUTSIDE = new NameTable(List.of(
            "authorization",
            "cookie",
            "proxy-authorization",
            "set-cookie",
            "traceparent",
            "b3",
            "x-b3-traceid",
            "x-b3-spanid",
            "x-b3-parentspanid",
            "x-request-id",
            "content-length",
            "etag",
            "last-modified",
            "location",
            "if-none-match",
            "if-modified-since",
            "bridgehead-deadline"));

    private static final int SECRETS = 4;

    private final EncodingTable table = new EncodingTable(CAPACITY_MAX);
    private int capacityAllowed = CAPACITY_MAX;
    private int capacityLowest = CAPACITY_MAX;
    private byte[] block = new byte[1024];
    private int length;
    private long list;

    /** The largest table that the peer allows (SETTINGS_HEADER_TABLE_SIZE); told to it with the next block. */
    public void capacityAllowed(long bytes) {
        capacityAllowed = (int) Math.min(bytes, CAPACITY_MAX);
        capacityLowest = Math.min(capacityLowest, capacityAllowed);
    }

    /** Begins a block. */
    public void begin() {
        length = 0;
        list = 0;
        if (capacityLowest < table.capacity()) {
            sizeUpdate(capacityLowest);
        }
        if (capacityAllowed != table.capacity()) {
            sizeUpdate(capacityAllowed);
        }
        capacityLowest = capacityAllowed;
    }

    private void sizeUpdate(int bytes) {
        table.capacity(bytes);
        reserve(Integer.BYTES + 1);
        integer(SIZE_UPDATE, 5, bytes);
    }

    /** The block so far, from 0 to {@link #length}; valid until the next one begins. */
    public byte[] block() {
        return block;
    }

    /** The length of the block so far. */
    public int length() {
        return length;
    }

    /** The size of the fields so far as RFC 9113, section 6.5.2, counts it. */
    public long listSize() {
        return list;
    }

    /** Writes {@code :status}. */
    public void status(int status) {
        reserve(8);
        list += 7 + 3 + TableEntry.OVERHEAD;
        for (int i = 0; i < STATUSES.length; i++) {
            if (STATUSES[i] == status) {
                block[length++] = (byte) (INDEXED | STATUS_NAME + i);
                return;
            }
        }
        integer(PLAIN, 4, STATUS_NAME);
        block[length++] = 3;
        block[length++] = (byte) ('0' + status / 100);
        block[length++] = (byte) ('0' + status / 10 % 10);
        block[length++] = (byte) ('0' + status % 10);
    }

    /** Writes {@code :method}. */
    public void method(String method) {
        switch (method) {
            case "GET" -> known(METHOD_NAME, 10);
            case "POST" -> known(METHOD_NAME + 1, 11);
            default -> pseudo(METHOD_NAME, 7, method);
        }
    }

    /** Writes {@code :scheme}. */
    public void scheme(String scheme) {
        switch (scheme) {
            case "http" -> known(SCHEME_NAME, 11);
            case "https" -> known(SCHEME_NAME + 1, 12);
            default -> pseudo(SCHEME_NAME, 7, scheme);
        }
    }

    /** Writes {@code :path}. */
    public void path(String path) {
        if (path.length() == 1 && path.charAt(0) == '/') {
            known(PATH_NAME, 6);
        } else {
            pseudo(PATH_NAME, 5, path);
        }
    }

    /** Writes {@code :authority}, which is the same for many requests. */
    public void authority(String authority) {
        int size = authority.length();
        reserve(AUTHORITY.length + size * 2 + 12);
        // the text is put where no part of the block will be before it is compared
        int at = length + size + 12;
        System.arraycopy(AUTHORITY, 0, block, at, AUTHORITY.length);
        latin1(authority, at + AUTHORITY.length);
        indexable(block, at, AUTHORITY.length, at + AUTHORITY.length, size);
    }

    /** Writes {@code :protocol} (RFC 8441). */
    public void protocol(String protocol) {
        byte[] text = (":protocol" + protocol).getBytes(StandardCharsets.ISO_8859_1);
        field(text, 0, text.length - protocol.length(), text.length - protocol.length(), protocol.length());
    }

    /** Writes a field whose name is in lower case and no pseudo-field's. */
    public void field(byte[] bytes, int nameStart, int nameLength, int valueStart, int valueLength) {
        reserve(nameLength + valueLength + 16);
        int outside = OUTSIDE.find(bytes, nameStart, nameLength);
        if (outside < 0) {
            indexable(bytes, nameStart, nameLength, valueStart, valueLength);
        } else {
            list += nameLength + valueLength + TableEntry.OVERHEAD;
            literal(outside < SECRETS ? NEVER_INDEXED : PLAIN, 4, bytes, nameStart, nameLength);
            string(bytes, valueStart, valueLength);
        }
    }

    private void indexable(byte[] bytes, int nameStart, int nameLength, int valueStart, int valueLength) {
        list += nameLength + valueLength + TableEntry.OVERHEAD;
        int hash = EncodingTable.hash(bytes, nameStart, nameLength, valueStart, valueLength);
        int index = table.find(hash, bytes, nameStart, nameLength, valueStart, valueLength);
        if (index > 0) {
            integer(INDEXED, 7, index);
            return;
        }
        if (table.wasSeen(hash) && table.takes(nameLength + valueLength)) {
            table.add(hash, bytes, nameStart, nameLength, valueStart, valueLength);
            literal(INCREMENTAL, 6, bytes, nameStart, nameLength);
        } else {
            literal(PLAIN, 4, bytes, nameStart, nameLength);
        }
        string(bytes, valueStart, valueLength);
    }

    private void literal(int form, int prefix, byte[] bytes, int nameStart, int nameLength) {
        int name = StaticTable.indexOf(bytes, nameStart, nameLength);
        integer(form, prefix, name);
        if (name == 0) {
            string(bytes, nameStart, nameLength);
        }
    }

    private void known(int index, int textLength) {
        reserve(1);
        list += textLength + TableEntry.OVERHEAD;
        block[length++] = (byte) (INDEXED | index);
    }

    private void pseudo(int name, int nameLength, String value) {
        reserve(value.length() + 12);
        list += nameLength + value.length() + TableEntry.OVERHEAD;
        integer(PLAIN, 4, name);
        integer(0, 7, value.length());
        latin1(value, length);
        length += value.length();
    }

    @SuppressWarnings("deprecation") // the only copy of a string that makes no array of its own
    private void latin1(String text, int at) {
        text.getBytes(0, text.length(), block, at);
    }

    private void string(byte[] bytes, int start, int count) {
        integer(0, 7, count);
        System.arraycopy(bytes, start, block, length, count);
        length += count;
    }

    private void integer(int form, int prefix, int value) {
        int mask = (1 << prefix) - 1;
        if (value < mask) {
            block[length++] = (byte) (form | value);
            return;
        }
        block[length++] = (byte) (form | mask);
        int rest = value - mask;
        while (rest > 0x7f) {
            block[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        block[length++] = (byte) rest;
    }

    private void reserve(int more) {
        if (length + more > block.length) {
            block = Arrays.copyOf(block, Math.max(length + more, block.length * 2));
        }
    }
}
