package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.proxy.NotedFields;
import io.bridgehead.proxy.TestExchanges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The audit file has what operators did whatever the node's log shows, and requests leave room for that. */
@OwnedBy(Owner.CONFINED)
final class AuditFileTest {
    private static final int PER_SECOND = 65_000;

    private final Path path;
    private final AuditFile file;
    private final LogDoor door;
    private long nanos;

    AuditFileTest(@TempDir Path folder) throws IOException {
        path = folder.resolve("audit.log");
        file = new AuditFile(
                LogFile.open(path),
                new EpochClock(0),
                () -> nanos,
                PER_SECOND,
                new AtomicLong(),
                new Repeats(() -> 0),
                Thread.ofPlatform().daemon().factory());
        door = new LogDoor(AuditFile.LOGGER, file::said);
    }

    private List<String> written() throws InterruptedException, IOException {
        file.writer().start();
        return ended();
    }

    private List<String> ended() throws InterruptedException, IOException {
        file.writer().close();
        file.writer().join(10_000);
        return Files.readAllLines(path);
    }

    private void attach() {
        AuditFile.kept(true);
        door.attach();
    }

    private void detach() {
        door.detach();
        AuditFile.kept(false);
    }

    private static void change() {
        new AdminChange("drain", "aws", "", "the socket", "ada", "7", 200, "done").write();
    }

    @Test
    void whatOperatorsDoIsThereWhateverTheLogShows() throws InterruptedException, IOException {
        assertThat(LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME))
                .isInstanceOfSatisfying(
                        Logger.class, root -> assertThat(root.getLevel()).isEqualTo(Level.WARN));
        change();
        attach();
        try {
            change();
            LoggerFactory.getLogger("bridgehead").atWarn().log("something else");
        } finally {
            detach();
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
    void requestsLeaveRoomForOperatorsAndAreToldOfLater() throws InterruptedException, IOException {
        var refused = TestExchanges.forbidden();
        int room = SignalWriter.QUEUE_MAX - AuditFile.RESERVE;
        for (int i = 0; i < room + 3; i++) {
            file.ended(refused);
        }
        assertThat(file.writer().dropped()).isEqualTo(3);
        attach();
        change();
        detach();
        assertThat(file.writer().dropped()).isEqualTo(3);
        List<String> lines = written();
        assertThat(lines).hasSize(room + 1);
        assertThat(lines.getLast()).contains("admin: drain");
        assertThat(lines.subList(0, room)).noneMatch(line -> line.contains("left_out"));
    }

    @Test
    void whatIsLeftOutIsRememberedUntilALineFits() throws InterruptedException, IOException {
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
        while (Files.size(path) == 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        file.ended(refused);
        assertThat(file.leftOut()).isZero();
        List<String> lines = ended();
        assertThat(lines).hasSize(SignalWriter.QUEUE_MAX - AuditFile.RESERVE + 1);
        assertThat(lines.getLast()).contains("\"left_out\":" + (full + 3));
    }
}
