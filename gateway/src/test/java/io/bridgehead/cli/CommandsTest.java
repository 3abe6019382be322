package io.bridgehead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Command;

final class CommandsTest {
    static Stream<Class<?>> commands() {
        return Commands.COMMANDS.stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aCommandIsFoundByTheNameThatItSaysAndMadeAlone(Class<?> command) {
        String name = command.getAnnotation(Command.class).name();
        assertThat(Commands.name(command)).isEqualTo(name);
        assertThat(Commands.line(name, "--help").getSubcommands().keySet()).containsExactly(name);

        StringWriter out = new StringWriter();
        int exit = Commands.execute(new PrintWriter(out), new PrintWriter(new StringWriter()), name, "--help");
        assertThat(exit).isZero();
        assertThat(out.toString()).contains("bridgehead " + name);
    }

    @Test
    void aWordThatIsNoCommandIsHeldAgainstAllOfThem() {
        StringWriter err = new StringWriter();
        int exit = Commands.execute(new PrintWriter(new StringWriter()), new PrintWriter(err), "staus");
        assertThat(exit).isEqualTo(2);
        assertThat(err.toString()).contains("bridgehead status");
    }

    @Test
    void theHelpHasThemAll() {
        StringWriter out = new StringWriter();
        assertThat(Commands.execute(new PrintWriter(out), new PrintWriter(new StringWriter()), "--help"))
                .isZero();
        assertThat(out.toString()).contains("init", "status", "drain", "help", "Exit codes");
    }
}
