package io.bridgehead.upstream.endpoint;

import io.bridgehead.wire.WireLimits;

/**
 * What bounds connections to endpoints.
 *
 * @param pool how many to one endpoint, and who may wait for one
 * @param wire each of them
 */
public record EndpointBounds(PoolLimits pool, WireLimits wire) {}
