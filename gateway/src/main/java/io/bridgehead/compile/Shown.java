package io.bridgehead.compile;

import io.bridgehead.config.DocumentId;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The form in which a value of a document is shown to people. Documents are not meant to hold secrets; what looks like one is hidden all the
 * same, because plans and histories end up in terminals, tickets and logs.
 */
final class Shown {
    private static final int CHARACTERS_MAX = 500;
    private static final String HIDDEN = "***";
    private static final Pattern CREDENTIALS = Pattern.compile("://[^/@\\s]*@");
    private static final Pattern SECRET_KEY = Pattern.compile(
            "password|passwd|passphrase|secret|token|credential|privatekey|apikey|authorization|cookie");

    private Shown() {}

    /** The value at a path of a document, hidden, shortened, without control characters; null for null. */
    static @Nullable String value(DocumentId id, String path, @Nullable String value) {
        if (value == null) {
            return null;
        }
        String flat = path.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
        if (id.kind().equals("Secret") || SECRET_KEY.matcher(flat).find()) {
            return HIDDEN;
        }
        String text = CREDENTIALS.matcher(value).replaceAll("://" + HIDDEN + "@");
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(CHARACTERS_MAX)
                .forEach(c -> shown.appendCodePoint(
                        Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c));
        return shown.length() < text.length() ? shown.append("...").toString() : shown.toString();
    }
}
