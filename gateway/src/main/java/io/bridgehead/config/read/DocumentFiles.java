package io.bridgehead.config.read;

import io.bridgehead.config.Document;
import io.bridgehead.config.schema.Place;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.config.schema.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads documents from files and folders. Blocks; never to be called on an event loop. Of a folder it reads the files that
 * end in {@code .yaml} or {@code .yml} and do not begin with a dot, in the order of their names; folders inside are left alone.
 */
public final class DocumentFiles {
    private static final int FILES_MAX = 10_000;
    private static final long BYTES_MAX = 64L << 20;

    private DocumentFiles() {}

    /** Reads these files and folders; messages call a file by the path that was given or found. */
    public static Reading<List<Document>> read(List<Path> paths) {
        DocumentReader reader = new DocumentReader();
        long bytes = 0;
        int files = 0;
        for (Path path : paths) {
            for (Path file : filesOf(path, reader)) {
                byte[] content = content(file, reader);
                bytes += content.length;
                files++;
                if (bytes > BYTES_MAX || files > FILES_MAX) {
                    reader.add(Problem.at(
                            Place.of(path.toString()),
                            "",
                            "more files",
                            "at most " + FILES_MAX + " files of 64 MiB in all",
                            null));
                    return reader.result();
                }
                reader.add(file.toString(), content);
            }
        }
        return reader.result();
    }

    private static List<Path> filesOf(Path path, DocumentReader reader) {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try {
            return in(path);
        } catch (IOException e) {
            refuse(path, e, reader);
            return List.of();
        }
    }

    /**
     * The document files of a folder, in the order of their names; at most one more than may be read.
     *
     * @throws IOException when the folder cannot be listed
     */
    public static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.filter(DocumentFiles::isDocumentFile)
                    .limit(FILES_MAX + 1L)
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static boolean isDocumentFile(Path file) {
        String name = String.valueOf(file.getFileName());
        return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml")) && Files.isRegularFile(file);
    }

    private static byte[] content(Path file, DocumentReader reader) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(YamlReader.BYTES_MAX + 1);
        } catch (IOException e) {
            refuse(file, e, reader);
            return new byte[0];
        }
    }

    private static void refuse(Path path, IOException e, DocumentReader reader) {
        String found =
                Files.exists(path) ? "what cannot be read (" + e.getClass().getSimpleName() + ")" : "no such file";
        reader.add(Problem.at(
                Place.of(path.toString()),
                "",
                found,
                "a readable file or folder of documents",
                "check the path and its permissions"));
    }
}
