package io.bridgehead.config.manifest;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every manifest says of itself.
 *
 * @param id what it is called; without a namespace in the file it is in {@code default}
 * @param labels by name; a {@code Namespace} always has {@code kubernetes.io/metadata.name}, its own name
 * @param annotations by name
 * @param creationTimestamp when it was made; null when the file does not say so
 * @param generation the number of its form; 0 when the file does not say so
 */
public record ManifestMetadata(
        ManifestId id,
        Map<String, String> labels,
        Map<String, String> annotations,
        @Nullable Instant creationTimestamp,
        long generation) {
    /** The namespace of manifests that name none. */
    public static final String DEFAULT_NAMESPACE = "default";

    public ManifestMetadata {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    /** The namespace; empty for kinds that belong to none. */
    public String namespace() {
        return id.namespace();
    }

    /** The name. */
    public String name() {
        return id.name();
    }
}
