package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/** How much memory a client can make this side use by each byte that it sends. */
@ExtendWith(LeakWatch.class)
@Isolated("the heap of the process is measured")
final class Http2MemoryTest {
    private static final int PINNED_PER_BYTE_MAX = 100;
    private static final int CONNECTIONS = 20;
    private static final int TURNS = 5;
    private static final int INDEXED_METHOD = 0x82;
    private static final int INDEXED_SCHEME = 0x86;
    private static final int INDEXED_PATH = 0x84;
    private static final int FIRST_DYNAMIC = 0x80 | 62;

    private final WireBed bed = new WireBed();
    private final Quiet quiet = new Quiet();
    private final AtomicInteger requests = new AtomicInteger();
    private final List<Refusal> refused = new CopyOnWriteArrayList<>();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final RequestHandler handler = new RequestHandler() {
        @Override
        public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
            requests.incrementAndGet();
            return Recorder.holding();
        }

        @Override
        public void onRefused(Refusal refusal, String detail) {
            refused.add(refusal);
        }
    };

    @AfterEach
    void stop() {
        bed.close();
    }

    private int listen() {
        return bed.listen(
                (loop, channel) -> HttpServerConnection.http2(loop, channel, WireLimits.edge(), handler, quiet));
    }

    private long allocatedByLoop() {
        return threads.getThreadAllocatedBytes(
                bed.on(() -> Thread.currentThread().threadId()));
    }

    /** A head whose last field enters the table of the connection (RFC 7541, section 6.2.1). */
    private static byte[] first(String... fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(INDEXED_METHOD);
        block.write(INDEXED_SCHEME);
        block.write(INDEXED_PATH);
        for (int i = 0; i < fields.length; i += 2) {
            block.write(0x40);
            RawHttp2.text(block, fields[i]);
            RawHttp2.text(block, fields[i + 1]);
        }
        return block.toByteArray();
    }

    /** What is in use when the garbage of other tests is gone as well, with all that was waiting for its end. */
    private static long usedHeap() {
        LeakWatch.settle();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /**
     * What is held for streams that are open and wait, as small as they can be sent. What others of the process take or give back meanwhile is in
     * the heap too, but not each time: the middle of several measurements counts.
     */
    @Test
    void manyHalfOpenStreamsPinLittle() throws IOException {
        int port = listen();
        List<Long> pinned = new ArrayList<>();
        for (int turn = 1; turn <= TURNS; turn++) {
            pinned.add(pinnedPerByte(port, turn));
        }
        assertThat(pinned.stream().sorted().toList().get(TURNS / 2))
                .as("the middle of " + pinned)
                .isLessThan(PINNED_PER_BYTE_MAX);
    }

    /** Begins and ends with no connection open, so that each turn finds what the one before did. */
    private long pinnedPerByte(int port, int turn) throws IOException {
        List<RawHttp2> clients = new ArrayList<>();
        long before = usedHeap();
        long sent = 0;
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                RawHttp2 client = RawHttp2.connect(port);
                clients.add(client);
                client.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, first(":authority", "a.example"));
                for (int stream = 3; stream < 200; stream += 2) {
                    client.frame(
                            RawHttp2.HEADERS,
                            RawHttp2.END_HEADERS,
                            stream,
                            (byte) INDEXED_METHOD,
                            (byte) INDEXED_SCHEME,
                            (byte) INDEXED_PATH,
                            (byte) FIRST_DYNAMIC);
                }
                sent += client.flush().bytesSent();
            }
            bed.until(() -> requests.get() == turn * CONNECTIONS * 100);
            return (usedHeap() - before) / sent;
        } finally {
            for (RawHttp2 client : clients) {
                client.close();
            }
            bed.until(() -> quiet.closed == turn * CONNECTIONS);
        }
    }

    /** One field of 4000 bytes in the table, and heads that are nothing but references to it (an HPACK bomb). */
    @Test
    void aHeadThatExpandsIsRefusedBeforeItDoes() throws IOException {
        int port = listen();
        try (RawHttp2 client = RawHttp2.connect(port)) {
            byte[] opening = first(":authority", "a.example", "x-bomb", "x".repeat(4_000));
            client.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, opening).flush();
            bed.until(() -> requests.get() == 1);
            long before = allocatedByLoop();
            byte[] references = new byte[15_000];
            Arrays.fill(references, (byte) FIRST_DYNAMIC);
            client.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 3, references).flush();
            bed.until(() -> !refused.isEmpty() || quiet.closed == 1);
            long allocated = allocatedByLoop() - before;
            assertThat(refused).allMatch(Refusal.HEAD_TOO_LARGE::equals);
            assertThat(allocated / references.length).isLessThan(PINNED_PER_BYTE_MAX);
        }
    }
}
