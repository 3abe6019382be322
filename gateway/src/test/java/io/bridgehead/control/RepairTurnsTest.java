package io.bridgehead.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.NodeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class RepairTurnsTest {
    private static final SortedSet<NodeName> UP =
            new TreeSet<>(List.of(new NodeName("a"), new NodeName("c"), new NodeName("d")));

    private final RepairTurns turns = new RepairTurns(new NodeName("b"), 0);
    private long now;
    private Set<NodeName> down = Set.of();

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
    void whileATunnelIsDownOftenForAnHour() {
        now = RepairTurns.UNSETTLED_MILLIS;
        down = Set.of(new NodeName("e"));
        assertThat(during(600_000, "")).hasSize(200);
        during(RepairTurns.DOWN_MILLIS - 600_000 + RepairTurns.UNSETTLED_MILLIS, "");
        assertThat(during(90_000, "")).as("it has gone").hasSize(3);
        down = Set.of(new NodeName("e"), new NodeName("f"));
        assertThat(during(90_000, "")).as("another one is down").hasSize(30);
        down = Set.of();
        during(RepairTurns.UNSETTLED_MILLIS, "");
        assertThat(during(90_000, "")).hasSize(3);
    }

    @Test
    void withoutATunnelNobody() {
        assertThat(turns.next(0, "", new TreeSet<>(), Set.of())).isEmpty();
        assertThat(turns.next(0, "", UP, Set.of())).contains(new NodeName("c"));
    }
}
