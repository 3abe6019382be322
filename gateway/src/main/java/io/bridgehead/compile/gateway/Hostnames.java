package io.bridgehead.compile.gateway;

import io.bridgehead.match.HostPattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the host names of listeners and routes have in common (Gateway API v1, HTTPRouteSpec.hostnames). */
final class Hostnames {
    static final HostPattern ANY = new HostPattern("*");

    private Hostnames() {}

    /** The pattern of a listener's host name; null and the empty name fit every host. */
    static HostPattern of(@Nullable String hostname) {
        return hostname == null || hostname.isEmpty() ? ANY : HostPattern.parse(hostname);
    }

    /** The hosts that both want; without any of its own, a route takes those of the listener. */
    static List<HostPattern> common(HostPattern listener, List<HostPattern> route) {
        if (route.isEmpty()) {
            return List.of(listener);
        }
        List<HostPattern> common = new ArrayList<>();
        for (HostPattern own : route) {
            HostPattern both = common(listener, own);
            if (both != null && !common.contains(both)) {
                common.add(both);
            }
        }
        return common;
    }

    /**
     * The host name of a route that gave it a host in common with a listener: where several routes have that in common, the one whose own host
     * name is narrower comes first. {@link #ANY} for a route without host names.
     */
    static HostPattern origin(HostPattern listener, HostPattern common, List<String> route) {
        HostPattern narrowest = ANY;
        for (String text : route) {
            HostPattern own = of(text);
            if (common.equals(common(listener, own)) && covers(narrowest, own)) {
                narrowest = own;
            }
        }
        return narrowest;
    }

    /** The narrower of two patterns when it lies within the other, else null. */
    static @Nullable HostPattern common(HostPattern one, HostPattern other) {
        if (covers(one, other)) {
            return other;
        }
        return covers(other, one) ? one : null;
    }

    /** Whether every host that the second fits is one that the first fits. */
    static boolean covers(HostPattern wide, HostPattern narrow) {
        if (wide.equals(narrow) || wide.equals(ANY)) {
            return true;
        }
        if (!wide.isWildcard()) {
            return false;
        }
        String suffix = wide.text().substring(1);
        String text = narrow.isWildcard() ? narrow.text().substring(1) : narrow.text();
        return text.endsWith(suffix) && text.length() > (narrow.isWildcard() ? suffix.length() - 1 : suffix.length());
    }
}
