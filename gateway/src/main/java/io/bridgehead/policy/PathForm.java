package io.bridgehead.policy;

import java.nio.charset.StandardCharsets;

/** The form in which policies compare paths: what servers make of them, one character for each octet. */
final class PathForm {
    private static final int ESCAPE_LENGTH = 3;

    private PathForm() {}

    /** A path, or a pattern over paths, with its escapes decoded but those of '/' and '%', and its other characters as octets of UTF-8. */
    static String of(String path) {
        String octets = new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        if (octets.indexOf('%') < 0) {
            return octets;
        }
        StringBuilder form = new StringBuilder(octets.length());
        int at = 0;
        while (at < octets.length()) {
            int octet = octets.charAt(at) == '%' ? escaped(octets, at) : -1;
            if (octet < 0) {
                form.append(octets.charAt(at));
                at++;
            } else if (octet == '/' || octet == '%') {
                form.append(octet == '/' ? "%2F" : "%25");
                at += ESCAPE_LENGTH;
            } else {
                form.append((char) octet);
                at += ESCAPE_LENGTH;
            }
        }
        return form.toString();
    }

    private static int escaped(String text, int at) {
        if (text.length() - at < ESCAPE_LENGTH) {
            return -1;
        }
        int high = Character.digit(text.charAt(at + 1), 16);
        int low = Character.digit(text.charAt(at + 2), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    /** The same with one slash for several in a row. */
    static String merged(String path) {
        if (!path.contains("//")) {
            return path;
        }
        StringBuilder merged = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '/' || merged.isEmpty() || merged.charAt(merged.length() - 1) != '/') {
                merged.append(c);
            }
        }
        return merged.toString();
    }
}
