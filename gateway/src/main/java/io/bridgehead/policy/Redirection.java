package io.bridgehead.policy;

import io.bridgehead.model.RequestHead;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An answer that sends the client elsewhere (Gateway API v1, HTTPRequestRedirectFilter); what is null stays as it was asked for.
 *
 * @param scheme {@code http} or {@code https}
 * @param hostname a host name in lower case, without port
 * @param port 1 to 65535; null for that of the scheme when one is given, else that of the listener; 80 and 443 are not written out for their schemes
 * @param status 301, 302, 303, 307 or 308
 */
public record Redirection(
        @Nullable String scheme,
        @Nullable String hostname,
        @Nullable Integer port,
        @Nullable PathChange path,
        int status) {
    private static final String HTTP = "http";
    private static final String HTTPS = "https";
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

    /** @throws IllegalArgumentException saying what is not as expected */
    public Redirection {
        if (scheme != null && !scheme.equals(HTTP) && !scheme.equals(HTTPS)) {
            throw new IllegalArgumentException("scheme '" + scheme + "': expected http or https");
        }
        if (hostname != null) {
            HostText.check(hostname);
        }
        if (port != null && (port < 1 || port > 65535)) {
            throw new IllegalArgumentException("port " + port + ": expected 1 to 65535");
        }
        if (!STATUSES.contains(status)) {
            throw new IllegalArgumentException("status " + status + ": expected 301, 302, 303, 307 or 308");
        }
    }

    /**
     * The value of the answer's {@code Location}. It names a host even when only the path changes, so that no path can be read as a host; only a
     * request that names none (HTTP/1.0) gets a path alone.
     *
     * @param listenerPort the port that the client connected to, as the document of the listener has it
     */
    public String location(RequestHead head, int listenerPort) {
        String newScheme = scheme != null ? scheme : head.scheme();
        String host = hostname != null ? hostname : HostText.ofAuthority(head.authority());
        String newPath = path(head.path());
        if (host.isEmpty()) {
            return HostText.withOneSlash(newPath);
        }
        int newPort = port(newScheme, listenerPort);
        StringBuilder location = new StringBuilder(newScheme.length() + host.length() + newPath.length() + 9)
                .append(newScheme)
                .append("://")
                .append(host);
        if (newPort != wellKnown(newScheme)) {
            location.append(':').append(newPort);
        }
        return location.append(newPath).toString();
    }

    private String path(String requested) {
        if (!requested.startsWith("/")) {
            return "/";
        }
        return path == null ? requested : path.apply(requested);
    }

    private int port(String newScheme, int listenerPort) {
        if (port != null) {
            return port;
        }
        return scheme != null ? wellKnown(newScheme) : listenerPort;
    }

    private static int wellKnown(String scheme) {
        return scheme.equals(HTTPS) ? HTTPS_PORT : HTTP_PORT;
    }
}
