package io.bridgehead.cli;

import io.bridgehead.config.Document;
import io.bridgehead.config.read.DocumentFiles;
import io.bridgehead.config.read.DocumentPlaces;
import io.bridgehead.config.schema.Place;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** Documents that a command is given in files. */
@OwnedBy(Owner.CONFINED)
final class DocumentInput {
    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "documents, or a folder of documents; may be repeated")
    private List<Path> files = List.of();

    /**
     * Documents by name.
     *
     * @param texts what they say
     * @param places where they begin
     */
    record Given(SortedMap<String, String> texts, SortedMap<String, Place> places) {
        /** A node's message with the files and lines that a person wrote in place of the node's names for documents of a source. */
        String inFiles(String source, String message) {
            return new DocumentPlaces(source, places).inFiles(message);
        }
    }

    /** Reads them; what is wrong with them becomes a {@link Failure} that names every place. */
    Given read() {
        for (Path file : files) {
            if (!Files.exists(file)) {
                throw new Failure(Failure.PROBLEM, "bridgehead: " + file + ": no such file or folder");
            }
        }
        return switch (DocumentFiles.read(files)) {
            case Reading.Refused<List<Document>> refused ->
                throw new Failure(Failure.PROBLEM, String.join("\n", NodeFile.lines(refused.problems())));
            case Reading.Done<List<Document>> done -> given(done.value());
        };
    }

    private Given given(List<Document> documents) {
        SortedMap<String, String> texts = new TreeMap<>();
        SortedMap<String, Place> places = new TreeMap<>();
        for (Document document : documents) {
            texts.put(document.id().toString(), document.source().text());
            places.put(document.id().toString(), document.source().start());
        }
        if (texts.isEmpty()) {
            throw new Failure(Failure.PROBLEM, "bridgehead: no documents in " + files);
        }
        return new Given(texts, places);
    }
}
