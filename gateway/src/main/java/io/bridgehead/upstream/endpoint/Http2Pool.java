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
import io.bridgehead.wire.WireLimits;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 connections of one loop to one endpoint. Streams go to the first connection that is filled to less than
 * {@value #FILL_PERCENT} % of what the endpoint allows at once; when there is none, another connection is opened beside
 * those that are in use.
 *
 * <p><b>State</b> of a connection: connecting until the endpoint's settings have been read, which proves that it speaks
 * HTTP/2 and says how many streams it takes; then ready; then leaving, from GOAWAY or idleness on. Nothing is sent on one
 * that is connecting, so that all that goes wrong before is a failure to connect.
 *
 * <p><b>Quiet connections</b>: when an endpoint's machine is gone, nothing says so. A connection on which nothing came for
 * {@value #QUIET_SECONDS} s after a stream was opened gets no new streams while another one can be made, and is asked by a
 * ping, at most every {@value #PING_SECONDS} s since endpoints take offence at more.
 *
 * <p><b>Limits</b>: {@link PoolLimits}, as for HTTP/1.1. <b>Life cycle</b>: {@link #drain} lets exchanges end and refuses
 * what waits; {@link #close} ends all at once.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class Http2Pool implements RequestPool {
    static final int FILL_PERCENT = 80;
    private static final int QUIET_SECONDS = 5;
    private static final int PING_SECONDS = 120;
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(QUIET_SECONDS);
    private static final long PING_NANOS = TimeUnit.SECONDS.toNanos(PING_SECONDS);
    private static final int STREAMS_EXPECTED_AT_FIRST = 100;

    private final EndpointLink link;
    private final Set<Pooled> all = new HashSet<>();
    private final List<Pooled> ready = new ArrayList<>(1);
    private final WaitingLine waiting;
    private int dialing;
    private int connecting;
    private int streamsExpected = STREAMS_EXPECTED_AT_FIRST;
    private boolean draining;

    public Http2Pool(EndpointLink link) {
        this.link = link;
        this.waiting = new WaitingLine(link);
    }

    /** The bounds of a connection that begins now. */
    private WireLimits wireLimits() {
        WireLimits limits = link.wireLimits();
        return limits.withTimers(limits.headMillis(), link.limits().idle().toMillis(), limits.bodyGraceMillis());
    }

    @Override
    public ClientStream open(RequestHead head, boolean end, ResponseEvents events) {
        assert link.loop().isCurrent();
        Pooled chosen = draining ? null : pick();
        if (chosen != null) {
            return chosen.open(head, end, events);
        }
        PendingStream stream = waiting.join(head, end, events, draining);
        connectIfNeeded();
        return stream;
    }

    @Override
    public int connections() {
        return all.size();
    }

    @Override
    public void drain() {
        draining = true;
        waiting.failAll(StreamReset.REFUSED);
        ready.clear();
        List.copyOf(all).forEach(Pooled::leave);
    }

    @Override
    public void close() {
        drain();
        List.copyOf(all).forEach(pooled -> pooled.connection().close());
    }

    /** The connection for a stream; null when it is better to wait for another one. */
    private @Nullable Pooled pick() {
        Pooled least = null;
        boolean quiet = false;
        for (int i = 0; i < ready.size(); i++) {
            Pooled pooled = ready.get(i);
            HttpClientConnection connection = pooled.connection();
            if (connection.canOpen()) {
                boolean silent = pooled.isQuiet();
                if (!silent && isRoomy(connection)) {
                    return pooled;
                }
                if (least == null || (quiet && !silent) || (quiet == silent && isLess(pooled, least))) {
                    least = pooled;
                    quiet = silent;
                }
            }
        }
        if (least != null && connecting == 0 && hasRoom()) {
            dial();
        }
        return quiet && connecting > 0 ? null : least;
    }

    private static boolean isRoomy(HttpClientConnection connection) {
        return connection.activeStreams() * 100L < (long) connection.streamsMax() * FILL_PERCENT;
    }

    private static boolean isLess(Pooled one, Pooled other) {
        return one.connection().activeStreams() < other.connection().activeStreams();
    }

    private boolean hasRoom() {
        return !draining && link.hasRoom(all.size() + dialing);
    }

    /** Opens as many connections as those that wait are expected to fill. */
    private void connectIfNeeded() {
        while (hasRoom() && (long) connecting * streamsExpected < waiting.size()) {
            dial();
        }
    }

    private void dial() {
        dialing++;
        connecting++;
        link.dial(new Dialer.Outcome() {
            @Override
            public void connected(Channel channel) {
                dialing--;
                adopt(channel);
            }

            @Override
            public void failed(Dialer.Failure failure) {
                dialing--;
                onConnectFailed(failure);
            }
        });
    }

    private void adopt(Channel channel) {
        Pooled pooled = new Pooled();
        pooled.connection = link.protocol().install(link.loop(), channel, wireLimits(), pooled);
        all.add(pooled);
        if (draining) {
            pooled.leave();
        } else {
            pooled.awaitSettings();
        }
    }

    private void onConnectFailed(Dialer.Failure failure) {
        connecting--;
        link.events().onConnectFailed(failure);
        if (ready.isEmpty() && connecting == 0) {
            waiting.failAll(failure.reset());
        } else {
            waiting.failNext(failure.reset());
        }
    }

    private void serve(Pooled pooled) {
        while (waiting.size() > 0 && pooled.connection().canOpen()) {
            PendingStream next = waiting.poll();
            if (next != null) {
                next.bind(pooled.open(next.head(), next.headEnds(), next.events()));
                next.release();
            }
        }
        connectIfNeeded();
    }

    /** One connection of the pool. */
    @OwnedBy(Owner.EVENT_LOOP)
    private final class Pooled implements ClientConnectionEvents {
        private @Nullable HttpClientConnection connection;
        private @Nullable Timer settingsTimer;
        private boolean awaitsSettings;
        private boolean awaitsWord;
        private boolean pinged;
        private long openedNanos;
        private long pingedNanos;

        HttpClientConnection connection() {
            HttpClientConnection made = connection;
            if (made == null) {
                throw new IllegalStateException("connection to " + link.address() + ": events before it was made");
            }
            return made;
        }

        ClientStream open(RequestHead head, boolean end, ResponseEvents events) {
            if (!awaitsWord) {
                awaitsWord = true;
                openedNanos = link.loop().nanoTime();
            }
            return connection().open(head, end, events);
        }

        boolean isQuiet() {
            if (!awaitsWord) {
                return false;
            }
            long now = link.loop().nanoTime();
            if (now - openedNanos < QUIET_NANOS) {
                return false;
            }
            if (!pinged || now - pingedNanos >= PING_NANOS) {
                pinged = true;
                pingedNanos = now;
                connection().ping(roundTrip -> {});
            }
            return true;
        }

        void awaitSettings() {
            awaitsSettings = true;
            settingsTimer = link.loop().after(link.connectTimeoutMillis(), () -> {
                notReady(new Dialer.Failure(
                        StreamReset.CONNECT_TIMEOUT,
                        false,
                        false,
                        "endpoint " + link.address() + ": no HTTP/2 settings within " + link.connectTimeoutMillis()
                                + " ms; expected an endpoint that speaks HTTP/2"));
                connection().close();
            });
        }

        private void notReady(Dialer.Failure failure) {
            if (awaitsSettings) {
                endWait();
                onConnectFailed(failure);
            }
        }

        private void endWait() {
            awaitsSettings = false;
            if (settingsTimer != null) {
                settingsTimer.cancel();
                settingsTimer = null;
            }
        }

        /** No new streams; it closes when the last has ended. */
        void leave() {
            if (awaitsSettings) {
                endWait();
                connecting--;
            }
            connection().drain();
        }

        @Override
        public void onSettings(HttpClientConnection c) {
            streamsExpected = Math.max(1, c.streamsMax());
            if (awaitsSettings) {
                endWait();
                connecting--;
                ready.add(this);
            }
            if (!draining) {
                serve(this);
            }
        }

        @Override
        public void onIdle(HttpClientConnection c) {
            if (waiting.size() > 0 && !awaitsSettings && !draining) {
                serve(this);
            }
        }

        @Override
        public void onGoingAway(HttpClientConnection c) {
            ready.remove(this);
            notReady(refusal("went away"));
            if (!draining) {
                connectIfNeeded();
            }
        }

        @Override
        public void onClosed(HttpClientConnection c) {
            all.remove(this);
            ready.remove(this);
            notReady(refusal("closed the connection"));
            if (!draining) {
                connectIfNeeded();
            }
        }

        private Dialer.Failure refusal(String what) {
            return new Dialer.Failure(
                    StreamReset.CONNECT_FAILED,
                    false,
                    false,
                    "endpoint " + link.address() + " " + what
                            + " before its HTTP/2 settings; expected an endpoint that speaks HTTP/2");
        }

        @Override
        public void onBytesReceived() {
            awaitsWord = false;
        }
    }
}
