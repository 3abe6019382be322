package io.bridgehead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cli.StageVerdict.Answered;
import org.junit.jupiter.api.Test;

class StageVerdictTest {
    private static final StageVerdict VERDICT = new StageVerdict(10, 5);

    private static Answered answered(long requests, long failed) {
        return new Answered(requests, failed);
    }

    @Test
    void aFewFailuresAreNoReason() {
        assertThat(VERDICT.objection(answered(9, 9), Answered.NOTHING, Answered.NOTHING))
                .isNull();
        assertThat(VERDICT.objection(Answered.NOTHING, Answered.NOTHING, Answered.NOTHING))
                .isNull();
    }

    @Test
    void moreThanElsewhereAndBeforeIsOne() {
        assertThat(VERDICT.objection(answered(100, 10), answered(300, 3), answered(1000, 0)))
                .isEqualTo(
                        "exchanges refused or answered with 5xx: 10 of 100 (10.0 %) where it is tried,"
                                + " 3 of 300 (1.0 %) on other nodes, 0 of 1000 (0.0 %) before; at most 5.0 points more are accepted");
    }

    @Test
    void whatFailedBeforeOrFailsElsewhereIsNotTheChange() {
        assertThat(VERDICT.objection(answered(100, 10), answered(100, 9), Answered.NOTHING))
                .isNull();
        assertThat(VERDICT.objection(answered(100, 10), answered(100, 9), answered(100, 1)))
                .as("others may fail because of it")
                .isNotNull();
        assertThat(VERDICT.objection(answered(100, 10), Answered.NOTHING, answered(100, 6)))
                .isNull();
    }

    @Test
    void countsThatBeganAgainAreCountedFromNothing() {
        assertThat(answered(30, 2).since(answered(10, 1))).isEqualTo(answered(20, 1));
        assertThat(answered(3, 2).since(answered(100, 1))).isEqualTo(answered(3, 2));
        assertThat(answered(1, 0).plus(answered(2, 1))).isEqualTo(answered(3, 1));
    }
}
