package io.bridgehead.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a comparison is asked to do. */
final class OptionsTest {
    private final Map<String, @Nullable String> before = new HashMap<>();

    /** The properties are the process's: none is set for these tests, and each is as it was behind them. */
    @BeforeEach
    void clear() {
        for (String name : List.of("rounds", "rows", "report", "earlier")) {
            before.put("compare." + name, System.clearProperty("compare." + name));
        }
    }

    @AfterEach
    void putBack() {
        before.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
    }

    @Test
    void whatIsEmptyCountsAsAbsent() {
        System.setProperty("compare.rounds", "");
        System.setProperty("compare.rows", " ");
        Options options = Options.fromProperties();
        assertThat(options.rounds()).isEqualTo(5);
        assertThat(options.rows()).isEmpty();
        assertThat(options.report()).isEmpty();
    }

    @Test
    void aWrongNumberIsToldWithItsPlace() {
        System.setProperty("compare.rounds", "0");
        assertThatThrownBy(Options::fromProperties)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("compare.rounds '0': expected a whole number from 1 to 1000");
    }

    @Test
    void namesChooseInTheOrderOfTheTable() {
        List<String> all = List.of("small-1", "small-64", "tcp-1");
        assertThat(Chosen.of("compare.rows", List.of("tcp-1", "small-1"), all, Function.identity()))
                .containsExactly("small-1", "tcp-1");
        assertThat(Chosen.of("compare.rows", List.of(), all, Function.identity()))
                .isEqualTo(all);
        assertThatThrownBy(() -> Chosen.of("compare.rows", List.of("smal-1"), all, Function.identity()))
                .hasMessage("compare.rows 'smal-1': expected some of small-1, small-64, tcp-1");
    }

    @Test
    void anEarlierDistributionIsLookedAtBeforeItIsStarted(@TempDir Path folder) throws IOException {
        assertThatThrownBy(Options::earlier)
                .hasMessage("compare.earlier: expected the folder of a distribution for the setting 'earlier'");
        System.setProperty("compare.earlier", folder.toString());
        assertThatThrownBy(Options::earlier)
                .hasMessage("compare.earlier '" + folder + "': expected a folder with bin/bridgehead");
        Path launcher = Files.createDirectories(folder.resolve("bin")).resolve("bridgehead");
        Files.createFile(launcher, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        assertThat(Options.earlier()).isEqualTo(folder);
    }
}
