package io.bridgehead.config.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {
    private static final List<String> KEYS = List.of("node", "site", "listeners", "tunnel", "telemetry");

    @Test
    void findsTheNearestName() {
        assertThat(Suggestion.nearest("listners", KEYS)).isEqualTo("listeners");
        assertThat(Suggestion.nearest("Tunnle", KEYS)).isEqualTo("tunnel");
        assertThat(Suggestion.question("nod", KEYS)).isEqualTo("did you mean 'node'?");
    }

    @Test
    void staysSilentWhenNothingIsNear() {
        assertThat(Suggestion.nearest("zebra", KEYS)).isNull();
        assertThat(Suggestion.nearest("x", KEYS)).isNull();
        assertThat(Suggestion.nearest("l".repeat(1000), KEYS)).isNull();
        assertThat(Suggestion.nearest("node", List.of())).isNull();
    }

    @Test
    void countsSwappedNeighboursOnce() {
        assertThat(Suggestion.distance("ab", "ba")).isEqualTo(1);
        assertThat(Suggestion.distance("", "abc")).isEqualTo(3);
        assertThat(Suggestion.distance("kitten", "sitting")).isEqualTo(3);
    }
}
