package io.bridgehead.load;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a comparison is asked to do, from system properties that begin with {@code compare.}; one that is empty counts as absent.
 *
 * @param rounds how often each setting is measured
 * @param seconds of one measurement
 * @param warmUpSeconds after which a setting is measured though it is not steady
 * @param rows names of rows; empty for all
 * @param settings names of settings; empty for all
 * @param report the file that gets everything as JSON
 * @param jfr the folder that gets flight recordings of the nodes
 * @param javaOptions of the nodes, beside those of the launcher
 */
record Options(
        int rounds,
        int seconds,
        int warmUpSeconds,
        List<String> rows,
        List<String> settings,
        Optional<Path> report,
        Optional<Path> jfr,
        String javaOptions) {
    /** @throws IllegalArgumentException that names the property whose value is wrong */
    static Options fromProperties() {
        return new Options(
                number("rounds", 5, 1000),
                number("seconds", 6, 3600),
                number("warmUpSeconds", 60, 3600),
                names("rows"),
                names("settings"),
                text("report").map(Path::of).map(Path::toAbsolutePath),
                text("jfr").map(Path::of).map(Path::toAbsolutePath),
                text("javaOptions").orElse(""));
    }

    /**
     * The distribution that the setting {@code earlier} starts, {@code compare.earlier}.
     *
     * @throws IllegalArgumentException if none is named, or there is no launcher in it
     */
    static Path earlier() {
        Path home = text("earlier")
                .map(Path::of)
                .map(Path::toAbsolutePath)
                .orElseThrow(() -> new IllegalArgumentException(
                        "compare.earlier: expected the folder of a distribution for the setting 'earlier'"));
        if (!Files.isExecutable(home.resolve("bin").resolve("bridgehead"))) {
            throw new IllegalArgumentException("compare.earlier '" + home + "': expected a folder with bin/bridgehead");
        }
        return home;
    }

    private static Optional<String> text(String name) {
        return Optional.ofNullable(System.getProperty("compare." + name)).filter(value -> !value.isBlank());
    }

    private static List<String> names(String name) {
        return text(name)
                .map(value ->
                        Arrays.stream(value.split(",", -1)).map(String::strip).toList())
                .orElse(List.of());
    }

    private static int number(String name, int standard, int max) {
        Optional<String> value = text(name);
        if (value.isEmpty()) {
            return standard;
        }
        if (!value.get().matches("\\d{1,6}")
                || Integer.parseInt(value.get()) < 1
                || Integer.parseInt(value.get()) > max) {
            throw new IllegalArgumentException(
                    "compare." + name + " '" + value.get() + "': expected a whole number from 1 to " + max);
        }
        return Integer.parseInt(value.get());
    }
}
