package io.bridgehead.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** The distribution under test with another release of one library in it, as another version of it has. */
public final class Distribution {
    private static final String CLASS_PATH = "classpath";
    /** Archived classes of the libraries as they are. */
    private static final String ARCHIVE = "bridgehead.jsa";

    private Distribution() {}

    /**
     * Makes it, by links to what is the same.
     *
     * @param folder where; made
     * @param library its name without a version, such as {@code hazelcast}
     * @param jar the release that takes its place
     * @return the launcher
     */
    public static Path with(Path folder, String library, Path jar) {
        try {
            Path lib = Files.createDirectories(folder.resolve("lib"));
            String classPath = Files.readString(Cli.home().resolve("lib").resolve(CLASS_PATH));
            List<String> replaced = Stream.of(classPath.strip().split(":", -1))
                    .map(entry -> entry.substring(entry.lastIndexOf('/') + 1))
                    .filter(name -> name.matches(library + "-[0-9].*[.]jar"))
                    .toList();
            if (replaced.size() != 1) {
                throw new AssertionError("releases of " + library + ": found " + replaced + "; expected one");
            }
            try (Stream<Path> all = Files.list(Cli.home().resolve("lib"))) {
                for (Path one : all.toList()) {
                    String name = one.getFileName().toString();
                    if (!List.of(CLASS_PATH, ARCHIVE, replaced.getFirst()).contains(name)) {
                        Files.createSymbolicLink(lib.resolve(name), one.toAbsolutePath());
                    }
                }
            }
            String release = jar.getFileName().toString();
            Files.createSymbolicLink(lib.resolve(release), jar.toAbsolutePath());
            Files.writeString(lib.resolve(CLASS_PATH), classPath.replace("/" + replaced.getFirst(), "/" + release));
            Files.createSymbolicLink(
                    folder.resolve("conf"), Cli.home().resolve("conf").toAbsolutePath());
            Path bin = Files.createDirectories(folder.resolve("bin"));
            // A copy: the launcher goes by where it really lies.
            return Files.copy(Cli.launcher(), bin.resolve("bridgehead"), StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
