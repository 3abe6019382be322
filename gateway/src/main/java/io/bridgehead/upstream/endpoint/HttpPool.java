package io.bridgehead.upstream.endpoint;

import io.bridgehead.loop.Timer;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.wire.ClientConnectionEvents;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.HttpClientConnection;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamReset;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 connections of one loop to one endpoint. The one used last is used next, so that the others grow old and
 * are closed.
 *
 * <p><b>Limits</b>: {@link PoolLimits}. A connection that is not {@link HttpClientConnection#canOpen} after an
 * exchange is closed, never kept.
 *
 * <p><b>Life cycle</b>: {@link #drain} lets exchanges end and refuses what waits; {@link #close} ends all at once.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class HttpPool implements RequestPool {
    private final EndpointLink link;
    private final Set<Pooled> all = new HashSet<>();
    private final ArrayDeque<Pooled> idle = new ArrayDeque<>();
    private final WaitingLine waiting;
    private int connecting;
    private boolean draining;
    private @Nullable Timer idleTimer;

    public HttpPool(EndpointLink link) {
        this.link = link;
        this.waiting = new WaitingLine(link);
    }

    @Override
    public ClientStream open(RequestHead head, boolean end, ResponseEvents events) {
        assert link.loop().isCurrent();
        for (Pooled next = idle.pollLast(); next != null; next = idle.pollLast()) {
            if (next.connection().canOpen()) {
                return next.connection().open(head, end, events);
            }
            next.connection().close();
        }
        PendingStream stream = waiting.join(head, end, events, draining);
        connectIfNeeded();
        return stream;
    }

    @Override
    public int connections() {
        return all.size();
    }

    /** Connections that wait for a request. */
    public int idleConnections() {
        return idle.size();
    }

    @Override
    public void drain() {
        draining = true;
        waiting.failAll(StreamReset.REFUSED);
        stopIdleTimer();
        for (Pooled next = idle.poll(); next != null; next = idle.poll()) {
            next.connection().close();
        }
    }

    @Override
    public void close() {
        drain();
        Set.copyOf(all).forEach(pooled -> pooled.connection().close());
    }

    private void connectIfNeeded() {
        boolean room = link.hasRoom(all.size() + connecting);
        if (room && connecting < waiting.size()) {
            connecting++;
            link.dial(new Dialer.Outcome() {
                @Override
                public void connected(Channel channel) {
                    connecting--;
                    adopt(channel);
                }

                @Override
                public void failed(Dialer.Failure failure) {
                    connecting--;
                    onDialFailed(failure);
                }
            });
        }
    }

    private void adopt(Channel channel) {
        Pooled pooled = new Pooled();
        pooled.connection = HttpClientConnection.http1(link.loop(), channel, link.wireLimits(), pooled);
        all.add(pooled);
        serveOrKeep(pooled);
    }

    private void onDialFailed(Dialer.Failure failure) {
        link.events().onConnectFailed(failure);
        if (all.isEmpty() && connecting == 0) {
            waiting.failAll(failure.reset());
        } else {
            waiting.failNext(failure.reset());
        }
    }

    private void serveOrKeep(Pooled pooled) {
        HttpClientConnection connection = pooled.connection();
        if (draining || !connection.canOpen()) {
            connection.close();
            return;
        }
        PendingStream next = waiting.poll();
        if (next == null) {
            pooled.idleSinceNanos = link.loop().nanoTime();
            idle.addLast(pooled);
            startIdleTimer(link.limits().idle().toMillis());
        } else {
            next.bind(connection.open(next.head(), next.headEnds(), next.events()));
            next.release();
        }
    }

    private void startIdleTimer(long millis) {
        if (idleTimer == null) {
            idleTimer = link.loop().after(millis, this::closeIdle);
        }
    }

    private void stopIdleTimer() {
        if (idleTimer != null) {
            idleTimer.cancel();
            idleTimer = null;
        }
    }

    private void closeIdle() {
        idleTimer = null;
        long now = link.loop().nanoTime();
        long limitNanos = link.limits().idle().toNanos();
        for (Pooled oldest = idle.peekFirst(); oldest != null; oldest = idle.peekFirst()) {
            long leftNanos = limitNanos - (now - oldest.idleSinceNanos);
            if (leftNanos > 0) {
                startIdleTimer(leftNanos / 1_000_000 + 1);
                return;
            }
            idle.pollFirst();
            oldest.connection().close();
        }
    }

    /** One connection of the pool. */
    @OwnedBy(Owner.EVENT_LOOP)
    private final class Pooled implements ClientConnectionEvents {
        private @Nullable HttpClientConnection connection;
        private long idleSinceNanos;

        HttpClientConnection connection() {
            HttpClientConnection made = connection;
            if (made == null) {
                throw new IllegalStateException("connection to " + link.address() + ": events before it was made");
            }
            return made;
        }

        @Override
        public void onIdle(HttpClientConnection c) {
            serveOrKeep(this);
        }

        @Override
        public void onGoingAway(HttpClientConnection c) {
            idle.remove(this);
        }

        @Override
        public void onClosed(HttpClientConnection c) {
            idle.remove(this);
            all.remove(this);
            if (!draining) {
                connectIfNeeded();
            }
        }

        @Override
        public void onBytesReceived() {
            // Liveness of an endpoint is judged by its answers.
        }
    }
}
