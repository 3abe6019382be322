package io.bridgehead.config.manifest;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A core {@code Secret}.
 *
 * @param type {@code Opaque} unless given, {@code kubernetes.io/tls}, or another word
 * @param data decoded; an entry of {@code stringData} takes the place of one of {@code data}
 */
public record SecretManifest(ManifestMetadata metadata, String type, Map<String, Blob> data, ManifestSource source)
        implements Manifest {
    /** The kind as it is written. */
    public static final String KIND = "Secret";
    /** The type of a certificate and its key. */
    public static final String TLS_TYPE = "kubernetes.io/tls";

    public SecretManifest {
        data = Map.copyOf(data);
    }

    /** The value of a key, such as {@code tls.crt}; null when there is none. */
    public @Nullable Blob get(String key) {
        return data.get(key);
    }
}
