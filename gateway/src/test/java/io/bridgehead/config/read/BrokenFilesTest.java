package io.bridgehead.config.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.schema.Golden;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every broken file of the corpus says all that is wrong with it, in the words of the golden file beside it. */
class BrokenFilesTest {
    private static final Path CORPUS = Path.of("src/test/resources/io/bridgehead/config");

    static List<Path> gatewayFiles() throws IOException {
        return filesIn("broken-gateway");
    }

    static List<Path> documentFiles() throws IOException {
        return filesIn("broken-documents");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gatewayFiles")
    void gatewayFileSaysWhatIsWrong(Path file) throws IOException {
        check(
                file,
                new NodeConfigReader(Path.of("/etc/bridgehead"), "gw-1.example")
                        .read(name(file), Files.readAllBytes(file)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("documentFiles")
    void documentFileSaysWhatIsWrong(Path file) throws IOException {
        check(
                file,
                new DocumentReader().add(name(file), Files.readAllBytes(file)).result());
    }

    private static void check(Path file, Reading<?> reading) {
        assertThat(reading).as("%s", file).isInstanceOf(Reading.Refused.class);
        String text = reading instanceof Reading.Refused<?> refused
                ? refused.problems().stream().map(Problem::toString).collect(Collectors.joining("\n", "", "\n"))
                : "";
        Golden.check(file.resolveSibling(name(file) + ".problems.txt"), text);
    }

    private static List<Path> filesIn(String folder) throws IOException {
        try (Stream<Path> files = Files.list(CORPUS.resolve(folder))) {
            return files.filter(file -> name(file).endsWith(".yaml")).sorted().toList();
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
