package io.bridgehead.config;

/** The name of a document in the fabric: its kind and its name, such as {@code Service/orders}. */
public record DocumentId(String kind, String name) implements Comparable<DocumentId> {
    /**
     * Reads {@code Kind/name}.
     *
     * @throws IllegalArgumentException if there is no kind or no name
     */
    public static DocumentId parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash == text.length() - 1) {
            throw new IllegalArgumentException("document '" + text + "': expected Kind/name, such as Service/orders");
        }
        return new DocumentId(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public int compareTo(DocumentId other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return kind + "/" + name;
    }
}
