package io.bridgehead.config.manifest;

import java.util.List;

/**
 * A {@code ListenerSet}: further listeners of a gateway. The experimental {@code XListenerSet} keeps its own group and kind in its
 * id.
 *
 * @param parentRef the gateway; without section name and port
 */
public record ListenerSet(
        ManifestMetadata metadata, ParentReference parentRef, List<Listener> listeners, ManifestSource source)
        implements Manifest {
    /** The kind as it is written. */
    public static final String KIND = "ListenerSet";
    /** The experimental kind as it is written. */
    public static final String EXPERIMENTAL_KIND = "XListenerSet";

    public ListenerSet {
        listeners = List.copyOf(listeners);
    }

    /** What {@code parentRef} refers to. */
    public ManifestId parent() {
        String namespace = parentRef.namespace() == null ? id().namespace() : parentRef.namespace();
        return new ManifestId(parentRef.group(), parentRef.kind(), namespace, parentRef.name());
    }
}
