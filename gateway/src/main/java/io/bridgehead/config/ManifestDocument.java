package io.bridgehead.config;

import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.config.manifest.ManifestId;

/** A Kubernetes manifest that the fabric shares. Its name in the fabric is {@code namespace/name}. */
public record ManifestDocument(Manifest manifest, DocumentSource source) implements Document {
    @Override
    public DocumentId id() {
        ManifestId id = manifest.id();
        return new DocumentId(id.kind(), id.namespace().isEmpty() ? id.name() : id.namespace() + "/" + id.name());
    }
}
