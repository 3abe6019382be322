package io.bridgehead.policy;

import org.jspecify.annotations.Nullable;

/**
 * What an endpoint is asked for instead (Gateway API v1, HTTPURLRewriteFilter).
 *
 * @param hostname instead of the client's, or null
 * @param path or null
 */
public record Rewrite(@Nullable String hostname, @Nullable PathChange path) {}
