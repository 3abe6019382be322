package io.bridgehead.model;

/** What a name of a site, node or service may look like: a DNS label as in RFC 1123, at most 63 characters, lower case. */
final class Names {
    static final int CHARACTERS_MAX = 63;

    private static final int SHOWN_MAX = 80;

    private Names() {}

    static String requireLabel(String what, String value) {
        if (!isLabel(value)) {
            String shown = value.length() > SHOWN_MAX ? value.substring(0, SHOWN_MAX) + "..." : value;
            throw new IllegalArgumentException(
                    what + " '" + shown
                            + "': expected 1 to 63 characters of a-z, 0-9 and '-', beginning and ending with a letter or digit");
        }
        return value;
    }

    static boolean isLabel(String value) {
        int length = value.length();
        if (length == 0 || length > CHARACTERS_MAX || value.charAt(0) == '-' || value.charAt(length - 1) == '-') {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
                return false;
            }
        }
        return true;
    }
}
