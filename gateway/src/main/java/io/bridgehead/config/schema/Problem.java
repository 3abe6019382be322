package io.bridgehead.config.schema;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong in a file: where, what was found, what was expected, and what to try.
 *
 * @param file the file's name as its reader was given it
 * @param line from 1; 0 when the whole file is meant
 * @param column from 1; 0 when the whole file is meant
 * @param path the key, such as {@code spec.ports[0].listener}; empty when the file as a whole is meant
 * @param value what was found, as it is printed ({@code 'x'}, {@code a list}); null when something is missing
 * @param expected what would have been right
 * @param hint what to do next, or null
 */
public record Problem(
        String file,
        int line,
        int column,
        String path,
        @Nullable String value,
        String expected,
        @Nullable String hint) {
    private static final int SHOWN_MAX = 80;
    private static final Pattern CREDENTIALS = Pattern.compile("://[^/@\\s]*@");

    /** A problem at a place. */
    public static Problem at(Place place, String path, @Nullable String value, String expected, @Nullable String hint) {
        return new Problem(place.file(), place.line(), place.column(), path, value, expected, hint);
    }

    /** The text between single quotes, shortened to 80 characters, without control characters and credentials in addresses. */
    public static String quoted(String written) {
        String text = CREDENTIALS.matcher(written).replaceAll("://***@");
        StringBuilder shown = new StringBuilder("'");
        text.codePoints()
                .limit(SHOWN_MAX)
                .forEach(c -> shown.appendCodePoint(
                        Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c));
        return shown.append(text.codePointCount(0, text.length()) > SHOWN_MAX ? "...'" : "'")
                .toString();
    }

    /** The position alone. */
    public Place place() {
        return new Place(file, line, column);
    }

    /** {@code file:line:column: path: found 'value', expected ...; did you mean 'x'?} */
    @Override
    public String toString() {
        String found = value == null ? "missing" : "found " + value;
        return place() + ": " + (path.isEmpty() ? "" : path + ": ") + found + ", expected " + expected
                + (hint == null ? "" : "; " + hint);
    }
}
