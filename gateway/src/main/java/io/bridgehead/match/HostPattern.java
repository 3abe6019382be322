package io.bridgehead.match;

import io.bridgehead.model.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A host name that a route answers to: exact ({@code orders.example}), wildcard ({@code *.example}, which fits one or more
 * further labels but not {@code example} itself, as in the Gateway API), an IP address, or {@code *} for every host.
 *
 * @param text the pattern in lower case, without a trailing dot
 */
public record HostPattern(String text) implements Comparable<HostPattern> {
    /** @throws IllegalArgumentException if the text is no host name, IP address or wildcard of one */
    public HostPattern {
        String problem = problem(text);
        if (problem != null) {
            throw new IllegalArgumentException("hostname '" + text + "': " + problem);
        }
    }

    /**
     * Reads a host name as people write it: any case, perhaps with a trailing dot; never with a port.
     *
     * @throws IllegalArgumentException saying what is wrong with the text
     */
    public static HostPattern parse(String text) {
        if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
            throw new IllegalArgumentException("hostname '" + text + "': expected a name without a port");
        }
        return new HostPattern(text.equals("*.") ? text : Hosts.normalise(text));
    }

    /** Whether this pattern begins with {@code *}. */
    public boolean isWildcard() {
        return text.charAt(0) == '*';
    }

    /** What a host must end in, beginning with the dot; empty for {@code *}. Only for wildcards. */
    String suffix() {
        assert isWildcard();
        return text.substring(1);
    }

    private static @Nullable String problem(String text) {
        if (text.isEmpty() || text.length() > Hosts.CHARACTERS_MAX) {
            return "expected 1 to 253 characters";
        }
        if (text.equals("*")) {
            return null;
        }
        String name = text.startsWith("*.") ? text.substring(2) : text;
        if (name.indexOf(':') >= 0) {
            return IpAddress.parse(text) != null ? null : "expected an IPv6 address";
        }
        for (String label : name.split("\\.", -1)) {
            if (!isLabel(label)) {
                return "expected labels of a-z, 0-9, '-' and '_', and '*' as the whole first label only";
            }
        }
        return null;
    }

    private static boolean isLabel(String label) {
        int length = label.length();
        boolean fits = length >= 1 && length <= 63 && label.charAt(0) != '-' && label.charAt(length - 1) != '-';
        for (int i = 0; fits && i < length; i++) {
            fits = isLabelCharacter(label.charAt(i));
        }
        return fits;
    }

    private static boolean isLabelCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    @Override
    public int compareTo(HostPattern other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
