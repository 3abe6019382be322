package io.bridgehead.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Has the desktop open a link in the browser of this user. What a program is started with is seen by every user of the machine, so it is given
 * a file that only this user may read and that leads on; the file is there until the end of the command.
 *
 * @param folder holds the file, and nothing else
 */
record BrowserStart(Path folder) {
    private static final String FILE = "open.html";

    /** Opens it; null when this machine has no desktop, or nothing that opens a browser. */
    static @Nullable BrowserStart of(String link) {
        String program = program();
        if (program == null) {
            return null;
        }
        try {
            Path folder = Files.createTempDirectory(
                    "bridgehead-page",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path file = Files.writeString(
                    folder.resolve(FILE),
                    "<!doctype html><meta charset=\"utf-8\"><title>Bridgehead</title><meta http-equiv=\"refresh\" content=\"0;url="
                            + link + "\"><a href=\"" + link + "\">To the page</a>\n");
            new ProcessBuilder(List.of(program, file.toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new BrowserStart(folder);
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }

    private static @Nullable String program() {
        boolean mac = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("mac");
        boolean desktop = mac || isSet("DISPLAY") || isSet("WAYLAND_DISPLAY");
        String name = mac ? "open" : "xdg-open";
        String path = System.getenv("PATH");
        if (!desktop || path == null) {
            return null;
        }
        for (String folder : path.split(File.pathSeparator, -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, name))) {
                return Path.of(folder, name).toString();
            }
        }
        return null;
    }

    private static boolean isSet(String variable) {
        String value = System.getenv(variable);
        return value != null && !value.isEmpty();
    }

    /** Takes the file away. */
    void remove() {
        try {
            Files.deleteIfExists(folder.resolve(FILE));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // It is good for nothing any more, and the system clears such folders.
        }
    }
}
