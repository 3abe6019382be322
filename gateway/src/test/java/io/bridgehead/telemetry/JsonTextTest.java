package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JsonTextTest {
    @Test
    void whateverStandsInAValueTheLineIsOneJsonObject() {
        String hostile = "a\"b\\c\nd\re\tf\u0000g\u001b[2Jh\u007fi\u2028j\ud800k";

        String line = new JsonText()
                .add("text", hostile)
                .add("number", 7)
                .add("flag", true)
                .close();

        assertThat(line).doesNotContain("\n", "\r", "\u001b", "\u0000", "\u2028");
        JsonObject read = new JsonObject(line);
        assertThat(read.getString("text")).isEqualTo(hostile);
        assertThat(read.getInteger("number")).isEqualTo(7);
        assertThat(read.getBoolean("flag")).isTrue();
    }

    @Test
    void whatMustBeEscapedMayStandAnywhere() {
        for (String value : List.of("", "\"", "\"\"", "a\"", "\"a", "a\\\\b", "é\u0085ü", "\n", "plain", "日本\u2029語")) {
            String line = new JsonText().add("text", value).close();

            assertThat(new JsonObject(line).getString("text")).isEqualTo(value);
            assertThat(line).doesNotContain("\n", "\u0085", "\u2029");
        }
    }

    @Test
    void anObjectMayFollowWhatIsThere() {
        StringBuilder lines = new StringBuilder("before\n");
        JsonText line = new JsonText(lines);

        line.add("first", "1").add("second", 2).end();

        assertThat(lines).hasToString("before\n{\"first\":\"1\",\"second\":2}");
    }

    @Test
    void anObjectWithoutFieldsIsEmpty() {
        assertThat(new JsonText().close()).isEqualTo("{}");
    }
}
