package io.bridgehead.wire.http2;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bridgehead.model.CloseReason;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.FrameLimits;
import io.bridgehead.wire.HttpServerConnection;
import io.bridgehead.wire.RequestHandler;
import io.bridgehead.wire.ServerConnectionEvents;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import io.bridgehead.wire.WindowBudget;
import io.bridgehead.wire.WireLimits;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever frames a client sends, and whatever this side's user does meanwhile: no exception escapes and no buffer is lost; a request that
 * is taken, its body and its trailers are what a plain reading of the frames finds; windows come back to where they were; what is held and
 * sent for each byte that came has a bound; a flood ends the connection, and nothing else counts as one; and a connection that lives still serves.
 */
final class Http2ServerFuzz {
    private static final int TUNNEL = 2;
    private static final int HOLDS = 4;
    private static final int NO_PREFACE = 1;
    private static final int STREAMS_MAX = 8;

    @MethodSource("scripts")
    @FuzzTest(maxDuration = "3s")
    void keepsItsWord(byte[] steps) throws Http2Exception {
        if (steps.length > 0) {
            new Run(steps[0]).play(steps);
        }
    }

    static Stream<Arguments> scripts() {
        return Stream.concat(
                Script.ofClients(),
                Stream.of(
                                "00 0e00 0c00 0e01 0d000100 0d010000 00010305 48656c6c6f 0d010304",
                                "02 0e01 0e03 0c07 00000105 48656c6c6f 00010305 48656c6c6f 0d000100 0d010004 0d010304",
                                "04 0e01 000001ff012c" + "41".repeat(300) + "0d000500 0d000100 0d000204 0d000000",
                                "06 0e01 000001ff2000" + "41".repeat(8192) + "0d000500 0d000100",
                                "00 0600000800000000000000000a7f 0c00 0e00",
                                "00 050441ff019400000002" + "97".repeat(400),
                                "00" + " 0e01".repeat(9) + " 0c00 00001105 48656c6c6f",
                                "00 0e00 0a82 030001 0400000008 0a8a 0f00 0c03",
                                "00 0e01 0e01 0d000000 0d010000 0f05",
                                "00 04000006 000400000000 0e01 0c00 0d000000 0d000204 08000104 00000010 0c00 0d000400",
                                "00 0e01 0c00 0d000100 00000104 41414141 0a7f",
                                "00 0e00 0c00 00000104 41414141 0c00 0e01 0c00 00000304 41414141 0a7f",
                                "00 0e01 0c00 0d000100 000001ff4000" + "41".repeat(16384) + "0a03 00000104 41414141 0a7f",
                                "20 0e00 4a82 7a03 00000104 00ffffff" + "ff".repeat(42)
                                        + "3a706174 68 01 04 00" + "ff".repeat(14)
                                        + "000000ffffff00ffffff782d656e766f792d" + "ff".repeat(16)
                                        + "0000083a736368656d650a8a4f535410073a736368000000")
                        .map(text ->
                                Arguments.of((Object) HexFormat.of().parseHex(text.replace(" ", "")))));
    }

    /** One connection. */
    @OwnedBy(Owner.CONFINED)
    private static final class Run implements Script.Player, RequestHandler, ServerConnectionEvents {
        private final boolean holds;
        private final boolean preface;
        private final WindowBudget budget = new WindowBudget(1 << 20);
        private final Bed bed;
        private final WireLimits limits;
        private final HttpServerConnection connection;
        private final List<Served> all = new ArrayList<>();
        private final Map<Integer, Served> byStream = new HashMap<>();
        private int nextStream = -1;
        private int refused;
        private int closed;
        private boolean left;
        private @Nullable CloseReason ending;

        Run(int mode) {
            boolean tunnel = (mode & TUNNEL) != 0;
            holds = (mode & HOLDS) != 0;
            preface = (mode & NO_PREFACE) == 0;
            limits = (tunnel ? WireLimits.tunnel() : WireLimits.edge())
                    .withHead(2_048, 20)
                    .withStreamsMax(STREAMS_MAX)
                    .withResets(10, 1_000)
                    .withFrames(new FrameLimits(60, 1, !tunnel, 300_000));
            bed = new Bed(true, limits);
            bed.watch(byStream::get, STREAMS_MAX);
            connection = tunnel
                    ? HttpServerConnection.http2(bed.loop, bed.channel, limits, budget, this, this)
                    : HttpServerConnection.http2(bed.loop, bed.channel, limits, this, this);
        }

