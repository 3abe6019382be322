package io.bridgehead.wire.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.loop.EmbeddedLoop;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One connection on a channel without a socket, with all that can be seen of it from outside: what came and went by a plain reading,
 * the buffers that live, the windows as the peer knows them.
 */
@OwnedBy(Owner.CONFINED)
final class Bed {
    /** What a connection may hold, and send, for each byte that came. */
    private static final int PER_BYTE_MAX = 100;

    private static final int AT_FIRST_MAX = 96 * 1024;
    private static final int INTERNAL_ERROR = 2;
    private static final int FRAME_MAX = 16_384;
    /** A frame is counted when its header is there, and read when it is whole. */
    private static final int BEGUN_COST = 8;

    private static final int EMPTIES_MAX = 2;
    private static final int CONTINUATIONS_MAX = 15;
    private static final int OUTSIDE_WINDOW = 65_535;

    final EmbeddedChannel channel = new EmbeddedChannel();
    final Loop loop = EmbeddedLoop.of(channel);
    final List<String> problems = new ArrayList<>();
    final Reading came;
    final Reading went;
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final WireLimits limits;
    private final long began = System.nanoTime();
    /** What this side's user sent of its own accord, and how often. */
    long userBytes;

    long userSends;
    private @Nullable Untaken untaken;

    static {
        // so that no buffer is kept for the next turn, and each can be counted
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    Bed(boolean server, WireLimits limits) {
        this.limits = limits;
        this.went = new Reading(server ? 0 : 24, (stream, length, useful) -> {});
        this.came = new Reading(server ? 24 : 0, this::dataCame);
        channel.config().setAllocator(allocator);
        Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> problem("failed in a flush", e));
    }

    /** Keeps account of the DATA that nobody takes. */
    void watch(IntFunction<@Nullable Served> served, int streamsMax) {
        untaken = new Untaken(came, went, served, (long) streamsMax * OUTSIDE_WINDOW);
    }

    private void dataCame(int stream, int length, boolean useful) {
        if (untaken != null) {
            untaken.data(stream, length, useful);
        }
    }

    void problem(String what, Throwable cause) {
        StackTraceElement[] trace = cause.getStackTrace();
        problems.add(what + ": " + cause
                + (trace.length == 0 ? "" : " at " + List.of(trace).subList(0, Math.min(8, trace.length))));
    }

    /** Fails unless this holds. */
    void check(boolean holds, String otherwise) {
        if (!holds && problems.size() < 20) {
            problems.add(otherwise);
        }
    }

    Http2Link link() {
        return channel.pipeline().get(Http2Link.class);
    }

    boolean isAlive() {
        return channel.isActive();
    }

    void arrive(byte[] bytes) {
        if (!isAlive() || bytes.length == 0) {
            return;
        }
        came.read(bytes);
        guarded(() -> channel.writeInbound(allocator.buffer(bytes.length).writeBytes(bytes)));
        settle();
    }

    /** Lets this side do what it wants, and all that this has as its consequence. */
    void act(Runnable action) {
        guarded(action);
        settle();
    }

    private void guarded(Runnable action) {
        try {
            action.run();
            channel.checkException();
        } catch (RuntimeException | Error e) {
            problem("an exception escapes", e);
        }
    }

    private void settle() {
        guarded(channel::runPendingTasks);
        for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            if (out instanceof ByteBuf buffer) {
                went.read(ByteBufUtil.getBytes(buffer));
            }
            ReferenceCountUtil.release(out);
        }
        checkStreamWindows();
        if (untaken != null) {
            untaken.turn();
        }
        long used = allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
        check(
                used <= PER_BYTE_MAX * came.bytes + 2 * userBytes + AT_FIRST_MAX,
                used + " bytes for " + came.bytes + " that came");
    }

    /** Who sent DATA just now had the window for all that it has sent (RFC 9113, section 6.9.2: a window can become negative). */
    private void checkStreamWindows() {
        for (Map.Entry<Integer, Reading.Said> each : went.streams()) {
            Reading.Said said = each.getValue();
            if (said.dataBytes > said.dataBytesSeen) {
                said.dataBytesSeen = said.dataBytes;
                Reading.Said heard = came.stream(each.getKey());
                long window = came.firstWindowPeak + (heard == null ? 0 : heard.window);
                check(said.dataBytes <= window, "more DATA than the window of stream " + each.getKey());
            }
        }
        came.firstWindowPeak = came.firstWindow;
    }

    /** What holds whenever nothing is under way and all that came has been consumed. */
    void checkWindows() throws Http2Exception {
        if (!isAlive() || came.broken != null) {
            return;
        }
        Http2LocalFlowController flow = link().connection().local().flowController();
        Http2Stream all = link().connection().connectionStream();
        check(
                flow.unconsumedBytes(all) == 0,
                "the connection counts " + flow.unconsumedBytes(all) + " bytes that nobody has");
        long seen = OUTSIDE_WINDOW + went.windowOfAll - came.dataBytes;
        check(
                flow.windowSize(all) == seen,
                "the connection's window is " + flow.windowSize(all) + ", for the peer " + seen);
        check(seen >= limits.connectionWindow() / 2, "the connection's window stays at " + seen);
        link().connection().forEachActiveStream(stream -> {
            check(flow.unconsumedBytes(stream) == 0, "stream " + stream.id() + " counts bytes that nobody has");
            return true;
        });
    }

    /** What this side sent keeps to the rules. */
    void checkSent() {
        check(went.broken == null, "what was sent cannot be read: " + went.broken);
        check(!isAlive() || went.isWhole(), "what was sent ends within a frame");
        check(went.goAwayCode != INTERNAL_ERROR, "GOAWAY: INTERNAL_ERROR");
        check(went.dataBytes <= OUTSIDE_WINDOW + came.windowOfAll, "more DATA than the connection's window");
        for (Map.Entry<Integer, Reading.Said> each : went.streams()) {
            Reading.Said said = each.getValue();
            check(!said.afterEnd, "sent behind the end of stream " + each.getKey());
        }
        check(
                went.bytes <= PER_BYTE_MAX * came.bytes + 2 * userBytes + AT_FIRST_MAX,
                went.bytes + " bytes sent for " + came.bytes);
        check(went.longest <= FRAME_MAX, "a frame of " + went.longest + " bytes");
    }

    /** Frames without use end the connection, and useful ones do not. */
    void checkAccount(boolean flood, int completed) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) + 1;
        long budget = limits.frames().budget() + seconds * limits.frames().perSecond();
        long sends = userSends + completed + went.dataFrames + went.pings;
        long earned = came.worth + 20L * completed + 2 * sends + (userBytes + went.dataBytes) / 256;
        boolean rows = came.emptiesInRow > EMPTIES_MAX || came.continuationsInRow > CONTINUATIONS_MAX;
        long cost = came.cost + (untaken == null ? 0 : untaken.frames);
        check(
                !flood
                        || rows
                        || came.broken != null
                        || cost + BEGUN_COST > limits.frames().budget(),
                "a flood at a cost of " + cost);
        check(
                !isAlive() || came.cost <= budget + earned,
                "no end at a cost of " + came.cost + " with " + earned + " earned");
    }

    /** The connection ends, and nothing is left of it. */
    void end() {
        act(channel::close);
        act(channel::releaseInbound);
        check(!channel.isOpen(), "the channel is open behind its end");
        long heap = allocator.metric().usedHeapMemory();
        long direct = allocator.metric().usedDirectMemory();
        check(heap + direct == 0, "buffers are lost: " + heap + " bytes on the heap, " + direct + " beside it");
        assertThat(problems).isEmpty();
    }
}
