package io.bridgehead.config.manifest;

import java.util.List;

/** A {@code TLSRoute}: connections by the server name of their ClientHello. */
public record TlsRoute(
        ManifestMetadata metadata,
        List<ParentReference> parentRefs,
        List<String> hostnames,
        List<StreamRule> rules,
        ManifestSource source)
        implements Route {
    /** The kind as it is written. */
    public static final String KIND = "TLSRoute";

    public TlsRoute {
        parentRefs = List.copyOf(parentRefs);
        hostnames = List.copyOf(hostnames);
        rules = List.copyOf(rules);
    }
}
