package io.bridgehead.wire.http2;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.RequestMark;
import io.bridgehead.wire.ClientConnectionEvents;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.FrameLimits;
import io.bridgehead.wire.HttpClientConnection;
import io.bridgehead.wire.StreamReset;
import io.bridgehead.wire.WindowBudget;
import io.bridgehead.wire.WireLimits;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever frames an endpoint or another node answers with, and whatever this side's user does meanwhile: what {@link Http2ServerFuzz} says
 * of requests holds of answers; and each request gets one end, an answer's or a reset.
 */
final class Http2ClientFuzz {
    private static final int TUNNEL = 2;
    private static final int HOLDS = 4;
    private static final int NO_PREFACE = 1;
    private static final int OPEN_MAX = 64;

    @MethodSource("scripts")
    @FuzzTest(maxDuration = "3s")
    void keepsItsWord(byte[] steps) throws Http2Exception {
        if (steps.length > 0) {
            new Run(steps[0]).play(steps);
        }
    }

    static Stream<Arguments> scripts() {
        return Stream.of(
                        "00 0d000000 0e00 0c00",
                        "02 0d000001 0d000001 0e01 0c07 000001 0548656c6c6f 000103 0548656c6c6f 0d0005",
                        "04 0d000002 0e01 000001 ff1000" + "41".repeat(300) + " 0d000905 0d0005",
                        "06 0d000000 0e01 000001 ff2000" + "41".repeat(8192) + " 0d0005",
                        "00 04000006 000800000001 0d000003 010401 0188 000001 02dead 0d000302 0d000104",
                        "00 0d000001 0d000103 0d000203 0d000304 0e03 0c00",
                        "00 0d000000 0d000000 0700000800000001 00000000 0e00",
                        "00 0d000001 03000104 00000007 0d000001 03000304 00000008",
                        "00 04000006 000400000000 0c00 0d000001 0d000102 0d000102 08000104 00000040 0c00 0d000101",
                        "00 0d000000 0e04 0e04 0e06",
                        "02 0d000001 080001 0400001000 0d000220 0d000305 0e00",
                        "00 0400000c 000600000100 280100000400 0d000001 0d000102 0d100600 04000000 0d000025"
                                + " 0000010d 020d000100210d00010c000c01 0d01")
                .map(text -> Arguments.of((Object) HexFormat.of().parseHex(text.replace(" ", ""))));
    }

    /** One connection. */
    @OwnedBy(Owner.CONFINED)
    private static final class Run implements Script.Player, ClientConnectionEvents {
        private final boolean holds;
        private final boolean preface;
        private final WireLimits limits;
        private final WindowBudget budget = new WindowBudget(1 << 20);
        private final Bed bed;
        private final HttpClientConnection connection;
        private final List<Served> all = new ArrayList<>();
        private int nextAnswer = -1;
        private int closed;

        Run(int mode) {
            boolean tunnel = (mode & TUNNEL) != 0;
            holds = (mode & HOLDS) != 0;
            preface = (mode & NO_PREFACE) == 0;
            limits = (tunnel ? WireLimits.tunnel() : WireLimits.endpoint())
                    .withHead(2_048, 20)
                    .withInformational(3)
                    .withResets(10, 1_000)
                    .withFrames(new FrameLimits(60, 1, !tunnel, 300_000));
            bed = new Bed(false, limits);
            connection = tunnel
                    ? HttpClientConnection.http2(bed.loop, bed.channel, limits, budget, this)
                    : HttpClientConnection.http2(bed.loop, bed.channel, limits, this);
        }

        void play(byte[] steps) throws Http2Exception {
            if (preface) {
                bed.arrive(Script.serverPreface());
            }
            Script.play(steps, 1, this);
            bed.act(() -> all.forEach(served -> served.consume(Integer.MAX_VALUE)));
            bed.checkWindows();
            boolean quiet = bed.isAlive() && connection.activeStreams() == 0;
            bed.check(
                    !quiet || connection.windowBytes() == 0,
                    connection.windowBytes() + " bytes of windows without a stream");
            stillAsks();
            bed.checkSent();
            bed.checkAccount(false, all.size());
            all.forEach(served -> new Comparison(bed, served).answer(limits));
            bed.act(bed.channel::close);
            for (Served served : all) {
                bed.act(() -> served.consume(Integer.MAX_VALUE));
                bed.check(
                        served.ended || served.reset || served.localReset,
                        "stream " + served.id + " was not told of the end");
            }
            bed.check(closed == 1, "the end was told " + closed + " times");
            bed.check(connection.activeStreams() == 0, "streams are left");
            bed.check(budget.bytesInUse() == 0, "the budget lacks " + budget.bytesInUse() + " bytes");
            bed.end();
        }

