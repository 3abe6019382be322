package io.bridgehead.config.manifest;

import java.util.List;

/** A {@code TCPRoute}: connections by the port they come to. */
public record TcpRoute(
        ManifestMetadata metadata, List<ParentReference> parentRefs, List<StreamRule> rules, ManifestSource source)
        implements Route {
    /** The kind as it is written. */
    public static final String KIND = "TCPRoute";

    public TcpRoute {
        parentRefs = List.copyOf(parentRefs);
        rules = List.copyOf(rules);
    }

    @Override
    public List<String> hostnames() {
        return List.of();
    }
}
