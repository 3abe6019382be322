package io.bridgehead.config.manifest;

import io.bridgehead.model.SiteName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An {@code EndpointSlice}: some of the endpoints of a service.
 *
 * @param addressType {@code IPv4}, {@code IPv6} or {@code FQDN}
 */
public record EndpointSlice(
        ManifestMetadata metadata,
        String addressType,
        List<Endpoint> endpoints,
        List<Port> ports,
        ManifestSource source)
        implements Manifest {
    /** The kind as it is written. */
    public static final String KIND = "EndpointSlice";
    /** The label that says whose endpoints they are. */
    public static final String SERVICE_LABEL = "kubernetes.io/service-name";

    /** The label that says in which site they are; without it they are in the site of each node that reads it. */
    public static final String SITE_LABEL = "topology.bridgehead.io/site";

    public EndpointSlice {
        endpoints = List.copyOf(endpoints);
        ports = List.copyOf(ports);
    }

    /** The service of the same namespace whose endpoints they are; null when no label says so. */
    public @Nullable String serviceName() {
        return metadata.labels().get(SERVICE_LABEL);
    }

    /** The site that they are in; null when no label says so: then that of each node. */
    public @Nullable SiteName site() {
        String site = metadata.labels().get(SITE_LABEL);
        return site == null ? null : new SiteName(site);
    }

    /**
     * One endpoint.
     *
     * @param addresses 1 to 100, which mean the same endpoint
     * @param ready whether it takes requests; true unless given
     * @param serving whether it could take requests; as {@code ready} unless given
     * @param terminating whether it is stopping; false unless given
     * @param zone null when not given
     */
    public record Endpoint(
            List<String> addresses,
            boolean ready,
            boolean serving,
            boolean terminating,
            @Nullable String zone) {
        public Endpoint {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * A port of every endpoint of the slice.
     *
     * @param name that of the service's port; empty when not given
     * @param protocol {@code TCP} unless given, {@code UDP} or {@code SCTP}
     * @param port null: all ports
     * @param appProtocol null when not given
     */
    public record Port(
            String name,
            String protocol,
            @Nullable Integer port,
            @Nullable String appProtocol) {}
}