        /** One request more is sent and its answer understood, if nothing that was said stands against it. */
        private void stillAsks() {
            boolean can = connection.canOpen() && bed.came.isWhole() && !bed.came.goAway && bed.came.listMax >= 256;
            if (!can || !bed.isAlive()) {
                return;
            }
            bed.act(() -> open(request("GET", 0), true));
            Served served = all.getLast();
            Reading.Said asked = bed.went.stream(served.id);
            bed.check(
                    asked != null
                            && asked.ended
                            && asked.heads.size() == 1
                            && asked.heads.getFirst().contains(new Reading.Field(":path", "/a?b=c")),
                    "a request on stream " + served.id + " is not sent");
            bed.arrive(Messages.answer(served.id, true, "200", ""));
            bed.check(
                    !bed.isAlive() || (served.ended && served.answer != null && served.answer.status() == 200),
                    "a good answer on stream " + served.id + " is not taken");
        }

        private static RequestHead request(String method, int marks) {
            HeaderFields fields = new HeaderFields();
            fields.add("x-node", "a");
            return new RequestHead(method, "http", "shop.example", "/a?b=c", fields, marks);
        }

        private void open(RequestHead head, boolean end) {
            Served served = new Served(bed, head, holds);
            bed.userBytes += 256;
            ClientStream stream = connection.open(head, end, served);
            served.on(stream);
            served.opening = false;
            served.localEnded = end;
            Http2Exchange exchange = (Http2Exchange) stream;
            served.id = exchange.stream() == null ? -1 : exchange.stream().id();
            all.add(served);
        }

        // --- the script

        @Override
        public void arrive(byte[] bytes) {
            bed.arrive(bytes);
        }

        @Override
        public byte[] right(int choice) {
            nextAnswer = (choice & 8) == 0 ? nextAnswer + 2 : Math.max(1, nextAnswer);
            String status = List.of("200", "200", "100", "103").get(choice >> 1 & 3);
            boolean end = (choice & 1) == 0 && status.equals("200");
            return Messages.answer(nextAnswer, end, status, (choice & 16) == 0 ? "" : "5");
        }

        @Override
        public void user(int which, int what, int amount) {
            if (what % 10 == 0 && all.size() < OPEN_MAX) {
                bed.act(() -> open(amount % 5));
            } else if (!all.isEmpty()) {
                Served served = all.get(which % all.size());
                bed.act(() -> user(served, what % 10, amount));
            }
        }

        private void open(int kind) {
            switch (kind) {
                case 0 -> open(request("GET", 0), true);
                case 1 -> open(request("POST", 0), false);
                case 2 -> open(request("HEAD", 0), true);
                case 3 -> open(request("GET", RequestMark.UPGRADE.bit() | RequestMark.WEB_SOCKET.bit()), false);
                default -> open(request("CONNECT", RequestMark.CONNECT.bit()), false);
            }
        }

        private static void user(Served served, int what, int amount) {
            switch (what) {
                case 1, 2 -> served.send(amount * 64, false);
                case 3 -> served.send(amount, true);
                case 4 -> served.sendTrailers();
                case 5, 6 -> served.consume(Integer.MAX_VALUE);
                case 7 -> served.consume(1);
                default -> served.cut(what == 8 ? StreamReset.CANCEL : StreamReset.TIMEOUT);
            }
        }

        @Override
        public void owner(int what) {
            bed.act(() -> {
                switch (what % 4) {
                    case 0 -> connection.drain();
                    case 1 -> connection.ping(nanos -> {});
                    case 2 -> connection.close();
                    default -> {
                        all.forEach(served -> served.send(9, false));
                        connection.close();
                    }
                }
            });
        }

        // --- the connection

        @Override
        public void onIdle(HttpClientConnection idle) {
            bed.check(closed == 0, "idle behind the end");
        }

        @Override
        public void onGoingAway(HttpClientConnection going) {
            bed.check(closed == 0, "going away behind the end");
        }

        @Override
        public void onClosed(HttpClientConnection ended) {
            closed++;
        }

        @Override
        public void onBytesReceived() {
            bed.check(closed == 0, "bytes behind the end");
        }
    }
}