        void play(byte[] steps) throws Http2Exception {
            if (preface) {
                bed.arrive(Script.clientPreface());
            }
            Script.play(steps, 1, this);
            bed.act(() -> all.forEach(served -> served.consume(Integer.MAX_VALUE)));
            bed.checkWindows();
            boolean quiet = bed.isAlive() && connection.activeStreams() == 0;
            bed.check(
                    !quiet || connection.windowBytes() == 0,
                    connection.windowBytes() + " bytes of windows without a stream");
            stillServes();
            bed.checkSent();
            bed.checkAccount(ending == CloseReason.FRAME_FLOOD, all.size() + refused);
            all.forEach(served -> new Comparison(bed, served).request(limits));
            bed.act(() -> all.forEach(served -> served.consume(Integer.MAX_VALUE)));
            bed.act(bed.channel::close);
            for (Served served : all) {
                bed.act(() -> served.consume(Integer.MAX_VALUE));
                bed.check(
                        served.ended || served.localEnded || served.isOver(),
                        "stream " + served.id + " was not told of the end");
            }
            bed.check(closed == 1, "the end was told " + closed + " times");
            bed.check(connection.activeStreams() == 0, "streams are left");
            bed.check(budget.bytesInUse() == 0, "the budget lacks " + budget.bytesInUse() + " bytes");
            bed.end();
        }

        /** One request more is answered, if nothing that was said stands against it. */
        private void stillServes() {
            int id = freshStream();
            boolean can =
                    bed.isAlive() && bed.came.isWhole() && !bed.came.goAway && !bed.went.goAway && !left && id > 0;
            if (!can || connection.activeStreams() >= STREAMS_MAX) {
                return;
            }
            int before = all.size();
            bed.arrive(Messages.request(id, true, ""));
            if (ending != null) {
                return;
            }
            bed.check(all.size() == before + 1, "a good request on stream " + id + " is not taken");
            if (all.size() > before) {
                bed.act(() -> respond(all.getLast(), 200, true));
                Reading.Said said = bed.went.stream(id);
                bed.check(
                        bed.came.listMax < 256
                                || (said != null
                                        && said.ended
                                        && said.heads.getLast().contains(new Reading.Field(":status", "200"))),
                        "a good request on stream " + id + " is not answered");
            }
        }

        private int freshStream() {
            int next = bed.came.highestStream + 1 | 1;
            return next < 0 ? -1 : next;
        }

        // --- the script

        @Override
        public void arrive(byte[] bytes) {
            bed.arrive(bytes);
        }

        @Override
        public byte[] right(int choice) {
            nextStream = Math.max(nextStream, bed.came.highestStream) + 1 | 1;
            return Messages.request(nextStream, (choice & 1) == 0, (choice & 2) == 0 ? "" : "5");
        }

        @Override
        public void user(int which, int what, int amount) {
            if (!all.isEmpty()) {
                Served served = all.get(which % all.size());
                bed.act(() -> user(served, what % 10, amount));
            }
        }

        private void user(Served served, int what, int amount) {
            switch (what) {
                case 0 -> respond(served, 200, false);
                case 1 -> respond(served, 200, true);
                case 2 -> served.send(amount * 64, false);
                case 3 -> served.send(amount, true);
                case 4 -> served.sendTrailers();
                case 5 -> served.consume(Integer.MAX_VALUE);
                case 6 -> served.consume(1);
                case 7 -> served.cut(StreamReset.CANCEL);
                case 8 -> server(served).sendInformational(head(103));
                default -> respond(served, served.request.isWebSocket() ? 101 : 204, false);
            }
        }

        private void respond(Served served, int status, boolean end) {
            served.localEnded |= end || status == 204 || served.request.isHead();
            bed.userBytes += 256;
            server(served).sendResponse(head(status), end);
        }

        private static ServerStream server(Served served) {
            if (served.stream instanceof ServerStream stream) {
                return stream;
            }
            throw new IllegalStateException("no stream");
        }

        private static ResponseHead head(int status) {
            HeaderFields fields = new HeaderFields();
            fields.add("x-node", "a");
            return new ResponseHead(status, fields);
        }

        @Override
        public void owner(int what) {
            bed.act(() -> {
                switch (what % 6) {
                    case 0 -> connection.drain();
                    case 1 -> connection.retire();
                    case 2 -> connection.ping(nanos -> {});
                    case 3 -> connection.hurryIdle();
                    case 4 -> connection.close();
                    default -> {
                        all.forEach(served -> served.send(9, false));
                        connection.close();
                    }
                }
            });
            left |= what % 6 < 2;
        }

        // --- the connection

        @Override
        public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
            Served served = new Served(bed, head, holds).on(stream);
            served.opening = false;
            served.ended = end;
            Http2Exchange exchange = (Http2Exchange) stream;
            served.id = exchange.stream() == null ? -1 : exchange.stream().id();
            all.add(served);
            byStream.put(served.id, served);
            bed.check(closed == 0, "a request behind the end");
            bed.check(connection.activeStreams() <= STREAMS_MAX, connection.activeStreams() + " streams at once");
            return served;
        }

        @Override
        public void onRefused(Refusal refusal, String detail) {
            refused++;
            bed.check(refusal != Refusal.INTERNAL, "internal: " + detail);
        }

        @Override
        public void onBytesReceived() {
            bed.check(closed == 0, "bytes behind the end");
        }

        @Override
        public void onEnding(CloseReason reason) {
            bed.check(ending == null, "ends for " + ending + " and for " + reason);
            ending = reason;
        }

        @Override
        public void onClosed(HttpServerConnection ended) {
            closed++;
        }
    }
}
