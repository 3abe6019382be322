package io.bridgehead.wire.http2;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.WindowBudget;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The windows that one connection between gateways gives its peer: lets those grow whose consumers keep up, takes back what
 * is idle, and keeps to the node's budget.
 *
 * <p><b>Limits</b>: only streams that received {@value #NOTED_FROM} bytes are looked at, so small ones cost an addition. A
 * window that shrinks does so by updates that are not sent; the credit that the peer has is not taken back. Should peers use
 * such credit and consumers take nothing until the budget is overdrawn, the streams that receive then are reset.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class StreamWindows {
    private static final int NOTED_FROM = 64 * 1024;
    private static final int TOLD_FROM = 64 * 1024;
    private static final int RESET_FROM = 8 * 1024;
    private static final int ROUND_MILLIS = 1_000;

    private final Loop loop;
    private final Http2Link link;
    private final Http2LocalFlowController flow;
    private final WindowBudget budget;
    private final int usual;
    private final RoundTripFloor roundTrip = new RoundTripFloor();
    private final List<Http2Exchange> grown = new ArrayList<>();
    private @Nullable Timer timer;
    private int first;
    private long granted;
    private long held;
    private long told;
    private boolean overdrawn;
    private boolean flowing;
    private boolean pinging;
    private boolean ended;

    /** @param usual the size that windows begin with */
    StreamWindows(Loop loop, Http2Link link, WindowBudget budget, int usual) {
        this.loop = loop;
        this.link = link;
        this.flow = link.connection().local().flowController();
        this.budget = budget;
        this.usual = usual;
        this.first = usual;
    }

    /** What is granted beyond first windows, and held. */
    long bytes() {
        return granted + held;
    }

    /** Bytes arrived on a stream that somebody has to consume. */
    void received(Http2Exchange exchange, int bytes) {
        exchange.holds(bytes);
        held += bytes;
        if (held - told >= TOLD_FROM) {
            tell();
            overdrawn = budget.isOverdrawn();
        }
        if (overdrawn && exchange.held() >= RESET_FROM) {
            overdrawn = budget.isOverdrawn();
            if (overdrawn) {
                link.overdrawn(exchange);
            }
        }
    }

    /** So many of them were consumed. */
    void consumed(Http2Exchange exchange, Http2Stream stream, int bytes) throws Http2Exception {
        exchange.holds(-bytes);
        held -= bytes;
        if (told - held >= TOLD_FROM) {
            tell();
        }
        StreamWindow window = exchange.window();
        if (window == null) {
            if (exchange.bytesReceived() >= NOTED_FROM) {
                exchange.window(new StreamWindow(loop.nanoTime()));
                note();
            }
        } else if (window.consumed(bytes, flow.initialWindowSize(stream))) {
            int size = flow.initialWindowSize(stream);
            resize(exchange, stream, window, window.next(size, loop.nanoTime(), roundTrip.nanos(), budget.share()));
        }
    }

    private void note() {
        flowing = true;
        if (roundTrip.nanos() == 0) {
            ping();
        }
        startRounds();
    }

    /** The stream is over, and what it held is somebody else's. */
    void closed(Http2Exchange exchange) {
        held -= exchange.held();
        exchange.holds(-exchange.held());
        StreamWindow window = exchange.window();
        if (window != null && window.granted() > 0) {
            grown.remove(exchange);
            forget(window);
        }
    }

    private void forget(StreamWindow window) {
        budget.grown(-1);
        granted -= window.granted();
        budget.giveBack(window.granted());
        window.granted(0);
    }

    /** The connection is over. */
    void end() {
        ended = true;
        Timer running = timer;
        if (running != null) {
            running.cancel();
            timer = null;
        }
        for (Http2Exchange exchange : grown) {
            StreamWindow window = exchange.window();
            if (window != null) {
                forget(window);
            }
        }
        grown.clear();
        held = 0;
        tell();
    }

    private void resize(Http2Exchange exchange, Http2Stream stream, StreamWindow window, int wanted)
            throws Http2Exception {
        flowing = true;
        int size = flow.initialWindowSize(stream);
        long floor = size - window.granted();
        int change = (int) (Math.max(floor, wanted) - size);
        if (change == 0 || stream.state() == Http2Stream.State.CLOSED || (change > 0 && !budget.grant(change))) {
            return;
        }
        if (window.granted() == 0) {
            budget.grown(1);
            grown.add(exchange);
        }
        window.granted(window.granted() + change);
        granted += change;
        if (change < 0) {
            budget.giveBack(-change);
        }
        if (window.granted() == 0) {
            budget.grown(-1);
            grown.remove(exchange);
        }
        flow.incrementWindowSize(stream, change);
        link.markDirty();
    }

    /** Tells the budget what is held. */
    private void tell() {
        budget.holds(held - told);
        told = held;
        if (held > 0) {
            startRounds();
        }
    }

    private void startRounds() {
        if (timer == null && !ended) {
            timer = loop.after(ROUND_MILLIS, this::round);
            adjustFirst();
        }
    }

    private void round() {
        timer = null;
        try {
            for (Http2Exchange exchange : List.copyOf(grown)) {
                look(exchange);
            }
        } catch (Http2Exception e) {
            link.failed(e);
            return;
        }
        if (flowing) {
            flowing = false;
            ping();
        }
        if (held != told) {
            tell();
        }
        if (held > 0 || !grown.isEmpty() || first != usual) {
            startRounds();
        }
    }

    private void look(Http2Exchange exchange) throws Http2Exception {
        StreamWindow window = exchange.window();
        Http2Stream stream = exchange.stream();
        if (window != null && stream != null) {
            boolean flowed = flowing;
            int size = flow.initialWindowSize(stream);
            resize(exchange, stream, window, window.look(size, first));
            flowing = flowed;
        }
    }

    private void adjustFirst() {
        int wanted = budget.firstWindow(usual);
        if (wanted != first) {
            first = wanted;
            link.changeFirstWindow(wanted);
        }
    }

    private void ping() {
        if (!pinging) {
            pinging = true;
            link.ping(nanos -> {
                pinging = false;
                roundTrip.sample(nanos, loop.nanoTime());
            });
        }
    }
}
