package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.CommitResult.Committed;
import io.bridgehead.cluster.api.CommitResult.Conflict;
import io.bridgehead.cluster.api.CommitResult.Refused;
import io.bridgehead.cluster.api.CommitResult.Unavailable;
import io.bridgehead.cluster.api.RevisionId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Questions and answers between nodes of which one decides for the other, as nodes of earlier versions know them. */
final class CommittingBytesTest {
    private static final String SOURCE = "shop";

    private final LoneNode.Net net = new LoneNode.Net();
    private final LoneNode alpha = net.node("alpha");
    private final LoneNode mike = net.node("mike");
    private final LoneNode zulu = net.node("zulu");

    private CommitResult commit(LoneNode at) {
        return net.commit(at, LoneNode.proposal(at, SOURCE, 1));
    }

    private static CommitResult committed(LoneNode at) {
        return new Committed(LoneNode.proposal(at, SOURCE, 1).changeset().id());
    }

    private static String hex(String text) {
        return String.format("%08x", text.length()) + Bytes.utf8(text).toHex();
    }

    private static Bytes bytes(String hex) {
        return Bytes.wrap(HexFormat.of().parseHex(hex));
    }

    @Test
    void theBytesOfQuestionsStayWhatTheyAre() {
        Proposal proposal = LoneNode.proposal(zulu, SOURCE, 1);
        List<String> asked = new ArrayList<>();
        List<Bytes> answers = new ArrayList<>(List.of(
                bytes("00" + hex("")),
                bytes("01" + hex(proposal.changeset().id().toString()))));
        Committing committing = new Committing(
                zulu.name,
                zulu.state,
                () -> new TreeSet<>(List.of(mike.name)),
                TreeSet::new,
                (_, question, _) -> {
                    asked.add(question.toHex());
                    return CompletableFuture.completedStage(answers.removeFirst());
                },
                net.nanos::get);
        assertThat(committing.commit(proposal).toCompletableFuture().join()).isEqualTo(committed(zulu));
        Bytes record = proposal.record().bytes();
        String what = String.format("%08x", record.size()) + record.toHex();
        assertThat(asked).containsExactly("01" + what, "02" + what);
    }

    @Test
    void theBytesOfAnswersStayWhatTheyAre() {
        Bytes record = LoneNode.proposal(zulu, SOURCE, 1).record().bytes();
        String asked = String.format("%08x", record.size()) + record.toHex();
        assertThat(answer("01" + asked)).as("it cannot ask this node").isEqualTo("05" + hex(""));
        net.connect(alpha, zulu);
        assertThat(answer("01" + asked)).as("it can").isEqualTo("00" + hex(""));
        assertThat(answer("02" + asked))
                .isEqualTo("01"
                        + hex(LoneNode.proposal(zulu, SOURCE, 1)
                                .changeset()
                                .id()
                                .toString()));
        Map<CommitResult, String> others = Map.of(
                new Conflict(Optional.of(RevisionId.parse("7-0c1d2e3f"))), "02" + hex("7-0c1d2e3f"),
                new Conflict(Optional.empty()), "02" + hex(""),
                new Unavailable("busy"), "03" + hex("busy"),
                new Refused("no"), "04" + hex("no"));
        others.forEach((result, bytes) -> {
            alpha.says = Optional.of(result);
            assertThat(answer("02" + asked)).isEqualTo(bytes);
        });
    }

    private String answer(String question) {
        return net.committing(alpha)
                .answer(zulu.name, bytes(question))
                .toCompletableFuture()
                .join()
                .toHex();
    }

    @Test
    void whatEarlierNodesAnswerIsUnderstood() {
        net.connect(alpha, zulu);
        Map<String, CommitResult> answers = Map.of(
                "01" + hex(LoneNode.proposal(zulu, SOURCE, 1).changeset().id().toString()), committed(zulu),
                "02" + hex("7-0c1d2e3f"), new Conflict(Optional.of(RevisionId.parse("7-0c1d2e3f"))),
                "02" + hex(""), new Conflict(Optional.empty()),
                "03" + hex("busy"), new Unavailable("busy"),
                "04" + hex("no"), new Refused("no"));
        answers.forEach((bytes, result) -> {
            net.garbled.put(alpha.name, bytes(bytes));
            assertThat(commit(zulu)).as(bytes).isEqualTo(result);
        });
        assertThat(zulu.decided).as("by itself").isEmpty();
    }
}
