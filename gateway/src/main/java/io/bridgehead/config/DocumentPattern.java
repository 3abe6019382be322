package io.bridgehead.config;

import java.util.regex.Pattern;

/**
 * Documents of one kind: one by name, such as {@code Service/orders}, or all whose names begin so, such as {@code Service/orders-*} or {@code
 * Service/*}.
 *
 * @param name the whole name, or what it must begin with
 */
public record DocumentPattern(String kind, String name, boolean anyThatBeginsSo) {
    private static final Pattern FORM =
            Pattern.compile("[A-Z][A-Za-z]{0,62}/([a-z0-9][a-z0-9-]{0,62}/)?([a-z0-9][a-z0-9.-]{0,252}\\*?|\\*)");

    /**
     * Reads {@code Kind/name} or {@code Kind/begin*}.
     *
     * @throws IllegalArgumentException if the text is neither
     */
    public static DocumentPattern parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "documents '" + text + "': expected Kind/name or Kind/begin*, such as Service/orders-*");
        }
        DocumentId id = DocumentId.parse(text);
        boolean any = id.name().endsWith("*");
        return new DocumentPattern(
                id.kind(), any ? id.name().substring(0, id.name().length() - 1) : id.name(), any);
    }

    /** Whether it means the document of this name, {@code Kind/name}; what is no such name it does not mean. */
    public boolean matches(String document) {
        String meant = kind + "/" + name;
        return anyThatBeginsSo ? document.startsWith(meant) : document.equals(meant);
    }

    @Override
    public String toString() {
        return kind + "/" + name + (anyThatBeginsSo ? "*" : "");
    }
}
