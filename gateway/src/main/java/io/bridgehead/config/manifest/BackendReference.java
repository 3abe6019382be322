package io.bridgehead.config.manifest;

import org.jspecify.annotations.Nullable;

/**
 * Where requests or connections go. Group and kind are kept as text: one that is not known is for the status to say.
 *
 * @param group the API group; empty (the core group) unless given
 * @param kind {@code Service} unless given
 * @param namespace null: the namespace of who refers
 * @param port the port of the service, not of its endpoints; 1 to 65535; never null for a core {@code Service}
 */
public record BackendReference(
        String group,
        String kind,
        @Nullable String namespace,
        String name,
        @Nullable Integer port) {
    /** The kind of a core service. */
    public static final String SERVICE = "Service";

    /** Whether it means a core {@code Service}. */
    public boolean isService() {
        return group.equals(ManifestId.CORE_GROUP) && kind.equals(SERVICE);
    }
}
