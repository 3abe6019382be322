package io.bridgehead.limit;

import io.bridgehead.model.PathForm;

/**
 * Whole segments that paths begin with. A path fits when servers could read it so: with escapes decoded, several slashes in a row as one, and
 * segments without the parameters that a semicolon begins; parameters count where the prefix has some itself.
 *
 * @param text as it was written, without a slash at its end; empty for all paths
 * @param form in the form of {@link PathForm}, with single slashes
 */
public record PathPrefix(String text, String form) {
    /** All paths. */
    public static final PathPrefix ANY = new PathPrefix("", "");

    /** A prefix as it is written, with or without slashes at its end. */
    public static PathPrefix of(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        String text = path.substring(0, end);
        return new PathPrefix(text, PathForm.merged(PathForm.of(text)));
    }

    /** Whether it asks for anything. */
    boolean asks() {
        return !form.isEmpty();
    }

    /** Whether a path begins so, which may have a query. */
    boolean fits(String path) {
        int query = path.indexOf('?');
        int end = query < 0 ? path.length() : query;
        return PathForm.isAmbiguous(path, end) ? fitsAnyReading(path.substring(0, end)) : begins(path, end);
    }

    private boolean fitsAnyReading(String path) {
        String form = PathForm.of(path);
        String whole = PathForm.merged(form);
        String plain = PathForm.merged(PathForm.withoutParameters(form));
        return begins(whole, whole.length()) || (this.form.indexOf(';') < 0 && begins(plain, plain.length()));
    }

    private boolean begins(String path, int end) {
        int length = form.length();
        return length <= end && path.startsWith(form) && (length == end || path.charAt(length) == '/');
    }
}
