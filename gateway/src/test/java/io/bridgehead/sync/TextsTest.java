package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class TextsTest {
    private final Texts texts = new Texts();
    private final Map<Sha256, Bytes> contents = new HashMap<>();
    private final List<Sha256> asked = new ArrayList<>();

    @Test
    void whatIsTheSameIsTheSameObjectAndIsNotLookedUp() {
        Texts.Found first = find(manifest("a", "one", "b", "two", "c", "three"));
        asked.clear();
        Texts.Found second = find(manifest("a", "one", "aa", "new", "c", "four"));

        assertThat(second.missing()).isNull();
        assertThat(second.texts())
                .containsExactly(Map.entry("a", "one"), Map.entry("aa", "new"), Map.entry("c", "four"));
        assertThat(second.texts().get("a")).isSameAs(first.texts().get("a"));
        assertThat(asked).hasSize(2);
    }

    @Test
    void whatComesBackIsFoundAgain() {
        find(manifest("a", "one", "b", "two"));
        find(manifest("b", "two"));

        assertThat(find(manifest("a", "one", "b", "two")).texts()).containsEntry("a", "one");
    }

    @Test
    void aDocumentThatIsMissingIsNamedAndNothingIsRememberedOfTheTry() {
        SortedMap<String, Sha256> incomplete = manifest("a", "one", "b", "two");
        contents.remove(incomplete.get("b"));

        assertThat(find(incomplete).missing()).isEqualTo("b");

        contents.put(incomplete.get("b"), Bytes.utf8("two"));
        assertThat(find(incomplete).missing()).isNull();
        assertThat(find(incomplete).texts()).containsEntry("b", "two");
    }

    @Test
    void aSourceThatIsGoneIsForgotten() {
        find(manifest("a", "one"));
        texts.retain(Map.of());
        asked.clear();
        find(manifest("a", "one"));

        assertThat(asked).hasSize(1);
    }

    private Texts.Found find(SortedMap<String, Sha256> manifest) {
        return texts.of("team", manifest, hash -> {
            asked.add(hash);
            return Optional.ofNullable(contents.get(hash));
        });
    }

    private SortedMap<String, Sha256> manifest(String... namesAndTexts) {
        SortedMap<String, Sha256> manifest = new TreeMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            Bytes content = Bytes.utf8(namesAndTexts[i + 1]);
            contents.put(Sha256.of(content), content);
            manifest.put(namesAndTexts[i], Sha256.of(content));
        }
        return manifest;
    }
}
