package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.sync.TrustQuestion.LeftOut;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Questions about trust, and answers, as they travel. */
final class TrustQuestionTest {
    private static final TrustQuestion QUESTION = new TrustQuestion(
            "spiffe://acme.example/operator/ann", "shop", new TreeMap<>(Map.of("Service/a", "kind: Service")));

    @Test
    void theBytesAreTheseAndAreReadBack() throws MalformedException {
        assertThat(QUESTION.encode().toHex())
                .isEqualTo("01" + "0022" + hex("spiffe://acme.example/operator/ann") + "0004" + hex("shop") + "00000001"
                        + "0009" + hex("Service/a") + "0000000d" + hex("kind: Service"));
        assertThat(TrustQuestion.decode(QUESTION.encode())).isEqualTo(QUESTION);
        LeftOut leftOut = new LeftOut(List.of("no"), 3);
        assertThat(leftOut.encode().toHex()).isEqualTo("01" + "00000001" + "0002" + hex("no") + "00000003");
        assertThat(LeftOut.decode(leftOut.encode())).isEqualTo(leftOut);
    }

    @Test
    void everyPrefixAndWhatFollowsIsRefused() {
        byte[] whole = QUESTION.encode().toArray();
        for (int size = 0; size < whole.length; size++) {
            Bytes cut = Bytes.wrap(Arrays.copyOf(whole, size));
            assertThatThrownBy(() -> TrustQuestion.decode(cut)).isInstanceOf(MalformedException.class);
        }
        Bytes more = Bytes.wrap(Arrays.copyOf(whole, whole.length + 1));
        assertThatThrownBy(() -> TrustQuestion.decode(more)).isInstanceOf(MalformedException.class);
        whole[0] = 2;
        assertThatThrownBy(() -> TrustQuestion.decode(Bytes.wrap(whole))).hasMessageContaining("expected 1");
    }

    @Test
    void anAnswerHasRoomForSoManyLinesOfSuchALengthWhateverIsInThem() throws MalformedException {
        List<String> many = Collections.nCopies(TrustQuestion.LINES_MAX + 7, "\uD83D\uDE00".repeat(2000));
        LeftOut read = LeftOut.decode(LeftOut.of(many).encode());
        assertThat(read.lines())
                .hasSize(TrustQuestion.LINES_MAX)
                .allSatisfy(line -> assertThat(line).endsWith("..."));
        assertThat(read.more()).isEqualTo(7);
    }

    private static String hex(String text) {
        return Bytes.utf8(text).toHex();
    }
}
