package io.bridgehead.model;

import java.nio.charset.StandardCharsets;

/**
 * Paths as servers may read them, which policies and limits compare so that nobody gets past one by writing a path in another way. All forms have
 * one character for each octet, and come behind what the guard has done to every path: dot segments resolved, escapes of unreserved characters
 * decoded (RFC 3986, section 6.2.2).
 */
public final class PathForm {
    private static final int ESCAPE_LENGTH = 3;

    private PathForm() {}

    /** A path, or a pattern over paths, with its escapes decoded but those of '/' and '%', and its other characters as octets of UTF-8. */
    public static String of(String path) {
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

    /** A form with one slash for several in a row. */
    public static String merged(String form) {
        if (!form.contains("//")) {
            return form;
        }
        StringBuilder merged = new StringBuilder(form.length());
        for (int i = 0; i < form.length(); i++) {
            char c = form.charAt(i);
            if (c != '/' || merged.isEmpty() || merged.charAt(merged.length() - 1) != '/') {
                merged.append(c);
            }
        }
        return merged.toString();
    }

    /** A form whose segments end before their first semicolon: many servers take what is behind it for parameters (RFC 3986, section 3.3). */
    public static String withoutParameters(String form) {
        if (form.indexOf(';') < 0) {
            return form;
        }
        StringBuilder plain = new StringBuilder(form.length());
        boolean parameters = false;
        for (int i = 0; i < form.length(); i++) {
            char c = form.charAt(i);
            parameters = c == ';' || (parameters && c != '/');
            if (!parameters) {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    /** Whether the part of a path before {@code end} can be read in more than one way; most paths cannot. */
    public static boolean isAmbiguous(String path, int end) {
        char before = 0;
        for (int i = 0; i < end; i++) {
            char c = path.charAt(i);
            if (c == '%' || c == ';' || (c == '/' && before == '/')) {
                return true;
            }
            before = c;
        }
        return false;
    }
}
