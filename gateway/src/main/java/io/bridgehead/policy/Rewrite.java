package io.bridgehead.policy;

import org.jspecify.annotations.Nullable;

/**
 * What an endpoint is asked for instead (Gateway API v1, HTTPURLRewriteFilter).
 *
 * @param hostname instead of the client's, without port, or null
 * @param path or null
 */
public record Rewrite(@Nullable String hostname, @Nullable PathChange path) {
    /** @throws IllegalArgumentException if the hostname is none */
    public Rewrite {
        if (hostname != null) {
            HostText.check(hostname);
        }
    }

    /** The authority of a request after this. */
    public String authority(String requested) {
        return hostname == null ? requested : hostname;
    }

    /** The path of a request after this, with its query. */
    public String path(String requested) {
        return path == null ? requested : path.apply(requested);
    }
}
