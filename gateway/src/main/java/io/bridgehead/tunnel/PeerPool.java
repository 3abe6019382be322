package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamOpener;
import io.bridgehead.wire.StreamReset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One loop's connections to one node for one purpose. The first that has room takes a stream, so that many streams share a connection
 * and its flush; when all are filled to the share that the limits name, one more is dialed. Streams wait, bounded in number and time,
 * while a connection is under way.
 *
 * <p>A pool of connections that the peer offers in reverse dials nothing: it has what it is given.
 *
 * <p><b>Life cycle</b>: a pool for requests keeps one connection up; one for bytes dials when asked. {@link #close} ends it.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class PeerPool implements StreamOpener, DialedConnection.Keeper {
    private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Loop loop;
    private final LocalEnd local;
    private final DialedConnection.Call call;
    private final Set<DialedConnection> alive;
    private final BackOff backOff;
    private final List<DialedConnection> ready = new ArrayList<>();
    private final ArrayDeque<WaitingStream> waiting = new ArrayDeque<>();
    private int dialing;
    private @Nullable Timer pause;
    private final @Nullable Runnable changed;
    private boolean closed;
    private long refreshAfter;

    /** @param alive where every connection of the loop is noted while it lives, draining ones included */
    PeerPool(Loop loop, LocalEnd local, DialedConnection.Call call, Set<DialedConnection> alive) {
        this(loop, local, call, alive, null);
    }

    private PeerPool(
            Loop loop,
            LocalEnd local,
            DialedConnection.Call call,
            Set<DialedConnection> alive,
            @Nullable Runnable changed) {
        this.changed = changed;
        this.loop = loop;
        this.local = local;
        this.call = call;
        this.alive = alive;
        this.backOff = new BackOff(local.limits().reconnectFirstMillis(), local.random());
        this.refreshAfter = loop.nanoTime();
        if (keepsOneUp()) {
            dial();
        }
    }

    /**
     * A pool of what the peer offers in reverse.
     *
     * @param changed run when it may have got its first connection, or lost the last
     */
    static PeerPool offered(
            Loop loop, LocalEnd local, DialedConnection.Call call, Set<DialedConnection> alive, Runnable changed) {
        return new PeerPool(loop, local, call, alive, changed);
    }

    private boolean dials() {
        return changed == null;
    }

    private void tellChange() {
        if (changed != null) {
            changed.run();
        }
    }

    private boolean keepsOneUp() {
        return dials() && call.purpose() == Purpose.REQUESTS;
    }

    /** Takes a connection that the peer offers; closes it when there are enough. */
    void take(Reverse.Handover given) {
        if (closed || ready.size() + dialing >= local.limits().connectionsMax()) {
            Closing.now(given.channel(), TunnelFault.FLOOD);
            return;
        }
        dialing++;
        alive.add(DialedConnection.reversed(given, call, this));
    }

    /** A connection that takes streams, or null. */
    @Nullable
    DialedConnection first() {
        return ready.isEmpty() ? null : ready.getFirst();
    }

    /** Whether a stream opened now has a connection, or one under way. */
    boolean usable() {
        return !closed && (!ready.isEmpty() || dialing > 0 || (dials() && !keepsOneUp()));
    }

    @Override
    public ClientStream open(RequestHead head, boolean end, ResponseEvents events) {
        DialedConnection connection = pick();
        if (connection != null) {
            return connection.open(head, end, events);
        }
        WaitingStream stream = new WaitingStream(loop, local.limits().waitMillis(), head, end, events);
        if (closed) {
            loop.execute(() -> stream.fail(StreamReset.CONNECT_FAILED));
        } else if (waiting.size() >= local.limits().waitingStreamsMax() && !forgetOverdue()) {
            loop.execute(() -> stream.fail(StreamReset.POOL_FULL));
        } else {
            waiting.add(stream);
        }
        return stream;
    }

    /** Streams that were reset or timed out leave the queue when room is needed. */
    private boolean forgetOverdue() {
        return waiting.removeIf(stream -> !stream.isWaiting());
    }

    private @Nullable DialedConnection pick() {
        DialedConnection least = null;
        for (int i = 0; i < ready.size(); i++) {
            DialedConnection connection = ready.get(i);
            if (connection.canOpen()) {
                int streams = connection.streams();
                if (streams * 100L
                        < (long) connection.streamsMax() * local.limits().fillPercent()) {
                    return connection;
                }
                if (least == null || streams < least.streams()) {
                    least = connection;
                }
            }
        }
        if (pause == null && dialing == 0 && ready.size() < local.limits().connectionsMax()) {
            dial();
        }
        return least;
    }

    private void dial() {
        if (dials() && !closed) {
            dialing++;
            alive.add(DialedConnection.dial(loop, local, call, this));
        }
    }

    /** Nodes of one site send each other no requests. */
    @Override
    public boolean greetsNeighbour(NodeName node) {
        return false;
    }

    @Override
    public void onReady(DialedConnection connection) {
        dialing--;
        if (closed) {
            connection.drain();
            return;
        }
        ready.add(connection);
        retireStale();
        onFree(connection);
        tellChange();
    }

    /** Dials another connection when certificates of one come to their end; it takes over when it is ready. */
    void refresh(long now) {
        if (dialing == 0 && pause == null && now - refreshAfter >= 0 && hasStale(now)) {
            refreshAfter = now + TimeUnit.MILLISECONDS.toNanos(local.limits().reconnectMaxMillis());
            dial();
        }
    }

    private boolean hasStale(long now) {
        for (int i = 0; i < ready.size(); i++) {
            if (ready.get(i).isStale(now)) {
                return true;
            }
        }
        return false;
    }

    private void retireStale() {
        long now = loop.nanoTime();
        for (int i = ready.size() - 1; i >= 0; i--) {
            DialedConnection connection = ready.get(i);
            if (connection.isStale(now)) {
                ready.remove(i);
                connection.drain();
            }
        }
    }

    @Override
    public void onFree(DialedConnection connection) {
        while (!waiting.isEmpty() && connection.canOpen()) {
            WaitingStream stream = waiting.remove();
            if (stream.isWaiting()) {
                stream.connected(connection);
            }
        }
        if (!waiting.isEmpty() && !connection.canOpen()) {
            pick();
        }
    }

    @Override
    public void onFailed(DialedConnection connection, TunnelFault fault, String detail) {
        dialing--;
        alive.remove(connection);
        if (closed) {
            return;
        }
        local.observer().dialFailed(call.address(), call.purpose(), fault, detail);
        if (ready.isEmpty() && dialing == 0) {
            failWaiting(StreamReset.CONNECT_FAILED);
            dialAfterPause();
        }
    }

    @Override
    public void onGoingAway(DialedConnection connection) {
        ready.remove(connection);
        replace(connection);
        tellChange();
    }

    @Override
    public void onEnded(DialedConnection connection, TunnelFault fault, String detail) {
        alive.remove(connection);
        if (ready.remove(connection)) {
            replace(connection);
            tellChange();
        }
    }

    /** Another connection takes the place of one that had been ready: at once, unless those end as fast as they are made. */
    private void replace(DialedConnection lost) {
        if (closed || !ready.isEmpty() || dialing > 0 || (!keepsOneUp() && waiting.isEmpty())) {
            return;
        }
        if (!dials()) {
            failWaiting(StreamReset.CONNECT_FAILED);
            return;
        }
        if (loop.nanoTime() - lost.dialedAt() > SETTLED_NANOS) {
            backOff.reset();
            dial();
        } else {
            dialAfterPause();
        }
    }

    private void dialAfterPause() {
        if (dials() && pause == null) {
            int millis = backOff.next(local.limits().reconnectMaxMillis());
            pause = loop.after(millis, () -> {
                pause = null;
                if (ready.isEmpty() && dialing == 0 && (keepsOneUp() || !waiting.isEmpty())) {
                    dial();
                }
            });
        }
    }

    /** The peer was reached a moment ago by another connection: a pause has no more point. */
    void retryNow() {
        Timer paused = pause;
        if (paused != null) {
            paused.cancel();
            pause = null;
            backOff.reset();
            if (ready.isEmpty() && dialing == 0 && (keepsOneUp() || !waiting.isEmpty())) {
                dial();
            }
        }
    }

    /** Drains connections beyond the first that carried nothing for a while. */
    void drainIdle(long now) {
        long idle = TimeUnit.MILLISECONDS.toNanos(local.limits().connectionIdleMillis());
        for (int i = ready.size() - 1; i > 0; i--) {
            DialedConnection connection = ready.get(i);
            if (connection.streams() == 0 && now - connection.usedAt() > idle) {
                ready.remove(i);
                connection.drain();
            }
        }
    }

    /** Takes no more streams; those under way go on, those that wait are reset. */
    void close() {
        closed = true;
        Timer paused = pause;
        if (paused != null) {
            paused.cancel();
        }
        List.copyOf(ready).forEach(DialedConnection::drain);
        ready.clear();
        failWaiting(StreamReset.CONNECT_FAILED);
    }

    private void failWaiting(StreamReset reset) {
        List<WaitingStream> failed = List.copyOf(waiting);
        waiting.clear();
        failed.forEach(stream -> stream.fail(reset));
    }
}
