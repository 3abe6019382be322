package io.bridgehead.compile;

import io.bridgehead.config.Document;
import io.bridgehead.config.DocumentId;
import io.bridgehead.config.DocumentSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What would change if one set of documents took the place of another; every list by document.
 *
 * <p>Values that may be secret are {@code ***}: those of a Secret, those under a key that sounds like one, and credentials in addresses.
 *
 * @param added documents that are new
 * @param changed documents whose text differs
 * @param removed documents that would be gone
 * @param unchanged how many stay as they are
 */
public record Plan(List<DocumentId> added, List<Change> changed, List<DocumentId> removed, int unchanged) {
    public Plan {
        added = List.copyOf(added);
        changed = List.copyOf(changed);
        removed = List.copyOf(removed);
    }

    /**
     * A document whose text differs.
     *
     * @param fields empty when only comments and layout differ
     */
    public record Change(DocumentId id, List<FieldChange> fields) {
        public Change {
            fields = List.copyOf(fields);
        }
    }

    /**
     * A value that differs.
     *
     * @param before null when it is new
     * @param after null when it is gone
     */
    public record FieldChange(
            String path, @Nullable String before, @Nullable String after) {
        @Override
        public String toString() {
            return path + ": " + (before == null ? "(none)" : before) + " -> " + (after == null ? "(none)" : after);
        }
    }

    /** Compares two sets of documents with distinct names. */
    public static Plan between(List<Document> before, List<Document> after) {
        return between(byId(before), byId(after));
    }

    /** Compares two sets of texts, which need not be documents that this version can read. */
    public static Plan between(Map<DocumentId, DocumentSource> before, Map<DocumentId, DocumentSource> after) {
        SortedMap<DocumentId, DocumentSource> then = new TreeMap<>(before);
        SortedMap<DocumentId, DocumentSource> now = new TreeMap<>(after);
        List<DocumentId> added = new ArrayList<>();
        List<Change> changed = new ArrayList<>();
        now.forEach((id, source) -> {
            DocumentSource old = then.get(id);
            if (old == null) {
                added.add(id);
            } else if (!old.text().equals(source.text())) {
                changed.add(new Change(id, fields(id, old.leaves(), source.leaves())));
            }
        });
        List<DocumentId> removed =
                then.keySet().stream().filter(id -> !now.containsKey(id)).toList();
        return new Plan(added, changed, removed, now.size() - added.size() - changed.size());
    }

    /** Whether nothing would change. */
    public boolean isEmpty() {
        return added.isEmpty() && changed.isEmpty() && removed.isEmpty();
    }

    /** The same for people, a line each: {@code +} new, {@code ~} changed with its fields indented, {@code -} gone. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        added.forEach(id -> lines.add("+ " + id));
        for (Change change : changed) {
            lines.add("~ " + change.id() + (change.fields().isEmpty() ? " (comments and layout only)" : ""));
            change.fields().forEach(field -> lines.add("    " + field));
        }
        removed.forEach(id -> lines.add("- " + id));
        lines.add(added.size() + " added, " + changed.size() + " changed, " + removed.size() + " removed, " + unchanged
                + " unchanged");
        return lines;
    }

    private static Map<DocumentId, DocumentSource> byId(List<Document> documents) {
        Map<DocumentId, DocumentSource> byId = new TreeMap<>();
        documents.forEach(document -> byId.put(document.id(), document.source()));
        return byId;
    }

    private static List<FieldChange> fields(
            DocumentId id, SequencedMap<String, String> before, SequencedMap<String, String> after) {
        Set<String> paths = new LinkedHashSet<>(before.keySet());
        paths.addAll(after.keySet());
        List<FieldChange> fields = new ArrayList<>();
        for (String path : paths) {
            String old = before.get(path);
            String changed = after.get(path);
            boolean same = old == null ? changed == null : old.equals(changed);
            if (!same) {
                fields.add(new FieldChange(path, Shown.value(id, path, old), Shown.value(id, path, changed)));
            }
        }
        return fields;
    }
}
