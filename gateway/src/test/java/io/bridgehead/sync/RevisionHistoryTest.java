package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.Retention;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.memory.MemoryStore;
import io.bridgehead.sync.RevisionHistory.Counts;
import io.bridgehead.sync.RevisionHistory.Kept;
import io.bridgehead.sync.RevisionHistory.Line;
import io.bridgehead.sync.RevisionHistory.Missing;
import io.bridgehead.sync.RevisionHistory.Standing;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RevisionHistoryTest {
    private final Store store = MemoryStore.create(InstantSource.system());
    private final Chain shop = new Chain(store, "shop");
    private final RevisionHistory history = new RevisionHistory(store);

    @Test
    void aLineSaysWhatItChanged() throws IOException {
        shop.then(1, "begin", Map.of("Service/a", "1", "Service/b", "1"));
        shop.then(2, "more", Map.of("Service/a", "2", "Service/c", "1", "Service/d", "1"));
        assertThat(history.lines("shop"))
                .extracting(Line::counts)
                .containsExactly(new Counts(2, 1, 1), new Counts(2, 0, 0));
        assertThat(history.lines("shop"))
                .extracting(Line::standing)
                .containsExactly(Standing.HEAD, Standing.SUPERSEDED);
    }

    @Test
    void aRevisionIsFoundByItsNameOrItsNumber() throws IOException {
        RevisionId first = shop.then(1, "begin", Map.of("Service/a", "1"));
        shop.then(2, "more", Map.of("Service/a", "2"));
        assertThat(history.find("shop", first.toString()))
                .isInstanceOfSatisfying(
                        Kept.class, kept -> assertThat(kept.documents()).isEqualTo(Map.of("Service/a", "1")));
        assertThat(history.find("shop", "2"))
                .isInstanceOfSatisfying(
                        Kept.class, kept -> assertThat(kept.documents()).isEqualTo(Map.of("Service/a", "2")));
        assertThat(history.beforeHead("shop"))
                .isInstanceOfSatisfying(
                        Kept.class, kept -> assertThat(kept.revision().id()).isEqualTo(first));
    }

    @Test
    void whatIsNotThereIsRefusedWithWhatIs() throws IOException {
        assertThat(history.find("shop", "1"))
                .isEqualTo(new Missing("source 'shop' has no revisions; expected one that was applied: none was yet"));
        RevisionId first = shop.then(1, "begin", Map.of("Service/a", "1"));
        assertThat(history.find("shop", "9").toString())
                .contains("revision '9' of source 'shop' is unknown or no longer kept", first + " to " + first);
        assertThat(history.find("sho", "1").toString()).contains("expected one of [shop]");
        assertThat(history.beforeHead("shop").toString()).contains("has no revision before " + first);
    }

    @Test
    void aNumberThatTwoRevisionsHaveIsNotGuessed() throws IOException {
        shop.then(1, "begin", Map.of("Service/a", "1"));
        var root = Optional.ofNullable(store.heads().get("shop"));
        RevisionId lost = shop.after(root, 2, "left", Map.of("Service/a", "left"));
        RevisionId won = shop.after(root, 3, "right", Map.of("Service/a", "right"));
        assertThat(history.find("shop", "2").toString())
                .contains("may be any of", lost.toString(), won.toString(), "expected the whole name");
        assertThat(history.lines("shop"))
                .extracting(Line::standing)
                .containsExactly(Standing.HEAD, Standing.LOST, Standing.SUPERSEDED);
    }

    @Test
    void aRevisionWhoseDocumentsAreGoneSaysSo() throws IOException {
        Store few = MemoryStore.create(new Retention(2, 1L << 20, 10, Duration.ofDays(7)), InstantSource.system());
        Chain chain = new Chain(few, "shop");
        chain.then(1, "", Map.of("Service/a", "1", "Service/b", "1"));
        RevisionId partly = chain.then(2, "", Map.of("Service/a", "1", "Service/b", "2"));
        chain.then(3, "", Map.of("Service/a", "3", "Service/b", "2"));
        RevisionId last = chain.then(4, "", Map.of("Service/a", "4", "Service/b", "2"));
        RevisionHistory kept = new RevisionHistory(few);
        assertThat(kept.find("shop", "1").toString()).contains("no longer kept", "to " + last);
        assertThat(kept.find("shop", partly.toString()).toString())
                .contains("no longer kept in full", "expected a newer one");
        assertThat(kept.lines("shop").getLast().counts()).isNull();
    }

    @Test
    void allSourcesTogetherAreNewestFirst() throws IOException {
        shop.then(1, "", Map.of("Service/a", "1"));
        new Chain(store, "team").then(2, "", Map.of("Service/t", "1"));
        shop.then(3, "", Map.of("Service/a", "3"));
        assertThat(history.lines()).extracting(line -> line.summary().source()).containsExactly("shop", "team", "shop");
    }
}
