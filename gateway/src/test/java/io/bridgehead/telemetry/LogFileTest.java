package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log file that was renamed goes on under its name once it is opened again. */
final class LogFileTest {
    @TempDir
    Path folder = Path.of("");

    private static void write(LogFile file, String line) throws IOException {
        file.turn();
        file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        file.flush();
    }

    private static OutputStream again(LogFile file) throws IOException {
        return Objects.requireNonNull(file.again());
    }

    @Test
    void linesGoOnInTheNewFileFromTheNextBatchOn() throws IOException {
        Path path = folder.resolve("access.log");
        Path old = folder.resolve("access.log.1");
        LogFile file = LogFile.open(path);
        write(file, "one");
        Files.move(path, old);
        write(file, "two");
        OutputStream unused = again(file);
        file.goOn(unused);
        file.goOn(again(file));
        write(file, "three");
        file.close();
        assertThat(Files.readAllLines(old)).containsExactly("one", "two");
        assertThat(Files.readAllLines(path)).containsExactly("three");
    }

    @Test
    void whatCannotBeAppendedToIsKnownWithoutMakingIt() {
        Path path = folder.resolve("access.log");
        assertThat(LogFile.problem(path)).isNull();
        assertThat(path).doesNotExist();
        assertThat(LogFile.problem(folder)).contains("is a folder", "expected a file");
        assertThat(LogFile.problem(folder.resolve("nowhere/access.log"))).contains("its folder is not there");
    }

    @Test
    void aFileThatWasRenamedIsKnownByItsNewNameUntilAnotherIsWrittenTo() throws IOException {
        Path path = folder.resolve("access.log");
        LogFile file = LogFile.open(path);
        Path old = Files.move(path, folder.resolve("access.log.1"));
        LogFile renamed = LogFile.open(old);
        assertThat(renamed.isSame(file)).isTrue();
        file.goOn(again(file));
        assertThat(renamed.isSame(file)).isFalse();
        LogFile hardLinked = LogFile.open(Files.createLink(folder.resolve("hard.log"), path));
        assertThat(hardLinked.isSame(file)).isTrue();
        file.close();
        renamed.close();
        hardLinked.close();
    }

    @Test
    void whatIsGivenUpLeavesNoEmptyFileBehindThatWasMadeForIt() throws IOException {
        Path path = folder.resolve("given-up.log");
        LogFile.open(path).drop();
        assertThat(path).doesNotExist();
        LogFile written = LogFile.open(path);
        write(written, "one");
        written.drop();
        assertThat(path).hasContent("one");
        Path empty = Files.createFile(folder.resolve("empty.log"));
        LogFile.open(empty).drop();
        assertThat(empty).as("somebody else made it").exists();
    }

    @Test
    void aFileIsTheSameByWhateverNameItWasOpened() throws IOException {
        Path path = folder.resolve("a.log");
        LogFile file = LogFile.open(path);
        LogFile linked = LogFile.open(Files.createSymbolicLink(folder.resolve("link.log"), path));
        LogFile other = LogFile.open(folder.resolve("b.log"));
        LogFile standard = LogFile.open(null);
        LogFile hardLinked = LogFile.open(Files.createLink(folder.resolve("hard.log"), path));
        assertThat(file.isSame(linked)).isTrue();
        assertThat(file.isSame(hardLinked)).isTrue();
        assertThat(hardLinked.isSame(file)).isTrue();
        assertThat(file.isSame(other)).isFalse();
        assertThat(standard.isSame(LogFile.open(null))).isTrue();
        assertThat(standard.isSame(file)).isFalse();
        assertThat(standard.again()).isNull();
        file.close();
        linked.close();
        hardLinked.close();
        other.close();
        standard.close();
    }
}
