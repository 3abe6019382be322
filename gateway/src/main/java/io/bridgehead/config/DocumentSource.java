package io.bridgehead.config;

import io.bridgehead.config.schema.Place;
import io.bridgehead.config.schema.Problems;
import io.bridgehead.config.schema.YamlDocument;
import io.bridgehead.config.schema.YamlReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The text of one document exactly as it was written, and where it stood: what changesets carry and hash.
 *
 * @param start where the text begins in its file
 * @param text of this document alone, without document markers; ends with one line feed
 */
public record DocumentSource(Place start, String text) {
    /**
     * Where a key stands, such as {@code spec.ports[0].listener}, or the nearest thing around it that exists. Parses the text
     * again: problems are rare, positions of every key of ten thousand documents are not worth their memory.
     */
    public Place place(String path) {
        List<YamlDocument> documents = YamlReader.read(start.file(), text, new Problems());
        if (documents.isEmpty()) {
            return start;
        }
        Place inText = documents.getFirst().placeOf(path);
        int column = inText.line() == 1 ? inText.column() + start.column() - 1 : inText.column();
        return new Place(start.file(), inText.line() + start.line() - 1, column);
    }

    /** What it says, flat, as {@link YamlDocument#leaves}. */
    public SequencedMap<String, String> leaves() {
        List<YamlDocument> documents = YamlReader.read(start.file(), text, new Problems());
        return documents.isEmpty()
                ? new LinkedHashMap<>()
                : documents.getFirst().leaves();
    }
}
