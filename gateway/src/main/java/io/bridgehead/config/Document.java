package io.bridgehead.config;

/** One YAML document that the fabric shares. */
public sealed interface Document
        permits ServiceDocument, AuthorizationDocument, TrafficPolicyDocument, ManifestDocument {
    /** What it is called in the fabric; unique. */
    DocumentId id();

    /** The text it was written in. */
    DocumentSource source();
}
