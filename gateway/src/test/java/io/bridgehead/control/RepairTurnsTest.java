package io.bridgehead.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.NodeName;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class RepairTurnsTest {
    private static final SortedSet<NodeName> UP =
            new TreeSet<>(List.of(new NodeName("a"), new NodeName("c"), new NodeName("d")));

    private final RepairTurns turns = new RepairTurns(new NodeName("b"), 0);
    private long now;
    private boolean down;

    /** Lets time pass as the timer does; who was asked and when. */
    private List<String> during(long millis, Object cluster) {
        List<String> asked = new ArrayList<>();
        for (long end = now + millis; now < end; now += RepairTurns.LOOK_MILLIS) {
            turns.next(now, cluster, UP, down).ifPresent(peer -> asked.add(now / 1000 + " " + peer));
        }
        return asked;
    }

    @Test
    void afterAStartEachPeerHasItsTurnBeginningWithTheNext() {
        assertThat(during(12_000, "")).containsExactly("0 c", "3 d", "6 a", "9 c");
    }

    @Test
    void inQuietOnlyNowAndThen() {
        now = RepairTurns.UNSETTLED_MILLIS;
        assertThat(during(90_000, "")).containsExactly("30 c", "60 d", "90 a");
    }

    @Test
    void whenTheClusterOrATunnelChangesOftenAgain() {
        now = RepairTurns.UNSETTLED_MILLIS;
        during(12_000, "");
        assertThat(during(9_000, "others")).containsExactly("42 d", "45 a", "48 c");
        during(60_000, "others");
        turns.disturbed(now);
        assertThat(during(6_000, "others")).hasSize(2);
    }

    @Test
    void whileATunnelIsDownOftenHoweverLong() {
        now = RepairTurns.UNSETTLED_MILLIS;
        down = true;
        assertThat(during(600_000, "")).hasSize(200);
        down = false;
        during(RepairTurns.UNSETTLED_MILLIS, "");
        assertThat(during(90_000, "")).hasSize(3);
    }

    @Test
    void withoutATunnelNobody() {
        assertThat(turns.next(0, "", new TreeSet<>(), false)).isEmpty();
        assertThat(turns.next(0, "", UP, false)).contains(new NodeName("c"));
    }
}
