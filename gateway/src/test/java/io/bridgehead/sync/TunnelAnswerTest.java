package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.AntiEntropy;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Limits;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.NodeName;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.StreamReset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class TunnelAnswerTest {
    private static final NodeName PEER = new NodeName("peer");
    private static final int MEGABYTE = 1 << 20;

    private static TestLoop loop;

    private final QuestionBudget budget = new QuestionBudget();
    private final List<Bytes> questions = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private final List<CompletableFuture<Bytes>> answers = new ArrayList<>();

    @BeforeAll
    static void start() {
        loop = new TestLoop();
    }

    @AfterAll
    static void stop() {
        loop.close();
    }

    /** A question of a peer. */
    private record Asked(ControlStream stream, TunnelAnswer answer) {
        void sends(byte[] bytes, boolean end) {
            loop.run(() -> answer.onData(Chunk.of(bytes), end));
        }
    }

    private Asked asks(String peer, boolean end) {
        ControlStream stream = new ControlStream();
        return loop.get(() -> new Asked(
                stream,
                TunnelAnswer.begin(
                        loop.loop(),
                        WatchersTest.peer(peer),
                        stream,
                        end,
                        (_, question) -> {
                            questions.add(question);
                            CompletableFuture<Bytes> answer = new CompletableFuture<>();
                            answers.add(answer);
                            return answer;
                        },
                        budget,
                        refusals::add)));
    }

    private void answer(int question, Bytes text) {
        answers.get(question).complete(text);
        loop.settle();
    }

    @Test
    void aQuestionIsGatheredAndAnswered() {
        Asked asked = asks("peer", false);
        asked.sends(new byte[] {1, 2}, false);
        asked.sends(new byte[] {3}, true);
        assertThat(questions).containsExactly(Bytes.wrap(new byte[] {1, 2, 3}));
        assertThat(budget.held(PEER)).isPositive();
        answer(0, Bytes.utf8("yes"));
        assertThat(asked.stream.status()).isEqualTo(200);
        assertThat(asked.stream.sent()).isEqualTo(Bytes.utf8("yes"));
        assertThat(asked.stream.consumed).isEqualTo(3);
        assertThat(budget.held(PEER)).isZero();
    }

    @Test
    void aQuestionWithoutBodyAndOneWithTrailersAreAnswered() {
        Asked empty = asks("peer", true);
        Asked trailed = asks("peer", false);
        trailed.sends(new byte[] {9}, false);
        loop.run(() -> trailed.answer.onTrailers(new HeaderFields()));
        answer(0, Bytes.EMPTY);
        answer(1, Bytes.utf8("t"));
        assertThat(empty.stream.status()).isEqualTo(200);
        assertThat(empty.stream.ended).isTrue();
        assertThat(trailed.stream.sent()).isEqualTo(Bytes.utf8("t"));
    }

    @Test
    void aQuestionThatIsTooLongIsRefusedOnceHoweverMuchMoreComes() {
        Asked asked = asks("peer", false);
        byte[] much = new byte[8 * MEGABYTE];
        for (int sent = 0; sent <= Limits.RECORD_BYTES_MAX + much.length; sent += much.length) {
            asked.sends(much, false);
        }
        asked.sends(new byte[] {1}, true);
        assertThat(asked.stream.status()).isEqualTo(413);
        assertThat(questions).isEmpty();
        assertThat(budget.held(PEER)).isZero();
    }

    @Test
    void whatCannotBeAnsweredIsSaid() {
        Asked failed = asks("peer", true);
        answers.getFirst().completeExceptionally(new IllegalArgumentException("no question"));
        loop.settle();
        assertThat(failed.stream.status()).isEqualTo(400);
        Asked long1 = asks("peer", true);
        answer(1, Bytes.wrap(new byte[AntiEntropy.ANSWER_BYTES_MAX + 1]));
        assertThat(long1.stream.status()).isEqualTo(400);
        assertThat(budget.held(PEER)).isZero();
    }

    @Test
    void onePeerHoldsNoMoreThanItsBudgetAndOthersAreHeard() {
        byte[] large = new byte[15 * MEGABYTE];
        List<Asked> open = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Asked asked = asks("peer", false);
            asked.sends(large, true);
            open.add(asked);
        }
        Asked beyond = asks("peer", false);
        beyond.sends(large, true);
        assertThat(beyond.stream.status()).isEqualTo(503);
        assertThat(questions).hasSize(4);
        Asked other = asks("other", false);
        other.sends(large, true);
        assertThat(questions).hasSize(5);
        open.getFirst().answer.onReset(StreamReset.PEER_RESET);
        Asked early = asks("peer", false);
        early.sends(large, true);
        assertThat(early.stream.status())
                .as("what is being answered is held, whether the peer waits for it or not")
                .isEqualTo(503);
        answer(0, Bytes.EMPTY);
        Asked now = asks("peer", false);
        now.sends(large, true);
        assertThat(questions).hasSize(6);
        for (int i = 1; i < 6; i++) {
            answer(i, Bytes.EMPTY);
        }
        assertThat(budget.held(PEER)).isZero();
        assertThat(budget.held(new NodeName("other"))).isZero();
    }

    @Test
    void aQuestionThatBreaksOffHoldsNothing() {
        Asked asked = asks("peer", false);
        asked.sends(new byte[MEGABYTE], false);
        loop.run(() -> asked.answer.onReset(StreamReset.CONNECTION_LOST));
        loop.run(() -> asked.answer.onReset(StreamReset.CONNECTION_LOST));
        assertThat(budget.held(PEER)).isZero();
        assertThat(questions).isEmpty();
    }
}
