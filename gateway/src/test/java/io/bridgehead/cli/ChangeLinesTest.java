package io.bridgehead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a plan changes, a line each, and what is printed of thousands. */
final class ChangeLinesTest {
    private static JsonObject plan(int added) {
        JsonArray changes = new JsonArray();
        for (int i = 0; i < added; i++) {
            changes.add(new JsonObject().put("change", "added").put("document", "Service/s" + i));
        }
        return new JsonObject()
                .put("changes", changes)
                .put(
                        "counts",
                        new JsonObject()
                                .put("added", added)
                                .put("changed", 0)
                                .put("removed", 0)
                                .put("unchanged", 7));
    }

    @Test
    void eachKindOfChangeHasItsSign() {
        JsonObject plan = plan(1);
        plan.getJsonArray("changes")
                .add(new JsonObject().put("change", "removed").put("document", "Service/old"))
                .add(new JsonObject()
                        .put("change", "changed")
                        .put("document", "Service/shop")
                        .put(
                                "fields",
                                new JsonArray()
                                        .add(new JsonObject()
                                                .put("path", "spec.port")
                                                .putNull("before")
                                                .put("after", "8080"))));
        assertThat(ChangeLines.brief(plan))
                .isEqualTo(ChangeLines.of(plan))
                .containsExactly(
                        "+ Service/s0",
                        "- Service/old",
                        "~ Service/shop",
                        "    spec.port: (none) -> 8080",
                        "1 added, 0 changed, 0 removed, 7 unchanged");
    }

    @Test
    void ofThousandsAPersonReadsTheFirstAndTheCount() {
        assertThat(ChangeLines.brief(plan(Output.LINES_MAX))).hasSize(Output.LINES_MAX + 1);
        List<String> brief = ChangeLines.brief(plan(10_000));
        assertThat(brief).hasSize(Output.LINES_MAX + 2);
        assertThat(brief.subList(Output.LINES_MAX, brief.size()))
                .containsExactly(
                        "and 9800 more lines: -o json has them all", "10000 added, 0 changed, 0 removed, 7 unchanged");
        assertThat(ChangeLines.of(plan(10_000))).hasSize(10_001);
    }
}
