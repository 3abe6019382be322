package io.bridgehead.config.manifest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A core {@code Service}: the ports that routes refer to. Its endpoints are in {@code EndpointSlice}s.
 *
 * @param type {@code ClusterIP} unless given
 * @param clusterIP as it is written, {@code None} for a headless service; null when not given
 * @param externalName for type {@code ExternalName}; null when not given
 */
public record ServiceManifest(
        ManifestMetadata metadata,
        String type,
        @Nullable String clusterIP,
        @Nullable String externalName,
        List<Port> ports,
        ManifestSource source)
        implements Manifest {
    /** The kind as it is written. */
    public static final String KIND = "Service";

    public ServiceManifest {
        ports = List.copyOf(ports);
    }

    /** The port with this number and protocol {@code TCP} or {@code UDP}; null when there is none. */
    public @Nullable Port port(int number, String protocol) {
        for (Port port : ports) {
            if (port.port() == number && port.protocol().equals(protocol)) {
                return port;
            }
        }
        return null;
    }

    /**
     * A port of a service.
     *
     * @param name unique in the service; empty when not given
     * @param protocol {@code TCP} unless given, {@code UDP} or {@code SCTP}
     * @param port 1 to 65535
     * @param targetPort the endpoints' port, a number or a name; the same number unless given
     * @param appProtocol such as {@code kubernetes.io/h2c}; null when not given
     */
    public record Port(
            String name,
            String protocol,
            int port,
            String targetPort,
            @Nullable String appProtocol) {}
}
