package io.bridgehead.config.manifest;

import io.bridgehead.config.DocumentSource;
import io.bridgehead.config.schema.Place;

/**
 * Where a manifest stands: its document, and where in it when the document is a list of manifests.
 *
 * @param document the text of the document; never printed, because it may hold keys
 * @param within the path of the manifest in its document, such as {@code items[3]}; empty for the document itself
 * @param start where it begins
 */
public record ManifestSource(DocumentSource document, String within, Place start) {
    /**
     * Where a key stands, such as {@code spec.rules[0].backendRefs[1].name}, or the nearest thing around it that exists. Parses the
     * text again: problems are rare.
     */
    public Place place(String path) {
        return document.place(within.isEmpty() ? path : within + "." + path);
    }

    @Override
    public String toString() {
        return start.toString();
    }
}
