package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.retry.RetryPolicy;
import io.bridgehead.retry.StatusSet;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.routing.Timeouts;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.wire.StreamReset;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HedgeTest {
    private static final long LOOK = ActiveExchanges.WAITING_LOOK_MILLIS;
    private static final long PER_TRY_MILLIS = Timeouts.HTTP_DEFAULT.perTry().toMillis();
    private static final NodeName B = new NodeName("b");

    private final FakeDestination first = FakeDestination.node("there", "b");
    private final FakeDestination second = FakeDestination.node("yonder", "c");
    private final FakeDestination third = FakeDestination.node("last", "d");
    private final Rig rig = new Rig(Rig.orders()).then(first, second, third);

    @Test
    void aGetThatWaitsOnASuspectTunnelIsAlsoSentElsewhereAndTheFirstAnswerWins() {
        Rig.Call call = rig.get();
        rig.clock.advance(10 * LOOK);
        assertThat(second.isOpened()).isFalse();
        rig.suspects.add(B);
        rig.clock.advance(LOOK);
        assertThat(second.isOpened()).isTrue();
        assertThat(first.stream.reset).isNull();
        second.answers(200, "from c");
        assertThat(first.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(first.outcome).isEqualTo(AttemptOutcome.CANCELLED);
        assertThat(call.stream().text()).isEqualTo("from c");
        assertThat(rig.record().decisive()).isSameAs(rig.record().attempts().get(1));
        assertThat(rig.record().attempts().get(1).isHedge()).isTrue();
        first.answers(200, "late");
        assertThat(call.stream().text()).isEqualTo("from c");
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void theSuspectMayStillWin() {
        Rig.Call call = rig.get();
        rig.suspects.add(B);
        rig.clock.advance(LOOK);
        first.answers(200, "from b");
        assertThat(second.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(call.stream().text()).isEqualTo("from b");
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void thereIsOneHedgeOnly() {
        rig.get();
        rig.suspects.add(B);
        rig.suspects.add(new NodeName("c"));
        rig.clock.advance(100 * LOOK);
        assertThat(second.isOpened()).isTrue();
        assertThat(third.isOpened()).isFalse();
    }

    @Test
    void aFailureOfOneLeavesTheOther() {
        Rig.Call call = rig.get();
        rig.suspects.add(B);
        rig.clock.advance(LOOK);
        first.resets(StreamReset.CONNECTION_LOST);
        assertThat(third.isOpened()).isFalse();
        assertThat(call.stream().status()).isZero();
        second.resets(StreamReset.CONNECTION_LOST);
        assertThat(third.isOpened()).isTrue();
        third.answers(200, "");
        assertThat(call.stream().status()).isEqualTo(200);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void anAttemptThatIsOverdueGoesOnBesideAnotherWhereAServiceSaysSo() {
        Rig hedging = hedgingOnTimeout();
        Rig.Call call = hedging.get();
        hedging.clock.advance(PER_TRY_MILLIS - 10 * LOOK);
        assertThat(second.isOpened()).isFalse();
        hedging.clock.advance(20 * LOOK);
        assertThat(second.isOpened()).isTrue();
        assertThat(first.stream.reset).as("goes on").isNull();
        first.answers(200, "late, but first");
        assertThat(second.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(call.stream().text()).isEqualTo("late, but first");
        assertThat(hedging.isQuiet()).isTrue();
    }

    @Test
    void whenBothAreOverdueTheThirdIsTriedAlone() {
        Rig hedging = hedgingOnTimeout();
        Rig.Call call = hedging.get();
        hedging.clock.advance(2 * PER_TRY_MILLIS + 20 * LOOK);
        assertThat(second.outcome).isEqualTo(AttemptOutcome.TIMEOUT);
        assertThat(first.outcome).isEqualTo(AttemptOutcome.TIMEOUT);
        assertThat(third.isOpened()).isTrue();
        third.answers(200, "from d");
        assertThat(call.stream().text()).isEqualTo("from d");
        assertThat(hedging.isQuiet()).isTrue();
    }

    @Test
    void aPostThatIsOverdueIsNeitherHedgedNorMadeAgain() {
        Rig hedging = hedgingOnTimeout();
        Rig.Call call = hedging.send("POST", "buy");
        hedging.clock.advance(PER_TRY_MILLIS + 10 * LOOK);
        assertThat(second.isOpened()).isFalse();
        assertThat(first.outcome).isEqualTo(AttemptOutcome.TIMEOUT);
        assertThat(call.stream().status()).isEqualTo(504);
    }

    private Rig hedgingOnTimeout() {
        ServiceRoute route = Rig.orders();
        RetryPolicy hedging = new RetryPolicy(
                3, 20, 10, Duration.ofMillis(25), Duration.ofMillis(250), StatusSet.of(502, 503, 504), true);
        return new Rig(route.withResilience(route.resilience().withRetry(hedging))).then(first, second, third);
    }

    @Test
    void aPostIsNeverHedged() {
        rig.send("POST", "buy");
        rig.suspects.add(B);
        rig.clock.advance(10 * LOOK);
        assertThat(second.isOpened()).isFalse();
    }

    @Test
    void aPutIsHedgedOnceItsBodyIsThereWhole() {
        Rig.Call call = rig.request(rig.edge(), Rig.head("PUT"), false);
        call.sends("half ", false);
        rig.suspects.add(B);
        rig.clock.advance(10 * LOOK);
        assertThat(second.isOpened()).isFalse();
        call.sends("whole", true);
        rig.clock.advance(LOOK);
        assertThat(second.stream.text()).isEqualTo("half whole");
        assertThat(first.stream.text()).isEqualTo("half whole");
    }

    @Test
    void whereThereIsNoOtherPlaceItGoesOnWaiting() {
        FakeDestination only = FakeDestination.node("there", "b");
        FakeDestination sameAgain = FakeDestination.node("there", "b");
        Rig own = new Rig(Rig.orders()).then(only, sameAgain);
        Rig.Call call = own.get();
        own.suspects.add(B);
        own.clock.advance(10 * LOOK);
        assertThat(sameAgain.isOpened()).isFalse();
        assertThat(sameAgain.outcome).isEqualTo(AttemptOutcome.CANCELLED);
        only.answers(200, "");
        assertThat(call.stream().status()).isEqualTo(200);
    }

    @Test
    void anAnswerThatHasBegunIsNotHedged() {
        rig.get();
        first.events().onResponse(new ResponseHead(200, new HeaderFields()), false);
        rig.suspects.add(B);
        rig.clock.advance(10 * LOOK);
        assertThat(second.isOpened()).isFalse();
    }
}
