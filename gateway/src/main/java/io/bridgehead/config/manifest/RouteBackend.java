package io.bridgehead.config.manifest;

import java.util.List;

/**
 * One of the backends of a rule.
 *
 * @param backendRef where it is
 * @param weight its part of the sum of all weights, 0 to 1,000,000; 1 unless given
 * @param filters applied to what goes to this backend alone; always empty for TLS, TCP and UDP
 */
public record RouteBackend(BackendReference backendRef, int weight, List<HttpFilter> filters) {
    public RouteBackend {
        filters = List.copyOf(filters);
    }
}
