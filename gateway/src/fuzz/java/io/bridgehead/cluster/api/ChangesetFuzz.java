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
    private static final Manifest BASE = base();

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
        return Stream.of(
                Arguments.of((Object) ChangesetCodec.encode(changeset).toArray()),
                Arguments.of((Object) ChangesetCodec.encode(difference()).toArray()));
    }

    /** A difference comes to what it says, or is refused; it never makes more of a manifest than one may hold. */
    @MethodSource("changesets")
    @FuzzTest(maxDuration = "3s")
    void aDifferenceComesToWhatItSays(byte[] bytes) {
        Manifest result;
        Changeset changeset;
        try {
            changeset = ChangesetCodec.decode(Bytes.copyOf(bytes));
            if (!(changeset.listing() instanceof Listing.Difference)) {
                return;
            }
            result = Manifest.after(BASE, List.of(changeset));
        } catch (MalformedException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return;
        }
        assertThat(result.hash()).isEqualTo(changeset.listing().hash());
        assertThat(result.size()).isEqualTo(changeset.listing().documents()).isLessThanOrEqualTo(Limits.DOCUMENTS_MAX);
    }

    private static Manifest base() {
        TreeMap<String, Sha256> documents = new TreeMap<>();
        for (String name : List.of("a", "b", "c", "d", "shop")) {
            documents.put(name, Sha256.of(Bytes.utf8(name)));
        }
        return Manifest.of(documents);
    }

    private static Changeset difference() {
        Bytes document = Bytes.utf8("kind: Service");
        TreeMap<String, Sha256> manifest = new TreeMap<>(BASE.documents());
        manifest.put("shop", Sha256.of(document));
        manifest.remove("a");
        TreeMap<String, Bytes> contents = new TreeMap<>();
        contents.put("shop", document);
        return new Changeset(
                        "team-a",
                        2,
                        List.of(new RevisionId(1, "0c1d2e3f")),
                        "ann",
                        Instant.ofEpochMilli(1_700_000_000_000L),
                        "second",
                        manifest,
                        contents,
                        new TreeSet<>(List.of("a")))
                .shorter(BASE, 0);
    }
}
