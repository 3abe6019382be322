package io.bridgehead.config.manifest;

import java.util.Comparator;

/**
 * What a manifest is called; unique in a set. The version of its form is no part of it.
 *
 * @param group the API group; empty for the core group
 * @param kind such as {@code HTTPRoute}
 * @param namespace empty for kinds that belong to no namespace ({@code GatewayClass}, {@code Namespace})
 */
public record ManifestId(String group, String kind, String namespace, String name) implements Comparable<ManifestId> {
    /** The group of the Gateway API. */
    public static final String GATEWAY_GROUP = "gateway.networking.k8s.io";
    /** The group of the Gateway API's experiments. */
    public static final String EXPERIMENTAL_GROUP = "gateway.networking.x-k8s.io";
    /** The core group. */
    public static final String CORE_GROUP = "";
    /** The group of {@code EndpointSlice}. */
    public static final String DISCOVERY_GROUP = "discovery.k8s.io";

    private static final Comparator<ManifestId> ORDER = Comparator.comparing(ManifestId::group)
            .thenComparing(ManifestId::kind)
            .thenComparing(ManifestId::namespace)
            .thenComparing(ManifestId::name);

    @Override
    public int compareTo(ManifestId other) {
        return ORDER.compare(this, other);
    }

    /** {@code Kind namespace/name}, as messages say it. */
    @Override
    public String toString() {
        return kind + " " + (namespace.isEmpty() ? name : namespace + "/" + name);
    }
}
