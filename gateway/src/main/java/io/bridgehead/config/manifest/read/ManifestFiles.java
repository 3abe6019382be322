package io.bridgehead.config.manifest.read;

import io.bridgehead.config.manifest.ManifestReading;
import io.bridgehead.config.schema.Place;
import io.bridgehead.config.schema.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;

/**
 * Reads manifests from files and folders. Blocks; never to be called on an event loop. Of a folder it reads, at every depth, the files
 * that end in {@code .yaml}, {@code .yml} or {@code .json}, in the order of their paths; files and folders whose names begin with a dot
 * are left alone. Links are followed.
 *
 * <p>Bounds: 40,000 files of 256 MiB in all, folders 16 deep.
 */
public final class ManifestFiles {
    private static final int FILES_MAX = 40_000;
    private static final int DEPTH_MAX = 16;
    private static final long BYTES_MAX = 256L << 20;
    private static final List<String> ENDINGS = List.of(".yaml", ".yml", ".json");

    private ManifestFiles() {}

    /**
     * Reads these files and folders; messages call a file by the path that was given or found.
     *
     * @param memory what they were read as before; afterwards it knows these files alone
     */
    public static ManifestReading read(List<Path> paths, ManifestMemory memory) {
        ManifestReader reader = new ManifestReader(memory);
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            collect(path, files, reader);
        }
        long bytes = 0;
        List<String> names = new ArrayList<>();
        for (Path file : files) {
            names.add(file.toString());
            bytes += add(file, reader);
            if (bytes > BYTES_MAX || names.size() > FILES_MAX) {
                reader.add(Problem.at(
                        Place.of(file.toString()),
                        "",
                        "more files",
                        "at most " + FILES_MAX + " files of " + (BYTES_MAX >> 20) + " MiB in all",
                        "what follows is not read"));
                break;
            }
        }
        memory.retain(names);
        return reader.result();
    }

    /**
     * A number that changes when a file that would be read comes, goes or is written: by name, size and time of the last change.
     *
     * @param paths as for {@link #read}
     */
    public static long fingerprint(List<Path> paths) {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            collect(path, files, new ManifestReader());
        }
        long print = files.size();
        for (Path file : files) {
            print = 31 * print + file.hashCode();
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                print = 31 * print + attributes.size();
                print = 31 * print + attributes.lastModifiedTime().hashCode();
                print = 31 * print + String.valueOf(attributes.fileKey()).hashCode();
            } catch (IOException e) {
                print = 31 * print + 1;
            }
        }
        return print;
    }

    private static void collect(Path path, List<Path> files, ManifestReader reader) {
        if (!Files.isDirectory(path)) {
            files.add(path);
            return;
        }
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(
                    path, EnumSet.of(FileVisitOption.FOLLOW_LINKS), DEPTH_MAX, new Visitor(path, found, reader));
        } catch (IOException e) {
            refuse(path, e, reader);
        }
        Collections.sort(found);
        files.addAll(found);
    }

    private static long add(Path file, ManifestReader reader) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(ManifestReader.BYTES_MAX + 1);
            reader.add(file.toString(), content);
            return content.length;
        } catch (IOException e) {
            refuse(file, e, reader);
            return 0;
        }
    }

    private static void refuse(Path path, IOException e, ManifestReader reader) {
        String found =
                Files.exists(path) ? "what cannot be read (" + e.getClass().getSimpleName() + ")" : "no such file";
        reader.addUnreadable(
                path.toString(),
                Problem.at(
                        Place.of(path.toString()),
                        "",
                        found,
                        "a readable file or folder of manifests",
                        "check the path and its permissions"));
    }

    /** Collects the files of one folder. */
    private static final class Visitor extends SimpleFileVisitor<Path> {
        private final Path root;
        private final List<Path> found;
        private final ManifestReader reader;

        Visitor(Path root, List<Path> found, ManifestReader reader) {
            this.root = root;
            this.found = found;
            this.reader = reader;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            boolean hidden = !folder.equals(root) && isHidden(folder);
            return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = String.valueOf(file.getFileName());
            if (attributes.isRegularFile()
                    && !isHidden(file)
                    && ENDINGS.stream().anyMatch(name::endsWith)) {
                found.add(file);
            }
            return found.size() > FILES_MAX ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            if (!(e instanceof FileSystemLoopException) && !isHidden(file)) {
                refuse(file, e, reader);
            }
            return FileVisitResult.CONTINUE;
        }

        private static boolean isHidden(Path path) {
            return String.valueOf(path.getFileName()).startsWith(".");
        }
    }
}
