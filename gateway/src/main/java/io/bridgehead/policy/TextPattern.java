package io.bridgehead.policy;

/**
 * A pattern over a text, as Istio's policies have them: {@code shop} for the text itself, {@code /api/*} for what begins so, {@code *.pdf} for
 * what ends so, {@code *} for any text that is not empty. An asterisk elsewhere is a character like any other.
 *
 * @param kind how the text is compared
 * @param text what it is compared with, without the asterisk
 */
public record TextPattern(Kind kind, String text) {
    private static final char ANY = '*';

    /** How a text is compared. */
    public enum Kind {
        EXACT,
        PREFIX,
        SUFFIX,
        PRESENT
    }

    /** Reads a pattern; every text is one. */
    public static TextPattern parse(String pattern) {
        int length = pattern.length();
        if (length == 1 && pattern.charAt(0) == ANY) {
            return new TextPattern(Kind.PRESENT, "");
        }
        if (length > 1 && pattern.charAt(length - 1) == ANY) {
            return new TextPattern(Kind.PREFIX, pattern.substring(0, length - 1));
        }
        if (length > 1 && pattern.charAt(0) == ANY) {
            return new TextPattern(Kind.SUFFIX, pattern.substring(1));
        }
        return new TextPattern(Kind.EXACT, pattern);
    }

    /** Whether the part of a text from {@code start} to before {@code end} fits. */
    boolean fits(String whole, int start, int end) {
        int length = end - start;
        return switch (kind) {
            case EXACT -> length == text.length() && whole.startsWith(text, start);
            case PREFIX -> length >= text.length() && whole.startsWith(text, start);
            case SUFFIX -> length >= text.length() && whole.startsWith(text, end - text.length());
            case PRESENT -> length > 0;
        };
    }

    @Override
    public String toString() {
        return switch (kind) {
            case EXACT -> text;
            case PREFIX -> text + ANY;
            case SUFFIX -> ANY + text;
            case PRESENT -> "*";
        };
    }
}
