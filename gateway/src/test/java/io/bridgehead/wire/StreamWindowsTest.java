package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two gateways' ends of a connection whose bytes take a while, and the windows between them. */
@ExtendWith(LeakWatch.class)
@Execution(ExecutionMode.CONCURRENT)
final class StreamWindowsTest {
    private static final int MIB = 1024 * 1024;
    private static final long ONE_WAY_MILLIS = 40;

    private final WireBed bed = new WireBed();
    private final Quiet quiet = new Quiet();
    private final Sources sources = new Sources();

    /** Answers every request with as many bytes as its path says. */
    private static final class Sources implements RequestHandler {
        final List<Source> all = new ArrayList<>();

        @Override
        public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
            Source source = new Source(stream, Integer.parseInt(head.path().substring(1)) * (long) MIB);
            all.add(source);
            stream.sendResponse(new ResponseHead(200, new HeaderFields()), false);
            source.onWritable();
            return source;
        }

        @Override
        public void onRefused(Refusal refusal, String detail) {}
    }

    /** Sends while the stream is writable. */
    @OwnedBy(Owner.EVENT_LOOP)
    private static final class Source implements StreamEvents {
        private final ServerStream stream;
        long left;

        Source(ServerStream stream, long bytes) {
            this.stream = stream;
            this.left = bytes;
        }

        @Override
        public void onWritable() {
            while (left > 0 && stream.writable()) {
                int size = (int) Math.min(left, 32 * 1024);
                left -= size;
                stream.sendData(Chunk.of(new byte[size]), left == 0);
            }
        }

        @Override
        public void onData(Chunk chunk, boolean end) {
            chunk.release();
        }

        @Override
        public void onTrailers(HeaderFields trailers) {}

        @Override
        public void onReset(StreamReset reset) {
            left = 0;
        }
    }

    /** Counts what comes; consumes unless stalled. */
    @OwnedBy(Owner.EVENT_LOOP)
    private static final class Sink implements ResponseEvents {
        private final WindowBudget budget;
        private final ClientStream stream;
        final CompletableFuture<String> outcome = new CompletableFuture<>();
        boolean stalled;
        long received;
        int unconsumed;
        long inUseMost;

        Sink(HttpClientConnection connection, WindowBudget budget, int mebibytes) {
            this.budget = budget;
            this.stream = connection.open(
                    new RequestHead("GET", "https", "a.example", "/" + mebibytes, new HeaderFields()), true, this);
        }

        @Override
        public void onData(Chunk chunk, boolean end) {
            received += chunk.size();
            inUseMost = Math.max(inUseMost, budget.bytesInUse());
            unconsumed += chunk.size();
            chunk.release();
            if (!stalled) {
                go();
            }
            if (end) {
                outcome.complete("end");
            }
        }

        void go() {
            stalled = false;
            int bytes = unconsumed;
            unconsumed = 0;
            stream.consumed(bytes);
        }

        @Override
        public void onInformational(ResponseHead head) {}

        @Override
        public void onResponse(ResponseHead head, boolean end) {}

        @Override
        public void onTrailers(HeaderFields trailers) {}

        @Override
        public void onReset(StreamReset reset) {
            outcome.complete(reset.name());
        }

        @Override
        public void onWritable() {}
    }

    private HttpClientConnection connect(WindowBudget budget) {
        int port = bed.listen((loop, channel) -> {
            channel.pipeline().addFirst(new DelayLine(ONE_WAY_MILLIS));
            HttpServerConnection.http2(loop, channel, WireLimits.tunnel(), new WindowBudget(0), sources, quiet);
        });
        return bed.connect(port, channel -> {
            channel.pipeline().addFirst(new DelayLine(ONE_WAY_MILLIS));
            return HttpClientConnection.http2(bed.loop(), channel, WireLimits.tunnel(), budget, quiet);
        });
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    @Test
    void aWindowGrowsWithWhatItsConsumerTakesAndIsGivenBack() {
        WindowBudget budget = new WindowBudget(64 * MIB);
        HttpClientConnection connection = connect(budget);
        Sink sink = bed.on(() -> new Sink(connection, budget, 24));
        assertThat(WireBed.await(sink.outcome)).isEqualTo("end");
        assertThat(bed.on(() -> sink.inUseMost)).isGreaterThan(MIB / 2);
        bed.until(() -> budget.bytesInUse() == 0);
    }

    @Test
    void theBudgetBoundsWhatWindowsGrowTo() {
        WindowBudget budget = new WindowBudget(MIB);
        HttpClientConnection connection = connect(budget);
        Sink one = bed.on(() -> new Sink(connection, budget, 8));
        Sink other = bed.on(() -> new Sink(connection, budget, 8));
        assertThat(WireBed.await(one.outcome)).isEqualTo("end");
        assertThat(WireBed.await(other.outcome)).isEqualTo("end");
        assertThat(bed.on(() -> Math.max(one.inUseMost, other.inUseMost)))
                .isGreaterThan(MIB / 4)
                .isLessThanOrEqualTo(MIB + 256 * 1024);
        bed.until(() -> budget.bytesInUse() == 0);
    }

    @Test
    void aConsumerThatStopsPinsItsWindowAndNoMoreAndStallsNobody() {
        WindowBudget budget = new WindowBudget(64 * MIB);
        HttpClientConnection connection = connect(budget);
        Sink slow = bed.on(() -> {
            Sink sink = new Sink(connection, budget, 4);
            sink.stalled = true;
            return sink;
        });
        bed.until(() -> slow.received >= 256 * 1024);
        Sink fast = bed.on(() -> new Sink(connection, budget, 4));
        assertThat(WireBed.await(fast.outcome)).isEqualTo("end");
        assertThat(bed.on(() -> slow.received)).isEqualTo(256 * 1024);
        bed.run(slow::go);
        assertThat(WireBed.await(slow.outcome)).isEqualTo("end");
    }

    @Test
    void anIdleStreamGivesItsGrownWindowBack() {
        WindowBudget budget = new WindowBudget(64 * MIB);
        HttpClientConnection connection = connect(budget);
        Sink sink = bed.on(() -> new Sink(connection, budget, 200));
        bed.until(() -> budget.bytesInUse() > MIB / 2);
        bed.run(() -> sink.stalled = true);
        bed.until(() -> budget.bytesInUse() - sink.unconsumed < 100_000);
        assertThat(bed.on(() -> sink.unconsumed)).isLessThanOrEqualTo(16 * MIB);
        bed.run(() -> sink.stream.reset(StreamReset.CANCEL));
    }

    @Test
    void whenMuchIsHeldNewWindowsAreSmallerAndPastTheBudgetStreamsAreReset() {
        WindowBudget budget = new WindowBudget(MIB);
        HttpClientConnection connection = connect(budget);
        List<Sink> sinks = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            sinks.add(bed.on(() -> {
                Sink sink = new Sink(connection, budget, 1);
                sink.stalled = true;
                return sink;
            }));
        }
        bed.until(() -> sinks.stream().anyMatch(sink -> sink.outcome.isDone()));
        assertThat(sinks.stream().filter(sink -> sink.outcome.isDone()).map(sink -> sink.outcome.join()))
                .containsOnly("OVERDRAWN");
        bed.until(() -> budget.bytesInUse() <= MIB + 64 * 1024);
        bed.run(() -> sinks.forEach(sink -> sink.stream.reset(StreamReset.CANCEL)));
        bed.until(() -> budget.bytesInUse() == 0);
        Sink late = bed.on(() -> new Sink(connection, budget, 1));
        assertThat(WireBed.await(late.outcome)).isEqualTo("end");
    }
}
