package io.bridgehead.config.manifest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@code ReferenceGrant}: who of other namespaces may refer to what in its own. Any of {@code from} may refer to any of {@code to}. */
public record ReferenceGrant(ManifestMetadata metadata, List<From> from, List<To> to, ManifestSource source)
        implements Manifest {
    /** The kind as it is written. */
    public static final String KIND = "ReferenceGrant";

    public ReferenceGrant {
        from = List.copyOf(from);
        to = List.copyOf(to);
    }

    /** Who may refer. */
    public record From(String group, String kind, String namespace) {}

    /**
     * What may be referred to.
     *
     * @param name null: all of that kind
     */
    public record To(String group, String kind, @Nullable String name) {}
}
