package io.bridgehead.config.manifest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the connections or datagrams of a {@code TLSRoute}, {@code TCPRoute} or {@code UDPRoute} go.
 *
 * @param name unique in the route; null when not given
 */
public record StreamRule(@Nullable String name, List<RouteBackend> backendRefs) {
    public StreamRule {
        backendRefs = List.copyOf(backendRefs);
    }
}
