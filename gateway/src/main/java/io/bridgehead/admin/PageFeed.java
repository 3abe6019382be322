package io.bridgehead.admin;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells those who look at the status page what holds, whole, every {@value #INTERVAL_MILLIS} ms, as server-sent events. While nobody looks,
 * nothing is asked; who reads slowly is given fewer of them, never more than one ahead, and let go after {@value #MISSED_MAX} that it missed.
 *
 * <p><b>Threads</b>: one context, that of whoever comes first; what is told is put together and written as JSON on the blocking pool.
 */
@OwnedBy(Owner.CONFINED)
final class PageFeed {
    static final int SUBSCRIBERS_MAX = 16;
    static final long INTERVAL_MILLIS = 2_000;
    private static final int MISSED_MAX = 15;

    private final Vertx vertx;
    private final Supplier<Future<JsonObject>> source;
    private final Map<HttpServerResponse, Seat> seats = new LinkedHashMap<>();
    private boolean waiting;
    private @Nullable Buffer last;

    /** How far one who looks has come. */
    @OwnedBy(Owner.CONFINED)
    private static final class Seat {
        private boolean writing;
        private int missed;
    }

    /** @param source what holds now; asked once at a time */
    PageFeed(Vertx vertx, Supplier<Future<JsonObject>> source) {
        this.vertx = vertx;
        this.source = source;
    }

    /** Tells one more, or says that there are too many. */
    void tell(HttpServerResponse response) {
        if (seats.size() >= SUBSCRIBERS_MAX) {
            response.putHeader("retry-after", "10");
            PageParts.refuse(response, 503, SUBSCRIBERS_MAX + " look at this page already; try again later");
            return;
        }
        response.putHeader("content-type", "text/event-stream").putHeader("content-encoding", "identity");
        add(response);
    }

    private void add(HttpServerResponse response) {
        response.setChunked(true);
        Seat seat = new Seat();
        seats.put(response, seat);
        response.closeHandler(_ -> seats.remove(response));
        response.exceptionHandler(_ -> seats.remove(response));
        response.write("retry: 3000\n\n");
        Buffer known = last;
        if (waiting && known != null) {
            give(response, seat, known);
        } else if (!waiting) {
            ask();
        }
    }

    private void ask() {
        waiting = true;
        Context context = vertx.getOrCreateContext();
        source.get()
                .compose(what -> vertx.executeBlocking(() -> frame(what), false))
                .onComplete(done -> context.runOnContext(_ -> told(done.succeeded() ? done.result() : null)));
    }

    private static Buffer frame(JsonObject what) {
        return Buffer.buffer("data: " + what.encode() + "\n\n");
    }

    private void told(@Nullable Buffer frame) {
        last = frame == null ? last : frame;
        Buffer sent = frame == null ? Buffer.buffer(": nothing new\n\n") : frame;
        Map.copyOf(seats).forEach((response, seat) -> give(response, seat, sent));
        vertx.setTimer(INTERVAL_MILLIS, _ -> next());
    }

    /** Gives what is new to one who has taken what was given before. */
    private void give(HttpServerResponse response, Seat seat, Buffer frame) {
        if (!seat.writing) {
            seat.writing = true;
            seat.missed = 0;
            response.write(frame).onComplete(_ -> seat.writing = false);
        } else if (++seat.missed > MISSED_MAX) {
            seats.remove(response);
            response.reset();
        }
    }

    private void next() {
        waiting = false;
        if (seats.isEmpty()) {
            last = null;
        } else {
            ask();
        }
    }
}
