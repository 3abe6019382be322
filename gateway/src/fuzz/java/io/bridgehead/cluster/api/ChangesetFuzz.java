package io.bridgehead.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes are no changeset, with a word why, or the one encoding of the changeset that they are read as. */
final class ChangesetFuzz {
    @MethodSource("changesets")
    @FuzzTest(maxDuration = "3s")
    void oneChangesetHasOneEncoding(byte[] bytes) {
        Changeset changeset;
        try {
            changeset = ChangesetCodec.decode(Bytes.copyOf(bytes));
        } catch (MalformedException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return;
        }
        assertThat(ChangesetCodec.encode(changeset)).isEqualTo(Bytes.copyOf(bytes));
    }

    static Stream<Arguments> changesets() {
        Bytes document = Bytes.utf8("kind: Service");
        TreeMap<String, Sha256> manifest = new TreeMap<>();
        manifest.put("shop", Sha256.of(document));
        TreeMap<String, Bytes> contents = new TreeMap<>();
        contents.put("shop", document);
        Changeset changeset = new Changeset(
                "team-a",
                1,
                List.of(),
                "ann",
                Instant.ofEpochMilli(1_700_000_000_000L),
                "first",
                manifest,
                contents,
                new TreeSet<>());
        return Stream.of(Arguments.of((Object) ChangesetCodec.encode(changeset).toArray()));
    }
}
