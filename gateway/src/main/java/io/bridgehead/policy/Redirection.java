package io.bridgehead.policy;

import org.jspecify.annotations.Nullable;

/**
 * An answer that sends the client elsewhere (Gateway API v1, HTTPRequestRedirectFilter); what is null stays as it was asked for.
 *
 * @param scheme {@code http} or {@code https}
 * @param port 1 to 65535; null for that of the scheme when one is given, else that of the listener; 80 and 443 are not written out for their schemes
 * @param status 301, 302, 303, 307 or 308
 */
public record Redirection(
        @Nullable String scheme,
        @Nullable String hostname,
        @Nullable Integer port,
        @Nullable PathChange path,
        int status) {}
