package io.bridgehead.match;

import io.bridgehead.model.IpAddress;
import java.util.Locale;

/** The one form in which host names are compared: lower case, without port, without the root's trailing dot. */
public final class Hosts {
    /** The longest host name there is (RFC 1035, section 2.3.4). */
    public static final int CHARACTERS_MAX = 253;

    private Hosts() {}

    /**
     * The host of an authority such as {@code Orders.Example:8080} or {@code [2001:db8::1]:443}; an IPv6 address comes
     * without its brackets and as {@link IpAddress} writes it, in whatever form it was. The same string is returned when nothing is to be changed. Checks no syntax: a text that is
     * no host matches no route.
     */
    public static String normalise(String authority) {
        int end = authority.length();
        if (end > 0 && authority.charAt(0) == '[') {
            int close = authority.indexOf(']');
            if (close > 0) {
                return address(lowerCase(authority, 1, close));
            }
        }
        int colon = authority.indexOf(':');
        if (colon >= 0 && authority.indexOf(':', colon + 1) >= 0) {
            return address(lowerCase(authority, 0, end));
        }
        if (colon >= 0) {
            end = colon;
        }
        if (end > 0 && authority.charAt(end - 1) == '.') {
            end--;
        }
        return lowerCase(authority, 0, end);
    }

    private static String address(String text) {
        IpAddress address = IpAddress.parse(text);
        return address == null ? text : address.toString();
    }

    private static String lowerCase(String text, int start, int end) {
        String part = text.substring(start, end);
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return part.toLowerCase(Locale.ROOT);
            }
        }
        return part;
    }
}
