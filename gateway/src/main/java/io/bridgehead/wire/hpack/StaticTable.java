package io.bridgehead.wire.hpack;

import io.bridgehead.wire.guard.NameTable;
import java.util.ArrayList;
import java.util.List;

/** The table that both sides know from the start (RFC 7541, appendix A). */
final class StaticTable {
    /** The last index; those of the dynamic table follow. */
    static final int LAST = 61;

    private static final String[][] TEXTS = {
        {":authority", ""},
        {":method", "GET"},
        {":method", "POST"},
        {":path", "/"},
        {":path", "/index.html"},
        {":scheme", "http"},
        {":scheme", "https"},
        {":status", "200"},
        {":status", "204"},
        {":status", "206"},
        {":status", "304"},
        {":status", "400"},
        {":status", "404"},
        {":status", "500"},
        {"accept-charset", ""},
        {"accept-encoding", "gzip, deflate"},
        {"accept-language", ""},
        {"accept-ranges", ""},
        {"accept", ""},
        {"access-control-allow-origin", ""},
        {"age", ""},
        {"allow", ""},
        {"authorization", ""},
        {"cache-control", ""},
        {"content-disposition", ""},
        {"content-encoding", ""},
        {"content-language", ""},
        {"content-length", ""},
        {"content-location", ""},
        {"content-range", ""},
        {"content-type", ""},
        {"cookie", ""},
        {"date", ""},
        {"etag", ""},
        {"expect", ""},
        {"expires", ""},
        {"from", ""},
        {"host", ""},
        {"if-match", ""},
        {"if-modified-since", ""},
        {"if-none-match", ""},
        {"if-range", ""},
        {"if-unmodified-since", ""},
        {"last-modified", ""},
        {"link", ""},
        {"location", ""},
        {"max-forwards", ""},
        {"proxy-authenticate", ""},
        {"proxy-authorization", ""},
        {"range", ""},
        {"referer", ""},
        {"refresh", ""},
        {"retry-after", ""},
        {"server", ""},
        {"set-cookie", ""},
        {"strict-transport-security", ""},
        {"transfer-encoding", ""},
        {"user-agent", ""},
        {"vary", ""},
        {"via", ""},
        {"www-authenticate", ""},
    };

    private static final TableEntry[] ENTRIES = new TableEntry[LAST + 1];
    private static final int[] INDEX_BY_PLACE;
    private static final NameTable NAMES;

    static {
        List<String> names = new ArrayList<>();
        int[] indexes = new int[LAST];
        ENTRIES[0] = TableEntry.of("", "");
        for (int i = 0; i < LAST; i++) {
            String name = TEXTS[i][0];
            ENTRIES[i + 1] = TableEntry.of(name, TEXTS[i][1]);
            if (!names.contains(name)) {
                indexes[names.size()] = i + 1;
                names.add(name);
            }
        }
        INDEX_BY_PLACE = indexes;
        NAMES = new NameTable(names);
    }

    private StaticTable() {}

    /** @param index 1 to {@link #LAST} */
    static TableEntry entry(int index) {
        return ENTRIES[index];
    }

    /** The first index with this name, or 0. */
    static int indexOf(byte[] bytes, int start, int length) {
        int place = NAMES.find(bytes, start, length);
        return place < 0 ? 0 : INDEX_BY_PLACE[place];
    }
}
