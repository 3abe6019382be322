package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One node that nobody here can dial, as the home loop knows it: which loops have connections that it offers, and what is believed of it. */
@OwnedBy(Owner.EVENT_LOOP)
final class ReversePeer {
    private final LivenessJudge judge = new LivenessJudge(LivenessJudge.Times.STANDARD);
    private final Pulse pulse;
    private final NodeName node;
    private final SiteName site;
    private final Map<Loop, DialedConnection> open = new HashMap<>();
    private String address;
    private @Nullable DialedConnection pinged;
    private String security = "";
    private long since;
    private String detail = "";

    /** A loop's connection for requests has become usable, or the loop has none any more. */
    record Change(
            Loop loop,
            NodeName node,
            SiteName site,
            String address,
            @Nullable DialedConnection connection) {}

    ReversePeer(Change first, Pulse pulse, long now) {
        this.pulse = pulse;
        this.node = first.node();
        this.site = first.site();
        this.address = first.address();
        this.since = now;
    }

    /** Notes what a loop has, and whether that makes the node reachable or unreachable. */
    void changed(Change change, long now) {
        boolean before = !open.isEmpty();
        DialedConnection connection = change.connection();
        DialedConnection had = connection == null ? open.remove(change.loop()) : open.get(change.loop());
        if (had != null && had == pinged && had != connection) {
            judge.pingAnswered(judge.roundTrip().smoothed()); // nobody answers on it any more
            pinged = null;
        }
        if (connection != null) {
            open.put(change.loop(), connection);
            address = change.address();
            security = connection.security();
        }
        if (connection != null && (!before || judge.state() == Liveness.DEAD)) {
            judge.connected(now);
            became(now, "");
        } else if (before && open.isEmpty() && judge.state() != Liveness.DEAD) {
            judge.lost();
            became(now, "it offers no connection");
        }
    }

    void became(long now, String why) {
        since = now;
        detail = why;
    }

    /** Asks for a sign of life on one of its connections, if it is time. */
    void ping(long now, Loop home) {
        if (open.isEmpty() || !judge.pingDue(now)) {
            return;
        }
        Map.Entry<Loop, DialedConnection> one = open.entrySet().iterator().next();
        DialedConnection connection = one.getValue();
        judge.pingSent(now);
        pinged = connection;
        one.getKey().execute(() -> {
            if (connection.isReady()) {
                connection.ping(nanos -> home.execute(() -> answered(connection, nanos)));
            }
        });
    }

    private void answered(DialedConnection connection, long nanos) {
        if (pinged == connection) {
            pinged = null;
            judge.pingAnswered(nanos);
        }
    }

    boolean isOf(SiteName other) {
        return site.equals(other);
    }

    LivenessJudge judge() {
        return judge;
    }

    Pulse pulse() {
        return pulse;
    }

    NodeName node() {
        return node;
    }

    String detail() {
        return detail;
    }

    long since() {
        return since;
    }

    String security() {
        return security;
    }

    /** @param loops the sum of all loops' counts of it, or null when there are none */
    PeerState state(LoopEnd.@Nullable Tally loops) {
        RoundTrip roundTrip = judge.roundTrip();
        return new PeerState(
                node,
                site,
                address,
                judge.state(),
                roundTrip.smoothed() / 1000,
                roundTrip.variation() / 1000,
                loops == null ? 0 : loops.dialed(),
                loops == null ? 0 : loops.streams(),
                loops == null ? 0 : loops.windowBytes(),
                pulse.receivedBytes(),
                pulse.sentBytes(),
                judge.pingsSent(),
                judge.pingsUnanswered(),
                false,
                detail);
    }
}
