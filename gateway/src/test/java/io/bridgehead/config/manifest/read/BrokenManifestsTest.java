package io.bridgehead.config.manifest.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.manifest.ManifestReading;
import io.bridgehead.config.schema.Golden;
import io.bridgehead.config.schema.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every manifest of the corpus is refused, in the words of the golden file beside it, and no word of a secret is said. */
class BrokenManifestsTest {
    private static final Path CORPUS = Path.of("src/test/resources/io/bridgehead/config/broken-manifests");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(CORPUS)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void manifestsSayWhatIsWrong(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        ManifestReading reading =
                new ManifestReader().add(name, Files.readAllBytes(file)).result();
        String said = Stream.concat(
                        reading.refused().stream().map(Problem::toString),
                        reading.noticed().stream().map(notice -> "notice: " + notice))
                .collect(Collectors.joining("\n", "", "\n"));
        assertThat(said).doesNotContain("hunter2").doesNotContain("aHVudGVyMg");
        Golden.check(file.resolveSibling(name + ".problems.txt"), said);
        assertThat(reading.manifests()).isEmpty();
        assertThat(reading.documents()).isEmpty();
        assertThat(reading.unreadable()).isEqualTo(name.equals("syntax.yaml") ? Set.of(name) : Set.of());
    }
}
