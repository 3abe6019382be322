package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
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
    void anObjectWithoutFieldsIsEmpty() {
        assertThat(new JsonText().close()).isEqualTo("{}");
    }
}
