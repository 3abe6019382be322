package io.bridgehead.config;

/** An {@code AuthorizationPolicy} document: who may, or may not, do what with some services. */
public record AuthorizationDocument(String name, AuthorizationSpec spec, DocumentSource source) implements Document {
    /** The kind as it is written. */
    public static final String KIND = "AuthorizationPolicy";

    @Override
    public DocumentId id() {
        return new DocumentId(KIND, name);
    }
}
