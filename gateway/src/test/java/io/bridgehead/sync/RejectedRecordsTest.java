package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.Fault;
import io.bridgehead.sync.RejectedRecords.Line;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class RejectedRecordsTest {
    private static final String ANN = "spiffe://td.test/operator/ann";

    private Instant now = Instant.parse("2026-11-25T12:00:00Z");
    private final RejectedRecords rejected = new RejectedRecords(() -> now);

    private void add(String origin, String subject, String carrier) {
        rejected.add(Fault.SIGNATURE, origin, subject, carrier, "does not belong to it");
    }

    @Test
    void oneRecordThatComesAgainIsOneLine() {
        Instant first = now;
        add(ANN, "changeset \"shop\"", "aws-a");
        now = now.plusSeconds(60);
        add(ANN, "changeset \"shop\"", "azure-a");
        assertThat(rejected.lines())
                .containsExactly(new Line(
                        Fault.SIGNATURE, ANN, "changeset \"shop\"", "azure-a", "does not belong to it", 2, first, now));
    }

    @Test
    void aFloodOfOneCarrierDoesNotHideWhatAnotherBrought() {
        add(ANN, "changeset \"shop\"", "honest");
        for (int i = 0; i < 1_000; i++) {
            add("spiffe://td.test/operator/" + i, "changeset \"x\"", "flooder");
        }
        assertThat(rejected.lines()).hasSize(RejectedRecords.LINES_MAX);
        assertThat(rejected.lines()).last().extracting(Line::carrier).isEqualTo("honest");
        assertThat(rejected.lines()).first().extracting(Line::origin).isEqualTo("spiffe://td.test/operator/999");
    }

    @Test
    void whatDoesNotComeAgainIsForgotten() {
        add(ANN, "changeset \"shop\"", "aws-a");
        now = now.plus(RejectedRecords.KEPT).plusMillis(1);
        assertThat(rejected.lines()).isEmpty();
    }

    @Test
    void whatAStrangerWroteIsFitForATerminal() {
        add("spiffe://td.test/\u001b[2J\r\n\u202e" + "x".repeat(5_000), "order \"\u0007\"", "aws-a");
        Line line = rejected.lines().getFirst();
        assertThat(line.origin()).startsWith("spiffe://td.test/?[2J???xxx").hasSizeLessThan(500);
        assertThat(line.subject()).isEqualTo("order \"?\"");
    }
}
