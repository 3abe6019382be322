package io.bridgehead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

final class YamlTextTest {
    @Test
    void objectsAndListsAreWrittenInBlocks() {
        JsonObject answer = new JsonObject()
                .put("node", "aws-a")
                .put("on", true)
                .put("count", 3)
                .putNull("none")
                .put("empty", new JsonArray())
                .put("in", new JsonObject().put("a b", "x: \"y\"\n"))
                .put(
                        "rows",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("site", "no")
                                        .put("nodes", new JsonArray().add("n1").add(2)))
                                .add(new JsonObject())
                                .add(new JsonArray().add(1)));
        assertThat(YamlText.of(answer)).isEqualTo("""
                node: "aws-a"
                "on": true
                count: 3
                none: null
                empty: []
                in:
                  "a b": "x: \\"y\\"\\n"
                rows:
                  - site: "no"
                    nodes:
                      - "n1"
                      - 2
                  - {}
                  - - 1""");
    }
}
