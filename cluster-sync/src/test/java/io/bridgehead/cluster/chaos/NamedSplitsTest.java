package io.bridgehead.cluster.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.RevisionSummary;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Each kind of split alone, with the end that is promised for it: in virtual time, three nodes, A, B and C. */
class NamedSplitsTest {
    private static final int A = 0;
    private static final int B = 1;
    private static final int C = 2;
    private static final String SOURCE = "team-a";
    private static final Duration A_WHILE = Duration.ofSeconds(7);
    private static final Duration PROMISED = Duration.ofSeconds(10);

    private final Simulation fabric = new Simulation(1, 3);

    NamedSplitsTest() {
        assertThat(fabric.write(A, SOURCE)).isTrue();
        fabric.run(PROMISED);
        assertThat(fabric.problems()).isEmpty();
    }

    @Test
    void ofTwoSidesTheNewerStampWinsAndTheOtherIsShown() {
        cutBoth(A, C);
        cutBoth(B, C);
        assertThat(fabric.write(A, SOURCE)).isTrue();
        assertThat(fabric.write(B, SOURCE)).as("on top of A's, or not yet").isIn(true, false);
        fabric.run(A_WHILE);
        assertThat(fabric.write(C, SOURCE)).isTrue();
        assertThat(head(A)).isEqualTo(head(B)).isNotEqualTo(head(C));
        healAll();
        fabric.run(PROMISED);
        assertThat(fabric.problems()).isEmpty();
        assertThat(conflicts(A)).hasSize(1).isEqualTo(conflicts(B)).isEqualTo(conflicts(C));
    }

    @Test
    void whatOneDirectionStillCarriesArrives() {
        fabric.cut(B, A);
        assertThat(fabric.write(A, SOURCE)).isTrue();
        fabric.run(A_WHILE);
        assertThat(head(B)).isEqualTo(head(A));
        healAll();
        fabric.run(PROMISED);
        assertThat(fabric.problems()).isEmpty();
        assertThat(conflicts(B)).isEmpty();
    }

    @Test
    void whoeverSeesBothSidesPassesItOn() {
        cutBoth(A, B);
        assertThat(fabric.write(A, SOURCE)).isTrue();
        fabric.run(PROMISED);
        assertThat(head(B)).as("through C").isEqualTo(head(A));
        assertThat(fabric.write(B, SOURCE)).isTrue();
        fabric.run(PROMISED);
        assertThat(head(A)).isEqualTo(head(B));
        assertThat(fabric.problems()).isEmpty();
        assertThat(conflicts(C)).isEmpty();
    }

    @Test
    void aFlappingWayLosesNothing() {
        for (int i = 0; i < 50; i++) {
            cutBoth(i % 2, C);
            fabric.write(i % 3, SOURCE);
            fabric.run(Duration.ofMillis(200));
            healAll();
            fabric.run(Duration.ofMillis(200));
        }
        fabric.run(PROMISED);
        assertThat(fabric.problems()).isEmpty();
        assertThat(fabric.acknowledged()).isGreaterThan(25);
    }

    /** Long enough for each side to go on by a dozen revisions, so that neither holds the other's line. */
    @Test
    void afterALongSplitWhatLostIsShownEverywhere() {
        cutBoth(A, C);
        cutBoth(B, C);
        RevisionId last = head(C);
        for (int i = 0; i < 12; i++) {
            fabric.run(Duration.ofMinutes(1));
            assertThat(fabric.write(C, SOURCE)).isTrue();
            last = head(C);
            fabric.run(Duration.ofMinutes(1));
            assertThat(fabric.write(A, SOURCE)).isTrue();
        }
        healAll();
        fabric.run(PROMISED);
        assertThat(fabric.problems()).isEmpty();
        assertThat(head(C)).isEqualTo(head(A)).isNotEqualTo(last);
        assertThat(conflicts(A)).containsExactly(last).isEqualTo(conflicts(C));
    }

    private void cutBoth(int a, int b) {
        fabric.cut(a, b);
        fabric.cut(b, a);
    }

    private void healAll() {
        for (int a = A; a <= C; a++) {
            for (int b = A; b <= C; b++) {
                fabric.heal(a, b);
            }
        }
    }

    private RevisionId head(int node) {
        return Objects.requireNonNull(fabric.store(node).heads().get(SOURCE)).id();
    }

    private List<RevisionId> conflicts(int node) {
        return fabric.store(node).conflicts(SOURCE).stream()
                .map(RevisionSummary::id)
                .toList();
    }
}
