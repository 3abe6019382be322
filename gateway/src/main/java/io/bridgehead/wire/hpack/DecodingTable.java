package io.bridgehead.wire.hpack;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The dynamic table of one direction as its reader keeps it (RFC 7541, section 2.3.2): the newest entry has index 62. */
@OwnedBy(Owner.EVENT_LOOP)
final class DecodingTable {
    private @Nullable TableEntry[] ring = new @Nullable TableEntry[16];
    private int first;
    private int count;
    private int size;
    private int capacity;

    DecodingTable(int capacity) {
        this.capacity = capacity;
    }

    /** The entry of an index from 62 up, or null when there is none. */
    @Nullable
    TableEntry entry(int index) {
        int back = index - StaticTable.LAST;
        return back > count ? null : ring[first + count - back & ring.length - 1];
    }

    /** Adds an entry, making room for it; one that is larger than the table only empties it. */
    void add(TableEntry entry) {
        evictTo(capacity - entry.size());
        if (entry.size() > capacity) {
            return;
        }
        if (count == ring.length) {
            grow();
        }
        ring[first + count & ring.length - 1] = entry;
        count++;
        size += entry.size();
    }

    int capacity() {
        return capacity;
    }

    void capacity(int bytes) {
        capacity = bytes;
        evictTo(bytes);
    }

    private void evictTo(int bytes) {
        while (count > 0 && size > bytes) {
            TableEntry oldest = ring[first];
            ring[first] = null;
            first = first + 1 & ring.length - 1;
            count--;
            size -= oldest == null ? 0 : oldest.size();
        }
    }

    private void grow() {
        @Nullable TableEntry[] larger = Arrays.copyOf(ring, ring.length * 2);
        for (int i = 0; i < count; i++) {
            larger[i] = ring[first + i & ring.length - 1];
        }
        ring = larger;
        first = 0;
    }
}
