package io.bridgehead.app.publish;

import io.bridgehead.config.Document;
import io.bridgehead.config.read.DocumentPlaces;
import io.bridgehead.config.schema.Place;
import io.bridgehead.sync.Changesets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The documents of a folder.
 *
 * @param texts by name
 * @param hashes by name, as manifests have them
 * @param places where each begins
 */
record FolderContent(SortedMap<String, String> texts, SortedMap<String, String> hashes, DocumentPlaces places) {
    static FolderContent of(String source, List<Document> documents) {
        SortedMap<String, String> texts = new TreeMap<>();
        SortedMap<String, String> hashes = new TreeMap<>();
        SortedMap<String, Place> places = new TreeMap<>();
        for (Document document : documents) {
            String name = document.id().toString();
            texts.put(name, document.source().text());
            hashes.put(name, Changesets.hash(document.source().text()));
            places.put(name, document.source().start());
        }
        return new FolderContent(texts, hashes, new DocumentPlaces(source, places));
    }

    /** One text for all of it: equal for equal documents. */
    String digest() {
        return Changesets.hash(hashes.toString());
    }
}
