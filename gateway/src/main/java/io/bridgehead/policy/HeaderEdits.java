package io.bridgehead.policy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import java.util.List;

/**
 * Changes to the header fields of a request or an answer (Gateway API v1, HTTPHeaderFilter): first removed, then set, then added.
 *
 * @param set replaces all fields of the name
 * @param add is put behind what is there
 */
public record HeaderEdits(List<Field> set, List<Field> add, List<HeaderName> remove) {
    /** No change. */
    public static final HeaderEdits NONE = new HeaderEdits(List.of(), List.of(), List.of());

    /** A name with its value. */
    public record Field(HeaderName name, String value) {}

    public HeaderEdits {
        set = List.copyOf(set);
        add = List.copyOf(add);
        remove = List.copyOf(remove);
    }

    /** Whether nothing changes. */
    public boolean isEmpty() {
        return set.isEmpty() && add.isEmpty() && remove.isEmpty();
    }

    /** Makes the changes. */
    public void apply(HeaderFields fields) {
        for (HeaderName name : remove) {
            fields.removeAll(name);
        }
        for (Field field : set) {
            fields.set(field.name(), field.value());
        }
        for (Field field : add) {
            fields.add(field.name(), field.value());
        }
    }
}
