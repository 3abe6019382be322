package io.bridgehead.config.manifest;

import io.bridgehead.config.Document;
import io.bridgehead.config.schema.Problem;
import java.util.List;
import java.util.Set;

/**
 * What came of reading a set of files: everything that stands, and everything that is wrong.
 *
 * @param manifests in the order of the files; each id once
 * @param documents documents of the product's own form, in the order of the files; each id once
 * @param refused why files and documents were left out; by file, line and column
 * @param noticed what does not matter but is not right either, such as an unknown field; by file, line and column
 * @param unreadable files of which nothing is here, because they could not be read or are no YAML: what was known of them before is
 *     the best that is known
 */
public record ManifestReading(
        List<Manifest> manifests,
        List<Document> documents,
        List<Problem> refused,
        List<Problem> noticed,
        Set<String> unreadable) {
    public ManifestReading {
        manifests = List.copyOf(manifests);
        documents = List.copyOf(documents);
        refused = List.copyOf(refused);
        noticed = List.copyOf(noticed);
        unreadable = Set.copyOf(unreadable);
    }
}
