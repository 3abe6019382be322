package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Limits;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamReset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TunnelWatchTest {
    private static TestLoop loop;

    private final ControlStream stream = new ControlStream();
    private final List<RequestHead> asked = new ArrayList<>();
    private final List<ResponseEvents> events = new ArrayList<>();
    private final List<Bytes> records = new ArrayList<>();
    private final List<CompletableFuture<Boolean>> judged = new ArrayList<>();
    private final AtomicInteger ends = new AtomicInteger();
    private boolean judgesAtOnce = true;

    @BeforeAll
    static void start() {
        loop = new TestLoop();
    }

    @AfterAll
    static void stop() {
        loop.close();
    }

    @BeforeEach
    void open() {
        loop.run(() -> TunnelWatch.open(
                loop.loop(),
                (head, end, answer) -> {
                    asked.add(head);
                    events.add(answer);
                    return stream;
                },
                TunnelExchange.WATCH_PATH,
                this::take,
                ends::incrementAndGet));
    }

    private CompletionStage<Boolean> take(Bytes record) {
        records.add(record);
        CompletableFuture<Boolean> one = new CompletableFuture<>();
        judged.add(one);
        if (judgesAtOnce) {
            one.complete(true);
        }
        return one;
    }

    private void answers(int status, boolean end) {
        loop.run(() -> events.getFirst().onResponse(new ResponseHead(status, new HeaderFields()), end));
    }

    private void sends(Bytes bytes) {
        loop.run(() -> events.getFirst().onData(Chunk.of(bytes.toArray()), false));
        loop.settle();
    }

    private static Bytes frame(Bytes record) {
        return new BinaryWriter().blob(record).toBytes();
    }

    private static Bytes record(int size, int fill) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) fill);
        return Bytes.wrap(bytes);
    }

    @Test
    void recordsAreTakenWholeWhereverTheyAreCut() {
        answers(200, false);
        Bytes all = new BinaryWriter()
                .blob(record(3, 1))
                .blob(record(0, 0))
                .blob(record(70_000, 2))
                .blob(record(1, 3))
                .toBytes();
        for (int piece : new int[] {1, 2, 3, 5, 4096, all.size()}) {
            records.clear();
            loop.run(() -> {
                for (int at = 0; at < all.size(); at += piece) {
                    Bytes part = all.slice(at, Math.min(piece, all.size() - at));
                    events.getFirst().onData(Chunk.of(part.toArray()), false);
                }
            });
            assertThat(records)
                    .as("pieces of " + piece)
                    .containsExactly(record(3, 1), record(0, 0), record(70_000, 2), record(1, 3));
        }
        loop.settle();
        assertThat(stream.consumed).isEqualTo(6L * all.size());
        assertThat(asked.getFirst().path()).isEqualTo("/.bridgehead/watch");
        assertThat(ends).hasValue(0);
    }

    @Test
    void whatEarlierNodesSendIsTaken() {
        answers(200, false);
        sends(Bytes.wrap(HexFormat.of().parseHex("00000004" + "6e657773" + "00000004" + "6d6f7265")));
        assertThat(records).containsExactly(Bytes.utf8("news"), Bytes.utf8("more"));
    }

    @Test
    void aRecordThatIsTooLongEndsItAndThoseBeforeAreTaken() {
        answers(200, false);
        sends(new BinaryWriter()
                .blob(record(2, 7))
                .i32(Limits.RECORD_BYTES_MAX + 1)
                .toBytes());
        assertThat(records).containsExactly(record(2, 7));
        assertThat(stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(ends).hasValue(1);
        sends(frame(record(1, 1)));
        assertThat(records).as("nothing follows").hasSize(1);
    }

    @Test
    void aLengthBelowZeroEndsIt() {
        answers(200, false);
        sends(new BinaryWriter().i32(-1).toBytes());
        assertThat(stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(ends).hasValue(1);
    }

    @Test
    void aPeerThatRefusesEndsItOnce() {
        answers(503, true);
        assertThat(ends).hasValue(1);
        assertThat(stream.reset).isNull();
        loop.run(() -> events.getFirst().onReset(StreamReset.CONNECTION_LOST));
        assertThat(ends).hasValue(1);
    }

    @Test
    void anAnswerThatIsNoWatchIsCutOff() {
        answers(404, false);
        assertThat(stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(ends).hasValue(1);
    }

    @Test
    void theEndOfTheConnectionEndsItOnceAndHalfARecordIsForgotten() {
        answers(200, false);
        sends(new BinaryWriter().i32(100).i32(1).toBytes());
        loop.run(() -> events.getFirst().onReset(StreamReset.CONNECTION_LOST));
        loop.run(() -> events.getFirst().onTrailers(new HeaderFields()));
        assertThat(records).isEmpty();
        assertThat(ends).hasValue(1);
    }

    @Test
    void aPeerSendsNoMoreThanIsJudged() {
        judgesAtOnce = false;
        answers(200, false);
        Bytes big = frame(record(TunnelWatch.PENDING_BYTES_MAX / 2 + 1, 1));
        sends(big);
        assertThat(stream.consumed).as("the first half").isEqualTo(big.size());
        sends(big);
        assertThat(stream.consumed).as("more than may wait").isEqualTo(big.size());
        loop.run(() -> judged.getFirst().complete(true));
        loop.settle();
        assertThat(stream.consumed).isEqualTo(2L * big.size());
        loop.run(() -> judged.getLast().completeExceptionally(new IllegalStateException("the store is closed")));
        loop.settle();
        sends(frame(record(1, 1)));
        assertThat(stream.consumed).isEqualTo(2L * big.size() + 5);
    }

    @Test
    void manyEmptyRecordsCostAsWell() {
        judgesAtOnce = false;
        answers(200, false);
        Bytes thousand = record(4_000, 0);
        for (int i = 0; i < 40; i++) {
            sends(thousand);
        }
        assertThat(stream.consumed).isLessThan(20_000 * 4L);
        loop.run(() -> judged.forEach(one -> one.complete(true)));
        loop.settle();
        assertThat(stream.consumed).isEqualTo(40 * 4_000L);
    }

    @Test
    void aLargeRecordComesThroughASmallWindow() {
        judgesAtOnce = false;
        answers(200, false);
        Bytes frame = frame(record(Limits.RECORD_BYTES_MAX, 4));
        int window = 256 << 10;
        for (int at = 0; at < frame.size(); at += window) {
            int size = Math.min(window, frame.size() - at);
            assertThat(stream.consumed)
                    .as("credit for what is not a record yet")
                    .isEqualTo(at);
            sends(frame.slice(at, size));
        }
        assertThat(records).hasSize(1);
    }
}
