package io.bridgehead.cluster.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.cluster.api.AntiEntropy;
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
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
        assertThat(repair()).isEqualTo(new Repair(0, 0, 0));
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
        private final BucketRepair repair;

        Side(String site) {
            this.info = Records.node(site, "n1");
            Fabric fabric = new MemoryHub(Runnable::run)
                    .node(new FabricParts(
                            info,
                            store,
                            Records.VERIFIER,
                            new HybridClock(clock, info.id()),
                            Bounds.STANDARD,
                            new Told(),
                            clock));
            this.repair = new BucketRepair(store, fabric);
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
    }
}
