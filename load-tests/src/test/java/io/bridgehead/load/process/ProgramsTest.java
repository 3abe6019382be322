package io.bridgehead.load.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes end with what started them, and say why when they ended before. */
final class ProgramsTest {
    @TempDir
    Path folder;

    @Test
    void allEndWhenTheyAreClosed() throws Exception {
        ProcessHandle process;
        try (Programs programs = new Programs(folder)) {
            Program program = programs.start("sleeper", List.of("sleep", "600"), Map.of());
            program.mustRun();
            assertThat(program.residentMebibytes()).isPositive();
            assertThat(program.cpu().total()).isLessThan(1);
            process = ProcessHandle.of(program.pid()).orElseThrow();
        }
        process.onExit().get(10, TimeUnit.SECONDS);
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void oneThatHasEndedIsToldWithTheEndOfItsLog() throws Exception {
        try (Programs programs = new Programs(folder)) {
            Program program = programs.start("failing", List.of("sh", "-c", "echo no such port; exit 3"), Map.of());
            long bound = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (!program.hasEnded()) {
                assertThat(System.nanoTime()).as("it ends").isLessThan(bound);
                Thread.onSpinWait();
            }
            assertThatThrownBy(program::mustRun)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("failing has ended")
                    .hasMessageEndingWith("no such port");
        }
    }

    @Test
    void aCommandGivesItsOutputOrFailsWithIt() {
        try (Programs programs = new Programs(folder)) {
            assertThat(programs.run(List.of("echo", "hello"), Map.of(), 10)).isEqualTo("hello\n");
            assertThatThrownBy(() -> programs.run(List.of("sh", "-c", "echo why; exit 1"), Map.of(), 10))
                    .hasMessageContaining("why");
            assertThatThrownBy(() -> programs.run(List.of("sleep", "600"), Map.of(), 1))
                    .hasMessageContaining("failed");
        }
    }
}
