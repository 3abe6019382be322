package io.bridgehead.config;

import java.util.List;
import java.util.Map;

/** A {@code TrafficPolicy} document: what many services have in common, section by section, that do not say it themselves. */
public record TrafficPolicyDocument(String name, Selector services, TrafficSpec spec, DocumentSource source)
        implements Document {
    /** The kind as it is written. */
    public static final String KIND = "TrafficPolicy";

    @Override
    public DocumentId id() {
        return new DocumentId(KIND, name);
    }

    /**
     * Which services it is about: those that both conditions fit.
     *
     * @param names whole names, or beginnings of names with a {@code *} after them; empty for all
     * @param labels all of which the service has; empty for all
     */
    public record Selector(List<String> names, Map<String, String> labels) {
        public Selector {
            names = List.copyOf(names);
            labels = Map.copyOf(labels);
        }
    }
}
