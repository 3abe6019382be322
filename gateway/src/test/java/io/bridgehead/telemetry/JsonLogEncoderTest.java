package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonLogEncoderTest {
    private final JsonLogEncoder encoder = new JsonLogEncoder();

    private String line(String level) {
        LoggingEvent event = new LoggingEvent(
                "none", new LoggerContext().getLogger("bridgehead"), Level.toLevel(level), "one\nline", null, null);
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({"ERROR,<3>", "WARN,<4>", "INFO,<6>", "DEBUG,<7>"})
    void journaldIsToldThePriorityWhereItIsWanted(String level, String priority) {
        assertThat(line(level)).startsWith("{");
        encoder.sayPriorities(true);
        assertThat(line(level)).startsWith(priority + "{").endsWith("}\n").contains("one\\nline");
    }
}
