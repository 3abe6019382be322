package io.bridgehead.cluster.repair;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.memory.MemoryHub;
import io.bridgehead.cluster.memory.MemoryStore;
import io.bridgehead.cluster.testing.GoldenBytes;
import io.bridgehead.cluster.testing.Records;
import io.bridgehead.cluster.testing.TestClock;
import io.bridgehead.cluster.testing.Told;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A round of repair with a node of an earlier version, each side in its turn. */
class RepairOfEarlierNodesTest {
    private static final String ASKS_FOR_DIGEST = "repair-question-digest-1.hex";
    private static final String ASKS_FOR_NAMES = "repair-question-names-1.hex";
    private static final String ASKS_FOR_RECORDS = "repair-question-records-1.hex";
    private static final String DIGEST = "repair-answer-digest-1.hex";
    private static final String NAMES = "repair-answer-names-1.hex";
    private static final String RECORDS = "repair-answer-records-1.hex";

    private static final EncodedRecord ORDER =
            EncodedRecord.of(Records.order("drain site=azure", Records.stamp(2), "drain"));
    private static final EncodedRecord CHANGESET = EncodedRecord.of(
            Records.signed(Records.changeset("shop", Optional.empty(), Map.of("orders", "v1")), Records.stamp(1)));

    private final TestClock clock = new TestClock();
    private final Store store = MemoryStore.create(clock);
    private final BucketRepair repair = new BucketRepair(store, fabric(store, clock), clock);

    private static Fabric fabric(Store store, TestClock clock) {
        NodeInfo self = Records.node("a", "n1");
        return new MemoryHub(Runnable::run)
                .node(new FabricParts(
                        self,
                        store,
                        Records.VERIFIER,
                        new HybridClock(clock, self.id()),
                        Bounds.STANDARD,
                        new Told(),
                        clock));
    }

    @Test
    void theBytesOfQuestionsStayWhatTheyAreAndAreRead() throws MalformedException {
        BitSet buckets = new BitSet();
        List.of(0, 7, 8, 255).forEach(buckets::set);
        Map<String, Question> questions = Map.of(
                ASKS_FOR_DIGEST,
                new Question.ForDigest(),
                ASKS_FOR_NAMES,
                new Question.ForNames(buckets),
                ASKS_FOR_RECORDS,
                new Question.ForRecords(List.of(Sha256.of(Bytes.utf8("unknown")), CHANGESET.id(), ORDER.id())));
        for (Map.Entry<String, Question> question : questions.entrySet()) {
            GoldenBytes.check(question.getKey(), question.getValue().encode());
            assertThat(Question.decode(GoldenBytes.stored(question.getKey()))).isEqualTo(question.getValue());
        }
    }

    @Test
    void anEarlierNodeThatAsksGetsTheAnswersThatItKnows() throws IOException {
        store.append(CHANGESET);
        store.append(ORDER);
        GoldenBytes.check(DIGEST, repair.answer(GoldenBytes.stored(ASKS_FOR_DIGEST)));
        GoldenBytes.check(RECORDS, repair.answer(GoldenBytes.stored(ASKS_FOR_RECORDS)));
        BitSet all = new BitSet();
        all.set(0, Digest.BUCKETS);
        Bytes names = repair.answer(new Question.ForNames(all).encode());
        GoldenBytes.check(NAMES, names);
    }

    @Test
    void whatAnEarlierNodeAnswersIsTaken() {
        List<Bytes> asked = new ArrayList<>();
        List<Bytes> answers =
                new ArrayList<>(List.of(GoldenBytes.stored(DIGEST), GoldenBytes.stored(NAMES), withoutTheUnknown()));
        Repair done = repair.repair(new AntiEntropy.Transport() {
                    @Override
                    public String peer() {
                        return "earlier";
                    }

                    @Override
                    public CompletionStage<Bytes> exchange(Bytes request) {
                        asked.add(request);
                        return CompletableFuture.completedStage(answers.removeFirst());
                    }

                    @Override
                    public CompletionStage<AntiEntropy.Offered> offer(Bytes record) {
                        throw new AssertionError("it has all that is here");
                    }
                })
                .toCompletableFuture()
                .join();
        assertThat(done).isEqualTo(new Repair(2, 2, 0, 0));
        assertThat(asked).hasSize(3).startsWith(GoldenBytes.stored(ASKS_FOR_DIGEST));
        assertThat(Records.active(store, "shop")).isEqualTo(Map.of("orders", "v1"));
        assertThat(store.latest(Kind.ORDER)).extracting(EncodedRecord::bytes).containsExactly(ORDER.bytes());
    }

    /** The answer deals with three names, the first of them with nothing; this node asks for the other two alone. */
    private static Bytes withoutTheUnknown() {
        Bytes three = GoldenBytes.stored(RECORDS);
        assertThat(three.slice(0, 8).toHex()).isEqualTo("0000000300000000");
        byte[] two = three.slice(4, three.size() - 4).toArray();
        two[3] = 2;
        return Bytes.wrap(two);
    }
}
