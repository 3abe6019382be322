package io.bridgehead.tunnel;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import org.jspecify.annotations.Nullable;

/** One peer node as the home loop knows it: by which address it is reached, its control connection, and what is believed of it. */
@OwnedBy(Owner.EVENT_LOOP)
final class Peer {
    private final LivenessJudge judge = new LivenessJudge(LivenessJudge.Times.STANDARD);
    private final Pulse pulse;
    private PeerPlan plan;
    private PeerTarget holder;
    private @Nullable DialedConnection control;
    private long since;
    private String detail = "";

    Peer(PeerPlan plan, PeerTarget holder, Pulse pulse, long now) {
        this.plan = plan;
        this.holder = holder;
        this.pulse = pulse;
        this.since = now;
    }

    /** This control connection is the node's from here on. */
    void adopt(DialedConnection connection, PeerTarget target, long now) {
        plan = connection.plan();
        holder = target;
        control = connection;
        judge.connected(now);
        changed(now, "");
    }

    /** The control connection is no more. */
    void release() {
        control = null;
    }

    void changed(long now, String why) {
        since = now;
        detail = why;
    }

    LivenessJudge judge() {
        return judge;
    }

    Pulse pulse() {
        return pulse;
    }

    PeerPlan plan() {
        return plan;
    }

    PeerTarget holder() {
        return holder;
    }

    @Nullable
    DialedConnection control() {
        return control;
    }

    long since() {
        return since;
    }

    String detail() {
        return detail;
    }

    /** @param loops the sum of all loops' counts of it, or null when there are none */
    PeerState state(LoopEnd.@Nullable Tally loops) {
        RoundTrip roundTrip = judge.roundTrip();
        int controls = control == null ? 0 : 1;
        return new PeerState(
                plan.node(),
                plan.site(),
                plan.address().toString(),
                judge.state(),
                roundTrip.smoothed() / 1000,
                roundTrip.variation() / 1000,
                controls + (loops == null ? 0 : loops.dialed()),
                loops == null ? 0 : loops.streams(),
                loops == null ? 0 : loops.windowBytes(),
                pulse.receivedBytes(),
                pulse.sentBytes(),
                judge.pingsSent(),
                judge.pingsUnanswered(),
                true,
                detail);
    }
}
