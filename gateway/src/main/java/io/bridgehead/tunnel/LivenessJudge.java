package io.bridgehead.tunnel;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.concurrent.TimeUnit;

/**
 * Decides what to believe of one peer node from what was heard of it, without sockets and with time as an argument.
 *
 * <p><b>State</b>:
 *
 * <pre>
 * CONNECTING --connected--> UP --silent > limit--> SUSPECT --silent > 5 times, lost--> DEAD --connected--> UP
 *                           UP <-----heard-------- SUSPECT
 * UP, SUSPECT --going away, cut off--> CONNECTING   UP --lost--> DEAD          CONNECTING --lost--> DEAD
 * </pre>
 *
 * The limit is max(300 ms, 3 round trips + 4 variations), where variations count for 500 ms at most: what came late before a way broke must not
 * keep requests on it. Death, which ends what is under way, is five times that without this bound.
 *
 * <p><b>Own stalls</b>: when this node itself was not looking (a pause of the JVM, a loop held up), the time it was not looking does not
 * count as the peer's silence.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class LivenessJudge {
    private final Times times;
    private final RoundTrip roundTrip = new RoundTrip();
    private Liveness state = Liveness.CONNECTING;
    private long heardAt;
    private long excused;
    private long lookedAt;
    private long pingedAt;
    private boolean pingOutstanding;
    private boolean pingCountedLost;
    private long pingsSent;
    private long pingsUnanswered;

    LivenessJudge(Times times) {
        this.times = times;
    }

    /**
     * The numbers of the judgement, in nanoseconds.
     *
     * @param pingAfterQuiet a ping is due when nothing was heard for so long
     * @param pingAtLeastEvery a ping is due after so long in any case, to measure the round trip
     * @param suspectMin the least silence that makes a suspect
     * @param variationMax the most by which variation of the round trip puts off a suspicion
     * @param deadFactor a peer is dead after so many limits of silence, for which that bound does not count
     * @param stall a look that comes later than this after the one before means that this node was not looking
     */
    record Times(
            long pingAfterQuiet,
            long pingAtLeastEvery,
            long suspectMin,
            long variationMax,
            int deadFactor,
            long stall) {
        /** 100 ms, 1 s, 300 ms, 500 ms, 5, 75 ms. */
        static final Times STANDARD = new Times(millis(100), millis(1000), millis(300), millis(500), 5, millis(75));

        private static long millis(long value) {
            return TimeUnit.MILLISECONDS.toNanos(value);
        }
    }

    Liveness state() {
        return state;
    }

    RoundTrip roundTrip() {
        return roundTrip;
    }

    long pingsSent() {
        return pingsSent;
    }

    /** Pings without an answer within the limit that held then. */
    long pingsUnanswered() {
        return pingsUnanswered;
    }

    /** A control connection is ready. */
    void connected(long now) {
        state = Liveness.UP;
        heardAt = now;
        lookedAt = now;
        excused = 0;
        pingOutstanding = false;
        // The first measurement is wanted at once.
        pingedAt = now - times.pingAtLeastEvery;
    }

    /** The peer takes no more streams on its control connection, and is alive. */
    void goingAway() {
        assert state == Liveness.UP || state == Liveness.SUSPECT : state;
        state = Liveness.CONNECTING;
        pingOutstanding = false;
    }

    /** The control connection ended while this node did not run: nothing is known of the peer until it was dialed again. */
    void cutOff() {
        state = Liveness.CONNECTING;
        pingOutstanding = false;
    }

    /** The control connection ended, or could not be made. */
    void lost() {
        state = Liveness.DEAD;
        pingOutstanding = false;
    }

    /**
     * Looks at the clock; to be called every few tens of milliseconds while there is a control connection.
     *
     * @param lastByteAt when any byte of the peer arrived last
     */
    void look(long now, long lastByteAt) {
        if (state != Liveness.UP && state != Liveness.SUSPECT) {
            lookedAt = now;
            return;
        }
        long sinceLook = now - lookedAt;
        lookedAt = now;
        if (lastByteAt - heardAt > 0) {
            heardAt = lastByteAt;
            excused = 0;
        }
        if (sinceLook > times.stall) {
            excused += Math.min(sinceLook, now - heardAt);
        }
        long limit = limit();
        long silence = silence(now);
        if (silence > limit(Long.MAX_VALUE) * times.deadFactor) {
            state = Liveness.DEAD;
        } else {
            state = silence > limit ? Liveness.SUSPECT : Liveness.UP;
        }
        countLostPing(now, limit);
    }

    private void countLostPing(long now, long limit) {
        if (pingOutstanding && !pingCountedLost && now - pingedAt - excused > limit) {
            pingCountedLost = true;
            pingsUnanswered++;
        }
    }

    /** How long the peer has been silent while this node was looking. */
    long silence(long now) {
        return Math.max(0, now - heardAt - excused);
    }

    /** The silence that makes a suspect. */
    long limit() {
        return limit(times.variationMax);
    }

    private long limit(long variationMax) {
        return Math.max(times.suspectMin, 3 * roundTrip.smoothed() + Math.min(variationMax, 4 * roundTrip.variation()));
    }

    /** Whether a ping should be sent now; never while one is under way, because TCP keeps their order. */
    boolean pingDue(long now) {
        if (pingOutstanding || (state != Liveness.UP && state != Liveness.SUSPECT)) {
            return false;
        }
        return now - pingedAt >= times.pingAtLeastEvery
                || (now - heardAt >= times.pingAfterQuiet && now - pingedAt >= times.pingAfterQuiet);
    }

    void pingSent(long now) {
        pingedAt = now;
        pingOutstanding = true;
        pingCountedLost = false;
        pingsSent++;
    }

    void pingAnswered(long roundTripNanos) {
        pingOutstanding = false;
        roundTrip.sample(roundTripNanos);
    }
}
