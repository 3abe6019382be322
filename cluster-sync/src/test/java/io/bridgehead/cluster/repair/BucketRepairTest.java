package io.bridgehead.cluster.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.cluster.api.AntiEntropy;
import io.bridgehead.cluster.api.AntiEntropy.Offered;
import io.bridgehead.cluster.api.AntiEntropy.Repair;
import io.bridgehead.cluster.api.Bounds;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fabric;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.NodeInfo;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.memory.MemoryHub;
import io.bridgehead.cluster.memory.MemoryStore;
import io.bridgehead.cluster.testing.Records;
import io.bridgehead.cluster.testing.TestClock;
import io.bridgehead.cluster.testing.Told;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BucketRepairTest {
    private final TestClock clock = new TestClock();
    private final Side here = new Side("a");
    private final Side there = new Side("b");

    @Test
    void whatThePeerHasIsPulled() throws IOException {
        there.store.append(
                EncodedRecord.of(Records.next(there.store, "s", Records.stamp(1), Map.of("x", "1", "y", "1"))));
        there.store.append(EncodedRecord.of(Records.order("site-b", Records.stamp(2), "drain")));
        Repair repair = repair();
        assertThat(repair.taken()).isEqualTo(2);
        assertThat(Records.active(here.store, "s")).isEqualTo(Map.of("x", "1", "y", "1"));
        assertThat(here.store.latest(Kind.ORDER)).hasSize(1);
        assertThat(repair()).isEqualTo(new Repair(0, 0, 0, 0));
    }

    @Test
    void manyAndLargeRecordsComeInSeveralAnswers() throws IOException {
        for (int i = 0; i < 500; i++) {
            there.store.append(EncodedRecord.of(Records.order("target-" + i, Records.stamp(i + 1), "x".repeat(8_000))));
        }
        assertThat(repair().taken()).isEqualTo(500);
        assertThat(here.store.live().keySet()).isEqualTo(there.store.live().keySet());
    }

    @Test
    void whatIsNotTrustedIsCountedAndLeft() throws IOException {
        there.store.append(EncodedRecord.of(Records.forged(Records.order("x", Records.stamp(1), "drain"))));
        there.store.append(EncodedRecord.of(Records.order("y", Records.stamp(2), "drain")));
        assertThat(repair()).extracting(Repair::taken, Repair::rejected).containsExactly(1, 1);
    }

    @Test
    void whatThePeerLacksIsOfferedToIt() throws IOException {
        here.store.append(EncodedRecord.of(Records.next(here.store, "s", Records.stamp(1), Map.of("x", "1"))));
        here.store.append(EncodedRecord.of(Records.order("site-a", Records.stamp(2), "drain")));
        there.store.append(EncodedRecord.of(Records.order("site-b", Records.stamp(3), "drain")));
        assertThat(repair()).extracting(Repair::taken, Repair::given).containsExactly(1, 2);
        assertThat(Records.active(there.store, "s")).isEqualTo(Map.of("x", "1"));
        assertThat(there.store.live().keySet()).isEqualTo(here.store.live().keySet());
        assertThat(repair()).isEqualTo(new Repair(0, 0, 0, 0));
        assertThat(there.offered).hasSize(2);
    }

    @Test
    void whatThePeerHasSomethingNewerOfIsNotOffered() throws IOException {
        here.store.append(EncodedRecord.of(Records.order("site-a", Records.stamp(1), "drain")));
        there.store.append(EncodedRecord.of(Records.orderEnd("site-a", Records.stamp(2))));
        assertThat(repair()).extracting(Repair::taken, Repair::given).containsExactly(1, 0);
        assertThat(there.offered).isEmpty();
    }

    @Test
    void whatIsRefusedIsOfferedAgainAfterPausesThatGrow() throws IOException {
        here.store.append(EncodedRecord.of(Records.forged(Records.order("x", Records.stamp(1), "drain"))));
        here.store.append(EncodedRecord.of(Records.order("y", Records.stamp(2), "drain")));
        assertThat(repair().given()).isEqualTo(1);
        List<Long> at = new ArrayList<>();
        for (long second = 1; second <= 3_600; second++) {
            clock.advance(Duration.ofSeconds(1));
            int before = there.offered.size();
            assertThat(repair().given()).isZero();
            if (there.offered.size() > before) {
                at.add(second);
            }
        }
        assertThat(at).startsWith(3L, 9L, 21L, 45L, 93L, 189L, 309L, 429L);
        assertThat(there.offered).hasSize(2 + 34);
    }

    @Test
    void whatThePeerGetsOtherwiseIsNotAllCarriedOnceMore() throws IOException {
        for (int i = 0; i < 500; i++) {
            here.store.append(EncodedRecord.of(Records.order("target-" + i, Records.stamp(i + 1), "x".repeat(8_000))));
        }
        there.says = () -> CompletableFuture.completedFuture(Offered.KNOWN);
        assertThat(repair().given()).isZero();
        assertThat(there.offered).hasSizeBetween(128, 128 + Offers.RECORDS_AT_ONCE);
        int known = there.offered.size();
        there.says = () -> null;
        assertThat(repair().given()).as("the others").isEqualTo(500 - known);
    }

    @Test
    void aPeerIsOfferedOneRoundAtATimeAndAFailureEndsIt() throws IOException {
        for (int i = 0; i < 2 * Offers.RECORDS_AT_ONCE; i++) {
            here.store.append(EncodedRecord.of(Records.order("target-" + i, Records.stamp(i + 1), "drain")));
        }
        CompletableFuture<Offered> waits = new CompletableFuture<>();
        there.says = () -> waits;
        CompletableFuture<Repair> first = here.repair.repair(there).toCompletableFuture();
        assertThat(repair().given()).as("while the first waits").isZero();
        assertThat(there.offered).hasSize(Offers.RECORDS_AT_ONCE);
        waits.completeExceptionally(new IOException("the tunnel ended"));
        assertThat(first).isCompletedExceptionally();
        assertThat(there.offered).hasSize(Offers.RECORDS_AT_ONCE);
        there.says = () -> null;
        assertThat(repair().given()).as("the others, at once").isEqualTo(Offers.RECORDS_AT_ONCE);
        clock.advance(Offers.PAUSE_MIN);
        assertThat(repair().given()).as("those that were under way").isEqualTo(Offers.RECORDS_AT_ONCE);
    }

    @Test
    void whatDoesNotGetAcrossStandsInNobodysWay() throws IOException {
        there.store.append(EncodedRecord.of(Records.order("theirs", Records.stamp(1), "drain")));
        EncodedRecord large = EncodedRecord.of(Records.order("large", Records.stamp(2), "x".repeat(60_000)));
        here.store.append(large);
        for (int i = 0; i < Offers.RECORDS_AT_ONCE; i++) {
            here.store.append(EncodedRecord.of(Records.order("target-" + i, Records.stamp(i + 3), "drain")));
        }
        there.breaks = large.bytes()::equals;
        assertThat(here.repair.repair(there).toCompletableFuture()).isCompletedExceptionally();
        assertThat(there.offered).hasSize(1 + Offers.RECORDS_AT_ONCE).last().isEqualTo(large.bytes());
        there.offered.clear();
        assertThat(repair().given()).as("while it rests").isZero();
        assertThat(there.offered).isEmpty();
        there.breaks = _ -> false;
        clock.advance(Offers.PAUSE_MIN);
        assertThat(repair().given()).isOne();
    }

    @Test
    void tenThousandDocumentsChangedInPartsArrive() throws IOException {
        Map<String, String> documents = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            documents.put("document-" + i, "content " + i);
        }
        there.store.append(EncodedRecord.of(Records.next(there.store, "s", Records.stamp(1), documents)));
        assertThat(repair().taken()).isEqualTo(1);
        assertThat(Records.active(here.store, "s")).hasSize(10_000);
    }

    @Test
    void bytesThatAreNoQuestionAreRefused() {
        assertThatThrownBy(() -> there.repair.answer(Bytes.utf8("GET /"))).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> there.repair.answer(Bytes.EMPTY)).isInstanceOf(MalformedException.class);
    }

    @Test
    void anAnswerThatIsNoneEndsTheRound() {
        AntiEntropy.Transport broken = new AntiEntropy.Transport() {
            @Override
            public String peer() {
                return "broken";
            }

            @Override
            public CompletionStage<Bytes> exchange(Bytes request) {
                return CompletableFuture.completedFuture(Bytes.utf8("?"));
            }

            @Override
            public CompletionStage<Offered> offer(Bytes record) {
                throw new AssertionError("what it lacks is not known");
            }
        };
        assertThat(here.repair.repair(broken).toCompletableFuture()).isCompletedExceptionally();
    }

    private Repair repair() {
        return here.repair.repair(there).toCompletableFuture().join();
    }

    /** A node that answers questions; its cluster is itself alone. */
    private final class Side implements AntiEntropy.Transport {
        private final Store store = MemoryStore.create(clock);
        private final NodeInfo info;
        private final Fabric fabric;
        private final BucketRepair repair;
        private final List<Bytes> offered = new ArrayList<>();
        /** What becomes of what it is offered; its fabric decides when there is nothing else. */
        private Supplier<CompletionStage<Offered>> says = () -> null;
        /** What does not get across. */
        private Predicate<Bytes> breaks = _ -> false;

        Side(String site) {
            this.info = Records.node(site, "n1");
            this.fabric = new MemoryHub(Runnable::run)
                    .node(new FabricParts(
                            info,
                            store,
                            Records.VERIFIER,
                            new HybridClock(clock, info.id()),
                            Bounds.STANDARD,
                            new Told(),
                            clock));
            this.repair = new BucketRepair(store, fabric, clock);
        }

        @Override
        public String peer() {
            return info.id();
        }

        @Override
        public CompletionStage<Bytes> exchange(Bytes request) {
            try {
                Bytes answer = repair.answer(request);
                assertThat(answer.size()).isLessThanOrEqualTo(AntiEntropy.ANSWER_BYTES_MAX);
                return CompletableFuture.completedFuture(answer);
            } catch (MalformedException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public CompletionStage<Offered> offer(Bytes record) {
            offered.add(record);
            if (breaks.test(record)) {
                return CompletableFuture.failedFuture(new IOException("not in time"));
            }
            CompletionStage<Offered> said = says.get();
            return said != null ? said : fabric.receive(record, here.info.id()).thenApply(Offered::of);
        }
    }
}
