package io.bridgehead.admin;

import io.bridgehead.model.IpAddress;
import java.util.Locale;
import java.util.Set;

/**
 * What requests may call a node: an IP address, {@code localhost}, or a name that is the node's. So no page of another name reaches it through
 * somebody's browser, whatever that name resolves to (DNS rebinding).
 *
 * @param names in lower case
 */
record OwnHosts(Set<String> names) {
    OwnHosts {
        names = Set.copyOf(names);
    }

    /** Whether an authority, with or without a port, means the node. */
    boolean has(String authority) {
        String host = hostOf(authority).toLowerCase(Locale.ROOT);
        return IpAddress.parse(host) != null || host.equals("localhost") || names.contains(host);
    }

    /** What would have been expected, for a message. */
    String expected() {
        return names.isEmpty()
                ? "localhost or an IP address"
                : String.join(", ", names) + ", localhost or an IP address";
    }

    private static String hostOf(String authority) {
        if (authority.startsWith("[")) {
            int end = authority.indexOf(']');
            return end < 0 ? authority : authority.substring(1, end);
        }
        int colon = authority.lastIndexOf(':');
        return colon < 0 ? authority : authority.substring(0, colon);
    }
}
