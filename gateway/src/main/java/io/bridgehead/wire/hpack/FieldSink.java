package io.bridgehead.wire.hpack;

import io.bridgehead.model.HeaderFields;

/** Who gets the fields of a block, one after another; all text lies in the array of the {@link HeaderFields} given to the reader. */
public interface FieldSink {
    /** A field that stands in a compression table; its text is not in the array yet. */
    void onEntry(TableEntry entry);

    /** A field whose text stands in the array. */
    void onField(int nameStart, int nameLength, int valueStart, int valueLength);
}
