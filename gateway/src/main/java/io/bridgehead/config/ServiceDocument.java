package io.bridgehead.config;

import io.bridgehead.model.ServiceName;
import java.util.Map;

/** A {@code Service} document: what clients call, and where it is served. */
public record ServiceDocument(ServiceName name, Map<String, String> labels, ServiceSpec spec, DocumentSource source)
        implements Document {
    /** The kind as it is written. */
    public static final String KIND = "Service";

    public ServiceDocument {
        labels = Map.copyOf(labels);
    }

    @Override
    public DocumentId id() {
        return new DocumentId(KIND, name.value());
    }
}
