package io.bridgehead.wire.hpack;

import io.bridgehead.model.HeaderFields;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a reader gave, as {@code name: value}. */
record Collected(HeaderFields fields, List<String> lines) implements FieldSink {
    static Collected over(byte[] block) {
        return new Collected(new HeaderFields(block.clone(), block.length), new ArrayList<>());
    }

    @Override
    public void onEntry(TableEntry entry) {
        String text = new String(entry.text(), StandardCharsets.ISO_8859_1);
        lines.add(text.substring(0, entry.nameLength()) + ": " + text.substring(entry.nameLength()));
    }

    @Override
    public void onField(int nameStart, int nameLength, int valueStart, int valueLength) {
        byte[] array = fields.array();
        lines.add(new String(array, nameStart, nameLength, StandardCharsets.ISO_8859_1) + ": "
                + new String(array, valueStart, valueLength, StandardCharsets.ISO_8859_1));
    }
}
