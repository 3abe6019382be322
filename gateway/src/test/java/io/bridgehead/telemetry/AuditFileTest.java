package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.proxy.NotedFields;
import io.bridgehead.proxy.TestExchanges;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The audit file has what operators did whatever the node's log shows, and requests leave room for that. */
@OwnedBy(Owner.CONFINED)
final class AuditFileTest {
    private static final int PER_SECOND = 65_000;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private long nanos;
    private final AuditFile file = new AuditFile(
            out,
            new EpochClock(0),
            () -> nanos,
            PER_SECOND,
            new Repeats(() -> 0),
            Thread.ofPlatform().daemon().factory());

    private List<String> written() throws InterruptedException {
        file.writer().start();
        return ended();
    }

    private List<String> ended() throws InterruptedException {
        file.writer().close();
        file.writer().join(10_000);
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static void change() {
        new AdminChange("drain", "aws", "", "the socket", "ada", "7", 200, "done").write();
    }

    @Test
    void whatOperatorsDoIsThereWhateverTheLogShows() throws InterruptedException {
        assertThat(LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME))
                .isInstanceOfSatisfying(
                        Logger.class, root -> assertThat(root.getLevel()).isEqualTo(Level.WARN));
        change();
        file.attach();
        try {
            change();
            LoggerFactory.getLogger("bridgehead").atWarn().log("something else");
        } finally {
            file.detach();
        }
        change();
        assertThat(LoggerFactory.getLogger(AuditFile.LOGGER).isInfoEnabled())
                .as("the log is as it was")
                .isFalse();
        assertThat(written())
                .singleElement()
                .asString()
                .contains("\"audit\":\"drain\"", "\"signer\":\"ada\"", "admin: drain: done");
    }

    @Test
    void requestsLeaveRoomForOperatorsAndAreToldOfLater() throws InterruptedException {
        var refused = TestExchanges.forbidden();
        int room = SignalWriter.QUEUE_MAX - AuditFile.RESERVE;
        for (int i = 0; i < room + 3; i++) {
            file.ended(refused);
        }
        assertThat(file.writer().dropped()).isEqualTo(3);
        file.attach();
        change();
        file.detach();
        assertThat(file.writer().dropped()).isEqualTo(3);
        List<String> lines = written();
        assertThat(lines).hasSize(room + 1);
        assertThat(lines.getLast()).contains("admin: drain");
        assertThat(lines.subList(0, room)).noneMatch(line -> line.contains("left_out"));
    }

    @Test
    void whatIsLeftOutIsRememberedUntilALineFits() throws InterruptedException {
        var refused = TestExchanges.forbidden();
        for (int i = 0; i < PER_SECOND + 2; i++) {
            file.ended(refused);
        }
        long full = file.writer().dropped();
        assertThat(full).isEqualTo(PER_SECOND - (SignalWriter.QUEUE_MAX - AuditFile.RESERVE));
        nanos = 1_000_000_000L;
        file.ended(refused);
        assertThat(file.leftOut()).as("it did not fit either").isEqualTo(full + 3);
        file.ended(TestExchanges.answered(0, NotedFields.NONE, 200, 1));
        file.writer().start();
        long end = System.nanoTime() + 10_000_000_000L;
        while (out.size() == 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        file.ended(refused);
        assertThat(file.leftOut()).isZero();
        List<String> lines = ended();
        assertThat(lines).hasSize(SignalWriter.QUEUE_MAX - AuditFile.RESERVE + 1);
        assertThat(lines.getLast()).contains("\"left_out\":" + (full + 3));
    }
}
