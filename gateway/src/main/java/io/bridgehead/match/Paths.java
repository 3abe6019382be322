package io.bridgehead.match;

/** The one form of the paths of matches: that of a request's path after the guard. */
final class Paths {
    private static final int ESCAPE_LENGTH = 3;

    private Paths() {}

    /**
     * A path with escapes of unreserved characters decoded (RFC 3986, section 6.2.2.2); the same string when there are none.
     *
     * @throws IllegalArgumentException if it does not begin with '/', or holds a query, fragment or bad escape
     */
    static String normal(String path) {
        if (!path.startsWith("/") || path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            throw new IllegalArgumentException(
                    "path '" + path + "': expected to begin with '/', without a query or fragment");
        }
        if (path.indexOf('%') < 0) {
            return path;
        }
        StringBuilder normal = new StringBuilder(path.length());
        int at = 0;
        while (at < path.length()) {
            char c = path.charAt(at);
            int octet = c == '%' ? escaped(path, at, path.length()) : -1;
            if (c == '%' && octet <= 0) {
                throw new IllegalArgumentException("path '" + path + "': expected two hexadecimal digits after '%'");
            }
            if (isUnreserved(octet)) {
                normal.append((char) octet);
                at += ESCAPE_LENGTH;
            } else {
                normal.append(c);
                at++;
            }
        }
        return normal.toString();
    }

    /** The octet that an escape at this place stands for, or -1 when it is none. */
    static int escaped(String text, int at, int end) {
        if (end - at < ESCAPE_LENGTH) {
            return -1;
        }
        int high = Character.digit(text.charAt(at + 1), 16);
        int low = Character.digit(text.charAt(at + 2), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    private static boolean isUnreserved(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }
}
