package io.bridgehead.policy;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Origins that may call: {@code scheme://host(:port)} with {@code http} or {@code https}, or {@code *} for all. A host may be {@code *}, or begin
 * with {@code *.}, which stands for one or more labels. Without a port it is that of the scheme, for every host.
 *
 * @param scheme or null for every origin
 * @param host in lower case; of a wildcard what a host ends in, with its dot, or nothing
 */
record CorsOrigin(@Nullable String scheme, boolean wildcard, String host, int port) {
    private static final int PORT_MAX = 65535;
    private static final CorsOrigin EVERY = new CorsOrigin(null, true, "", 0);

    /** @throws IllegalArgumentException if the text is no such origin */
    static CorsOrigin parse(String text) {
        if (text.equals("*")) {
            return EVERY;
        }
        int star = text.indexOf("://*");
        boolean wildcard = star >= 0;
        String plain = wildcard ? text.substring(0, star + 3) + "x" + text.substring(star + 4) : text;
        CorsOrigin origin = of(plain);
        boolean wholeLabel = origin != null && (origin.host.length() == 1 || origin.host.charAt(1) == '.');
        if (origin == null || (wildcard && !wholeLabel)) {
            throw new IllegalArgumentException(
                    "origin '" + text
                            + "': expected http or https, '://', a host that may begin with '*.' or be '*', and perhaps a port; or '*'");
        }
        return wildcard ? new CorsOrigin(origin.scheme, true, origin.host.substring(1), origin.port) : origin;
    }

    /** The origin that a request names, or null when it is none of the web, such as {@code null}. */
    static @Nullable CorsOrigin of(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        String scheme = lower.startsWith("https://") ? "https" : "http";
        if (!lower.startsWith(scheme + "://")) {
            return null;
        }
        int start = scheme.length() + 3;
        int colon = lower.indexOf(':', lower.startsWith("[", start) ? lower.indexOf(']', start) + 1 : start);
        String host = lower.substring(start, colon < 0 ? lower.length() : colon);
        int port = colon < 0 ? wellKnown(scheme) : port(lower.substring(colon + 1));
        boolean isHost = !host.isEmpty() && host.equals(HostText.ofAuthority(host));
        return isHost && port > 0 ? new CorsOrigin(scheme, false, host, port) : null;
    }

    private static int wellKnown(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    private static int port(String digits) {
        boolean number =
                !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = number ? Integer.parseInt(digits) : 0;
        return port <= PORT_MAX ? port : 0;
    }

    /** Whether this is {@code *}. */
    boolean isEvery() {
        return scheme == null;
    }

    /** Whether this stands for the origin that a request names. */
    boolean fits(@Nullable CorsOrigin requested) {
        if (scheme == null) {
            return true;
        }
        if (requested == null || !scheme.equals(requested.scheme) || port != requested.port) {
            return false;
        }
        return wildcard
                ? requested.host.endsWith(host) && requested.host.length() > host.length()
                : requested.host.equals(host);
    }
}
