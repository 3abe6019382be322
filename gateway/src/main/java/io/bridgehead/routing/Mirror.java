package io.bridgehead.routing;

/**
 * A copy of requests for a service whose answers nobody waits for (Gateway API v1, HTTPRequestMirrorFilter).
 *
 * @param numerator of the share of requests
 * @param denominator of it, 1 or more
 */
public record Mirror(ServiceRoute service, int numerator, int denominator) {}
