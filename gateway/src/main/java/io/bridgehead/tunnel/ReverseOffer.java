package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Offers a peer connections of one purpose on which it opens streams: one for each of its loops, because only the loop that a connection lives on
 * can use it. Where an accepted connection lives the peer decides before it knows whose it is, by which of its loops has the fewest from this address;
 * so connections that come to a loop that has one are kept until all loops have one, and then let go.
 *
 * <p><b>Threads</b>: the home loop; the connections live on this node's loops in turn.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class ReverseOffer {
    private static final int SURPLUS_PER_LOOP_MAX = 4;
    /** More loops than any machine that this runs on has are not believed. */
    private static final int LOOPS_MAX = 128;
    /** A connection that lived shorter is no reason to dial the next at once. */
    private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Loop home;
    private final LocalEnd local;
    private final List<LoopEnd> ends;
    private final DialedConnection.Call call;
    private final int loops;
    private final BackOff backOff;
    private final Map<Integer, Offered> covered = new HashMap<>();
    private final List<Offered> surplus = new ArrayList<>();
    private @Nullable Timer pause;
    private boolean dialing;
    private boolean closed;
    private int next;

    /** A connection and the loop of this node that it lives on. */
    private record Offered(Loop loop, AcceptedConnection connection, long freshUntil, long takenAt) {
        void drain() {
            loop.execute(connection::drain);
        }
    }

    /** @param loops how many the peer has */
    ReverseOffer(Loop home, LocalEnd local, List<LoopEnd> ends, DialedConnection.Call call, int loops) {
        this.home = home;
        this.local = local;
        this.ends = ends;
        this.call = call;
        this.loops = Math.min(loops, LOOPS_MAX);
        this.backOff = new BackOff(local.limits().reconnectFirstMillis(), local.random());
        dialNext();
    }

    private void dialNext() {
        if (closed || dialing || pause != null || covered.size() >= loops) {
            return;
        }
        dialing = true;
        LoopEnd end = ends.get(next++ % ends.size());
        end.loop().execute(() -> end.offer(call, new Fate(end.loop())));
    }

    /** What became of one connection; told on its loop. */
    final class Fate {
        private final Loop loop;

        private Fate(Loop loop) {
            this.loop = loop;
        }

        /** The peer took it. */
        void taken(AcceptedConnection connection) {
            Offered offered = new Offered(loop, connection, connection.freshUntil(), loop.nanoTime());
            int peerLoop = connection.peerLoop();
            home.execute(() -> onTaken(offered, peerLoop));
        }

        /** It ended, or could not be made. */
        void ended(@Nullable AcceptedConnection connection, boolean wasTaken) {
            home.execute(() -> onEnded(connection, wasTaken));
        }
    }

    private void onTaken(Offered offered, int peerLoop) {
        dialing = false;
        if (closed) {
            offered.drain();
            return;
        }
        if (covered.putIfAbsent(peerLoop, offered) != null) {
            surplus.add(offered);
        }
        if (covered.size() >= loops) {
            backOff.reset();
            letSurplusGo();
        } else if (surplus.size() >= loops * SURPLUS_PER_LOOP_MAX) {
            letSurplusGo();
            dialAfterPause();
        } else {
            dialNext();
        }
    }

    private void letSurplusGo() {
        surplus.forEach(Offered::drain);
        surplus.clear();
    }

    private void onEnded(@Nullable AcceptedConnection connection, boolean wasTaken) {
        if (!wasTaken) {
            dialing = false;
        }
        surplus.removeIf(offered -> offered.connection == connection);
        boolean needed = false;
        boolean settled = false;
        for (Offered offered : List.copyOf(covered.values())) {
            if (offered.connection == connection) {
                needed = true;
                settled = home.nanoTime() - offered.takenAt > SETTLED_NANOS;
                covered.values().remove(offered);
            }
        }
        if (closed) {
            return;
        }
        if (!wasTaken || (needed && !settled)) {
            dialAfterPause();
        } else if (needed) {
            dialNext();
        }
    }

    private void dialAfterPause() {
        if (pause == null && !closed) {
            pause = home.after(backOff.next(local.limits().reconnectMaxMillis()), () -> {
                pause = null;
                dialNext();
            });
        }
    }

    /** Lets go of connections whose certificates come to their end: others take their places. */
    void refresh() {
        long now = home.nanoTime();
        List<Offered> stale = new ArrayList<>();
        covered.values().removeIf(offered -> {
            boolean old = now - offered.freshUntil > 0;
            if (old) {
                stale.add(offered);
            }
            return old;
        });
        // kept until every loop has a fresh one
        surplus.addAll(stale);
        dialNext();
    }

    /** Offers no more; what runs goes on. */
    void close() {
        closed = true;
        Timer paused = pause;
        if (paused != null) {
            paused.cancel();
        }
        covered.values().forEach(Offered::drain);
        covered.clear();
        letSurplusGo();
    }
}
