package io.bridgehead.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LivenessJudgeTest {
    private static final long MILLI = 1_000_000;
    private static final long START = Long.MAX_VALUE - 50 * MILLI; // the clock may wrap at any time

    private final LivenessJudge judge = new LivenessJudge(LivenessJudge.Times.STANDARD);
    private long now = START;
    private long heardAt = START;

    /** Looks every 25 ms. */
    private void silentFor(long millis) {
        for (long passed = 0; passed < millis; passed += 25) {
            now += 25 * MILLI;
            judge.look(now, heardAt);
        }
    }

    private void heard() {
        heardAt = now;
        judge.look(now, heardAt);
    }

    private void connected() {
        judge.connected(now);
        heardAt = now;
    }

    @Test
    void aConnectedPeerIsUpAndIsPingedAtOnce() {
        assertThat(judge.state()).isEqualTo(Liveness.CONNECTING);
        assertThat(judge.pingDue(now)).isFalse();
        connected();
        assertThat(judge.state()).isEqualTo(Liveness.UP);
        assertThat(judge.pingDue(now)).isTrue();
    }

    @Test
    void silenceBeyond300MillisecondsMakesASuspectAndOneByteAbsolvesIt() {
        connected();
        silentFor(300);
        assertThat(judge.state()).isEqualTo(Liveness.UP);
        silentFor(25);
        assertThat(judge.state()).isEqualTo(Liveness.SUSPECT);
        heard();
        assertThat(judge.state()).isEqualTo(Liveness.UP);
    }

    @Test
    void aPeerThatWasCutOffIsUnknownUntilItWasDialedAgain() {
        connected();
        judge.cutOff();
        assertThat(judge.state()).isEqualTo(Liveness.CONNECTING);
        assertThat(judge.pingDue(now + 2_000 * MILLI)).isFalse();
        connected();
        assertThat(judge.state()).isEqualTo(Liveness.UP);
        judge.cutOff();
        judge.lost();
        assertThat(judge.state()).as("the dial failed").isEqualTo(Liveness.DEAD);
    }

    @Test
    void silenceOfFiveLimitsIsDeath() {
        connected();
        silentFor(1500);
        assertThat(judge.state()).isEqualTo(Liveness.SUSPECT);
        silentFor(25);
        assertThat(judge.state()).isEqualTo(Liveness.DEAD);
        heard();
        assertThat(judge.state()).as("only a new connection brings it back").isEqualTo(Liveness.DEAD);
        connected();
        assertThat(judge.state()).isEqualTo(Liveness.UP);
    }

    @Test
    void aLongRoundTripWithVariationWidensTheLimit() {
        connected();
        judge.pingSent(now);
        judge.pingAnswered(200 * MILLI);
        // First sample: smoothed 200, variation 100, so the limit is 3 x 200 + 4 x 100.
        assertThat(judge.limit()).isEqualTo(1000 * MILLI);
        silentFor(1000);
        assertThat(judge.state()).isEqualTo(Liveness.UP);
        silentFor(25);
        assertThat(judge.state()).isEqualTo(Liveness.SUSPECT);
    }

    /** As on a way that flaps: most pings take 80 ms, and some wait for what was lost to be sent again. */
    @Test
    void whatCameLateBeforePutsOffASuspicionByHalfASecondAtMostAndDeathByMore() {
        connected();
        for (int i = 0; i < 20; i++) {
            judge.pingSent(now);
            judge.pingAnswered(i % 4 == 3 ? 1_200 * MILLI : 80 * MILLI);
        }
        long smoothedAtMost = 600;
        assertThat(judge.limit()).isBetween(500 * MILLI, (3 * smoothedAtMost + 500) * MILLI);
        long limit = judge.limit() / MILLI;
        silentFor(limit + 25);
        assertThat(judge.state()).isEqualTo(Liveness.SUSPECT);
        silentFor(4 * limit);
        assertThat(judge.state()).as("its way may only be slow").isEqualTo(Liveness.SUSPECT);
        silentFor(30_000);
        assertThat(judge.state()).isEqualTo(Liveness.DEAD);
    }

    @Test
    void pingsComeAfterQuietAndAtLeastEverySecondOneAtATime() {
        connected();
        judge.pingSent(now);
        assertThat(judge.pingDue(now + 5000 * MILLI)).as("one is under way").isFalse();
        judge.pingAnswered(MILLI);
        heard();
        assertThat(judge.pingDue(now + 99 * MILLI)).isFalse();
        assertThat(judge.pingDue(now + 100 * MILLI)).isTrue();
        for (int i = 0; i < 40; i++) {
            now += 24 * MILLI;
            heard();
        }
        assertThat(judge.pingDue(now)).as("960 ms of a talkative peer").isFalse();
        now += 40 * MILLI;
        heard();
        assertThat(judge.pingDue(now)).isTrue();
    }

    @Test
    void theTimeThatThisNodeWasNotLookingIsNotThePeersSilence() {
        connected();
        silentFor(200);
        now += 10_000 * MILLI;
        judge.look(now, heardAt);
        assertThat(judge.state()).isEqualTo(Liveness.UP);
        assertThat(judge.silence(now)).isLessThanOrEqualTo(200 * MILLI);
        silentFor(125);
        assertThat(judge.state()).isEqualTo(Liveness.SUSPECT);
    }

    @Test
    void aPingWithoutAnswerWithinTheLimitIsCountedOnce() {
        connected();
        judge.pingSent(now);
        silentFor(1000);
        assertThat(judge.pingsSent()).isEqualTo(1);
        assertThat(judge.pingsUnanswered()).isEqualTo(1);
    }

    @Test
    void goingAwayIsNotDeath() {
        connected();
        judge.goingAway();
        assertThat(judge.state()).isEqualTo(Liveness.CONNECTING);
        silentFor(10_000);
        assertThat(judge.state()).isEqualTo(Liveness.CONNECTING);
        judge.lost();
        assertThat(judge.state()).isEqualTo(Liveness.DEAD);
    }
}
