package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.api.UnsignedRecord;
import io.bridgehead.cluster.memory.MemoryStore;
import io.bridgehead.model.SpiffeId;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class StagesTest {
    private static final SpiffeId NODE = SpiffeId.parse("spiffe://td.test/site/aws/gateway/aws-a");
    private static final SpiffeId NEXT = SpiffeId.parse("spiffe://td.test/site/aws/gateway/aws-b");
    private static final SpiffeId FAR = SpiffeId.parse("spiffe://td.test/site/azure/gateway/azure-a");

    private static final String MALLORY = "spiffe://td.test/operator/mallory";

    private final Store store = MemoryStore.create(InstantSource.system());

    private Changeset following(Map<String, String> texts) {
        Optional<Revision> head = Optional.ofNullable(store.heads().get("shop"));
        SortedMap<String, Sha256> manifest = new TreeMap<>();
        SortedMap<String, Bytes> carried = new TreeMap<>();
        texts.forEach((name, text) -> {
            manifest.put(name, Sha256.of(Bytes.utf8(text)));
            if (store.content("shop", Sha256.of(Bytes.utf8(text))).isEmpty()) {
                carried.put(name, Bytes.utf8(text));
            }
        });
        return new Changeset(
                "shop",
                head.map(revision -> revision.id().number()).orElse(0L) + 1,
                head.map(Revision::id).stream().toList(),
                "ann",
                Instant.ofEpochMilli(5),
                "",
                manifest,
                carried,
                new TreeSet<>());
    }

    private void say(String origin, long millis, Bytes body) throws IOException {
        store.append(EncodedRecord.of(new UnsignedRecord(Kind.STAGE, "shop", origin, new Stamp(millis, 0, origin), body)
                .signed(Bytes.utf8("any"), List.of(Bytes.utf8("certificate")))));
    }

    private void stage(Stage.Reach reach, String name, long millis, Changeset changeset) throws IOException {
        say("spiffe://td.test/operator/ann", millis, new Stage(reach, name, changeset).encode());
    }

    private Stages stages(SpiffeId node) {
        return new Stages(store, node, revision -> !revision.origin().equals(MALLORY));
    }

    private ActiveDocuments active(SpiffeId node) {
        return ActiveDocuments.of(store, new Texts(), _ -> true, stages(node).here());
    }

    private List<Boolean> here() {
        return List.of(NODE, NEXT, FAR).stream()
                .map(node -> stages(node).all().values().stream().allMatch(Stages.InForce::here))
                .toList();
    }

    @Test
    void aStageIsServedWhereItReachesAndTheHeadElsewhere() throws IOException {
        RevisionId head = new Chain(store, "shop").then(1, "", Map.of("a", "1", "b", "1"));
        Changeset next = following(Map.of("a", "2", "b", "1"));
        stage(Stage.Reach.NODE, "aws-a", 2, next);
        assertThat(here()).containsExactly(true, false, false);
        assertThat(active(NODE).revision()).isEqualTo(next.id().toString());
        assertThat(active(NODE).sources().get("shop")).isEqualTo(Map.of("a", "2", "b", "1"));
        assertThat(active(NEXT).revision()).isEqualTo(head.toString());
        assertThat(active(NEXT).sources().get("shop")).isEqualTo(Map.of("a", "1", "b", "1"));
        stage(Stage.Reach.SITE, "aws", 3, next);
        assertThat(here()).containsExactly(true, true, false);
        stage(Stage.Reach.ALL, "", 4, next);
        assertThat(here()).containsExactly(true, true, true);
    }

    @Test
    void aChangeOfTheHeadEndsIt() throws IOException {
        Chain shop = new Chain(store, "shop");
        shop.then(1, "", Map.of("a", "1"));
        stage(Stage.Reach.ALL, "", 2, following(Map.of("a", "2")));
        RevisionId other = shop.then(3, "", Map.of("a", "3"));
        assertThat(stages(NODE).all()).isEmpty();
        assertThat(active(NODE).revision()).isEqualTo(other.toString());
    }

    @Test
    void theNewestWordCountsWhoeverSaidIt() throws IOException {
        RevisionId head = new Chain(store, "shop").then(1, "", Map.of("a", "1"));
        stage(Stage.Reach.ALL, "", 2, following(Map.of("a", "2")));
        say("spiffe://td.test/operator/bob", 3, Bytes.EMPTY);
        assertThat(stages(NODE).all()).isEmpty();
        assertThat(active(NODE).revision()).isEqualTo(head.toString());
        stage(Stage.Reach.ALL, "", 4, following(Map.of("a", "2")));
        assertThat(stages(NODE).all()).hasSize(1);
    }

    @Test
    void whoIsNotTrustedNeitherTriesNorEndsAnything() throws IOException {
        new Chain(store, "shop").then(1, "", Map.of("a", "1"));
        say(MALLORY, 2, new Stage(Stage.Reach.ALL, "", following(Map.of("a", "evil"))).encode());
        assertThat(stages(NODE).all()).isEmpty();
        stage(Stage.Reach.ALL, "", 3, following(Map.of("a", "2")));
        say(MALLORY, 4, Bytes.EMPTY);
        assertThat(active(NODE).sources().get("shop")).isEqualTo(Map.of("a", "2"));
    }

    @Test
    void aSourceThatIsNewIsTriedAsWell() throws IOException {
        Changeset first = following(Map.of("a", "1"));
        stage(Stage.Reach.NODE, "aws-a", 1, first);
        assertThat(active(NODE).revision()).isEqualTo(first.id().toString());
        assertThat(active(FAR).revision()).isEqualTo(ActiveDocuments.NOTHING);
        RevisionHistory history =
                new RevisionHistory(store, _ -> true, () -> stages(NODE).here());
        assertThat(history.seniority()).containsExactly("shop");
        assertThat(history.said("shop", 8)).hasSize(1);
    }

    @Test
    void theFormIsReadBackAndWhatIsNoStageIsRefused() throws MalformedException {
        Stage stage = new Stage(Stage.Reach.SITE, "aws", following(Map.of("a", "1")));
        assertThat(Stage.decode(stage.encode())).isEqualTo(stage);
        assertThatThrownBy(() -> Stage.decode(Bytes.copyOf(new byte[] {9})))
                .hasMessageContaining("version is 9; expected 1");
        assertThatThrownBy(() -> Stage.decode(Bytes.copyOf(new byte[] {1, 7})))
                .hasMessageContaining("reach is 7; expected 1 to 3");
        assertThatThrownBy(() -> Stage.decode(Bytes.copyOf(new byte[] {1}))).isInstanceOf(MalformedException.class);
    }
}
