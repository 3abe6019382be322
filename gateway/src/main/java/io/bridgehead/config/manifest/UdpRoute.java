package io.bridgehead.config.manifest;

import java.util.List;

/** A {@code UDPRoute}: datagrams by the port they come to. */
public record UdpRoute(
        ManifestMetadata metadata, List<ParentReference> parentRefs, List<StreamRule> rules, ManifestSource source)
        implements Route {
    /** The kind as it is written. */
    public static final String KIND = "UDPRoute";

    public UdpRoute {
        parentRefs = List.copyOf(parentRefs);
        rules = List.copyOf(rules);
    }

    @Override
    public List<String> hostnames() {
        return List.of();
    }
}
