package io.bridgehead.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.sync.ActiveDocuments;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ClaimsTest {
    private static final String TEXT = "apiVersion: bridgehead.io/v1\nkind: Service\nmetadata: { name: a }\n";

    @Test
    void aNameBelongsToOneSourceAndBothAreNamed() {
        ActiveDocuments active = new ActiveDocuments(
                "1", new TreeMap<>(Map.of("team-a", new TreeMap<>(Map.of("Service/a", TEXT, "Service/b", TEXT)))));
        assertThat(Claims.problems(active, "team-b", Map.of("Service/a", TEXT, "Service/c", TEXT)))
                .singleElement()
                .asString()
                .isEqualTo(
                        "team-b:Service/a:3:19: metadata.name: found 'a' in source 'team-b', expected a name that no other"
                                + " source has; Service/a belongs to source 'team-a': choose another name, or remove it there first");
        assertThat(Claims.problems(active, "team-a", Map.of("Service/a", TEXT))).isEmpty();
    }
}
