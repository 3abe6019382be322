package io.bridgehead.policy;

/** Hosts as they are written into heads. */
final class HostText {
    private static final int CHARACTERS_MAX = 253;

    private HostText() {}

    /** @throws IllegalArgumentException if the text is no host name in lower case */
    static void check(String hostname) {
        boolean labels = true;
        for (String label : hostname.split("\\.", -1)) {
            labels &= !label.isEmpty() && label.chars().allMatch(HostText::isLabelCharacter);
            labels &= !label.startsWith("-") && !label.endsWith("-");
        }
        if (!labels || hostname.length() > CHARACTERS_MAX) {
            throw new IllegalArgumentException(
                    "hostname '" + hostname + "': expected a host name in lower case, without a port");
        }
    }

    private static boolean isLabelCharacter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    }

    /** The host of an authority without its port, an IPv6 address with its brackets; empty when it is none. */
    static String ofAuthority(String authority) {
        int close = authority.startsWith("[") ? authority.indexOf(']') : -1;
        int colon = authority.indexOf(':', Math.max(0, close));
        String host = colon < 0 ? authority : authority.substring(0, colon);
        return isHost(host, close) ? host : "";
    }

    /** Whether a host cannot end the authority that it is written into. */
    private static boolean isHost(String host, int close) {
        if (close >= 0) {
            return close == host.length() - 1
                    && host.substring(1, close)
                            .chars()
                            .allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.');
        }
        return host.chars().allMatch(c -> isLabelCharacter(Character.toLowerCase(c)) || c == '.' || c == '_');
    }

    /** A path that is no network-path reference (RFC 3986, section 4.2). */
    static String withOneSlash(String path) {
        int slashes = 0;
        while (slashes < path.length() && path.charAt(slashes) == '/') {
            slashes++;
        }
        return slashes > 1 ? path.substring(slashes - 1) : path;
    }
}
