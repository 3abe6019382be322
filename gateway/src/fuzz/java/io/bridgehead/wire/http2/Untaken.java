package io.bridgehead.wire.http2;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The DATA of a client that nobody at the server takes, by a plain reading of both directions: it comes for a stream that is not open any
 * more, was never taken, or is answered. What a stream's first window allowed when this side stopped listening may be under way and has no
 * blame; the rest may cost as much as a frame without use.
 *
 * <p>Frames are judged by what was said before the turn in which they came, as a header is looked at before the frames in front of it are
 * read.
 */
@OwnedBy(Owner.CONFINED)
final class Untaken {
    private final Reading came;
    private final Reading went;
    private final IntFunction<@Nullable Served> served;
    private final long openWindows;
    private final Set<Integer> begun = new HashSet<>();
    private final Set<Integer> over = new HashSet<>();
    private final Set<Integer> stopped = new HashSet<>();
    private int highest;
    private long smallestWindow = 65_535;
    private boolean refuses;
    private long underWay;
    private long bytes;
    /** Frames that may be blamed, besides those that are of no use wherever they go. */
    long frames;

    /**
     * @param served the user of a stream, or null
     * @param openWindows the windows of as many streams as there may be
     */
    Untaken(Reading came, Reading went, IntFunction<@Nullable Served> served, long openWindows) {
        this.came = came;
        this.went = went;
        this.served = served;
        this.openWindows = openWindows;
    }

    /**
     * A DATA frame came.
     *
     * @param useful it is long enough to be of use to somebody who takes it
     */
    void data(int id, int length, boolean useful) {
        boolean open = begun.contains(id) ? !over.contains(id) : id > highest;
        if (open && !isRefused(id)) {
            return;
        }
        bytes += length;
        if (bytes > underWay && useful) {
            frames++;
        }
    }

    /** A turn is over, and all that was sent in it has been read. */
    void turn() {
        smallestWindow = Math.min(smallestWindow, went.firstWindow);
        highest = came.highestStream;
        if (went.goAwayCode == 0 && went.goAwayLast < Integer.MAX_VALUE && !refuses) {
            refuses = true;
            underWay += openWindows;
        }
        for (Map.Entry<Integer, Reading.Said> each : came.streams()) {
            if (!each.getValue().heads.isEmpty()) {
                begun.add(each.getKey());
                look(each.getKey(), each.getValue());
            }
        }
    }

    private void look(int id, Reading.Said asked) {
        Served user = served.apply(id);
        Reading.Said said = went.stream(id);
        boolean answered = said != null && said.ended && !isConnect(user);
        boolean reset = said != null && said.reset;
        boolean failed = said != null && said.resetCode > 0;
        if ((answered || reset) && stopped.add(id) && !asked.ended && !asked.reset) {
            boolean chosen = failed ? user != null && user.localReset : answered;
            underWay += chosen ? Math.max(0, smallestWindow - asked.dataBytes) : 0;
        }
        boolean silent = user == null || user.localReset || (user.localEnded && !isConnect(user));
        if (answered || reset || silent || asked.ended || asked.reset) {
            over.add(id);
        }
    }

    private boolean isRefused(int id) {
        return refuses && id > went.goAwayLast;
    }

    private static boolean isConnect(@Nullable Served user) {
        return user != null && (user.request.isConnect() || user.request.isWebSocket());
    }
}
