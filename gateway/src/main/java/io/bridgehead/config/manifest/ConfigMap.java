package io.bridgehead.config.manifest;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A core {@code ConfigMap}.
 *
 * @param data text by key, such as {@code ca.crt}
 * @param binaryData decoded; no key is in both
 */
public record ConfigMap(
        ManifestMetadata metadata, Map<String, String> data, Map<String, Blob> binaryData, ManifestSource source)
        implements Manifest {
    /** The kind as it is written. */
    public static final String KIND = "ConfigMap";

    public ConfigMap {
        data = Map.copyOf(data);
        binaryData = Map.copyOf(binaryData);
    }

    /** The value of a key as text, whichever map holds it; null when there is none. */
    public @Nullable String text(String key) {
        String text = data.get(key);
        Blob bytes = binaryData.get(key);
        return text == null && bytes != null ? bytes.text() : text;
    }
}
