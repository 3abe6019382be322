package io.bridgehead.config.manifest;

/** A core {@code Namespace}: the labels by which listeners choose. */
public record Namespace(ManifestMetadata metadata, ManifestSource source) implements Manifest {
    /** The kind as it is written. */
    public static final String KIND = "Namespace";
    /** The label that every namespace has: its own name. */
    public static final String NAME_LABEL = "kubernetes.io/metadata.name";
}
