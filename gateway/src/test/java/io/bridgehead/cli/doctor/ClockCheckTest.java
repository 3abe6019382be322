package io.bridgehead.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.bridgehead.cli.doctor.Finding.Severity;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClockCheckTest {
    private static final String NOT_COMPARED = "it was not compared: no other node is heard";

    /** Is there, as a file is that tells who keeps the clock. */
    @TempDir
    Path keeper;

    private static Optional<NodeFacts> node(JsonObject status) {
        return Optional.of(new NodeFacts(status, new JsonObject(), new JsonObject()));
    }

    private static Optional<NodeFacts> compared(int nodes, long aheadMillis) {
        return node(new JsonObject()
                .put("clock", new JsonObject().put("nodes", nodes).put("aheadMillis", aheadMillis)));
    }

    /** What is found of the comparison with others, on a machine that keeps its clock. */
    private Finding found(Optional<NodeFacts> node) {
        List<Finding> all = ClockCheck.of(node, List.of(keeper));
        assertThat(all).hasSize(2).allMatch(finding -> finding.check().equals("clock"));
        return all.getLast();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2_000, -2_000})
    void clocksWithinTwoSecondsAgree(long aheadMillis) {
        assertThat(found(compared(3, aheadMillis)))
                .extracting(Finding::severity, Finding::found, Finding::remedy)
                .containsExactly(Severity.OK, "agrees with 3 other nodes within 2000 ms", "");
    }

    @ParameterizedTest
    @CsvSource({"2001, 2001 ms ahead", "-2001, 2001 ms behind", "-86400000, 86400000 ms behind"})
    void clocksFurtherApartAreAnErrorThatSaysWhichWay(long aheadMillis, String text) {
        Finding finding = found(compared(3, aheadMillis));
        assertThat(finding)
                .extracting(Finding::severity, Finding::found)
                .containsExactly(Severity.ERROR, "the clocks of 3 other nodes are " + text);
        assertThat(finding.remedy()).contains("NTP", "systemd-timesyncd or chrony");
    }

    @Test
    void aClockIsNotComparedWhereNoOtherIsHeard() {
        assertThat(List.of(found(Optional.empty()), found(node(new JsonObject())), found(compared(0, 5_000))))
                .extracting(Finding::severity, Finding::found, Finding::remedy)
                .containsOnly(tuple(Severity.NOTE, NOT_COMPARED, ""));
    }

    @Test
    void whoKeepsTheClockIsSaid() {
        Path none = keeper.resolve("none");
        assertThat(ClockCheck.of(Optional.empty(), List.of(none, keeper)).getFirst())
                .extracting(Finding::severity, Finding::found, Finding::remedy)
                .containsExactly(Severity.OK, "is kept: " + keeper, "");
    }

    @Test
    void aClockThatNobodyIsSeenToKeepIsANoteAsTheHostMay() {
        List<Finding> all = ClockCheck.of(compared(1, 0), List.of(keeper.resolve("none")));
        assertThat(all).extracting(Finding::severity).containsExactly(Severity.NOTE, Severity.OK);
        assertThat(all.getFirst().found()).startsWith("nothing on this machine says that it keeps the clock");
        assertThat(all.getFirst().remedy()).startsWith("keep the clock by NTP");
    }
}
