package io.bridgehead.app.publish;

import io.bridgehead.config.Document;
import io.bridgehead.config.read.DocumentFiles;
import io.bridgehead.config.schema.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a look at a folder finds, without reading the files: which there are, and of each its size, its time and which file it is. Links are
 * followed, so a change behind them, as of {@code ..data} in a volume of Kubernetes, is seen. Runs on the blocking pool.
 */
sealed interface FolderScan {
    /**
     * The folder does not show any document file. An empty folder counts, because the place where a file system was mounted is one.
     *
     * @param reason what was found and expected
     */
    record Gone(String reason) implements FolderScan {}

    /** It has files, in this state; equal states hold equal contents for all that can be told without reading. */
    record Seen(String state) implements FolderScan {}

    /** Looks. */
    static FolderScan of(Path folder) {
        if (!Files.isDirectory(folder)) {
            return new Gone(Files.exists(folder) ? "found a file, expected a folder" : "no such folder");
        }
        try {
            List<Path> files = DocumentFiles.in(folder);
            if (files.isEmpty()) {
                return new Gone("no file in it ends in .yaml or .yml");
            }
            StringBuilder state = new StringBuilder();
            for (Path file : files) {
                BasicFileAttributes about = Files.readAttributes(file, BasicFileAttributes.class);
                state.append(file.getFileName())
                        .append('\0')
                        .append(about.size())
                        .append(' ')
                        .append(about.lastModifiedTime().toInstant())
                        .append(' ')
                        .append(about.fileKey())
                        .append('\n');
            }
            return new Seen(state.toString());
        } catch (IOException e) {
            // A file that goes between list and look is a change under way: the next look finds another state.
            return Files.isReadable(folder)
                    ? new Seen("changing: " + e)
                    : new Gone("cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** Reads all documents; null when the folder changed meanwhile, so that what was read may be of two states. */
    static @Nullable Reading<List<Document>> read(Path folder, Seen seen) {
        Reading<List<Document>> reading = DocumentFiles.read(List.of(folder));
        return of(folder).equals(seen) ? reading : null;
    }
}
