package io.bridgehead.proxy;

import static io.bridgehead.proxy.CheckRig.answer;
import static io.bridgehead.proxy.CheckRig.authz;
import static io.bridgehead.proxy.CheckRig.check;
import static io.bridgehead.proxy.CheckRig.guarded;
import static io.bridgehead.proxy.CheckRig.rig;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.Refusal;
import io.bridgehead.policy.ExternalCheck.Outcome;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.wire.StreamReset;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whom a question about a request goes to, how often it is asked, and for how long. */
final class CheckPlacesTest {
    private final FakeDestination checker = FakeDestination.endpoint("10.0.0.9:80");
    private final FakeDestination second = FakeDestination.endpoint("10.0.0.8:80");
    private final FakeDestination far = FakeDestination.node("there", "b");
    private final FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:80");

    private Rig asking(boolean allowOnFailure) {
        return rig(allowOnFailure, authz()).then(checker, endpoint);
    }

    @Test
    void whatNobodyHasSeenIsAskedAgainWhateverItsMethod() {
        Rig rig = rig(false, authz()).then(checker.failingAtOnce(), second, endpoint);
        rig.send("POST", "x");
        assertThat(checker.outcome).isEqualTo(AttemptOutcome.CONNECT_FAILED);
        second.events().onResponse(answer(200), true);
        assertThat(endpoint.stream.text()).isEqualTo("x");
        endpoint.answers(200, "done");
        assertThat(rig.isQuiet()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = StreamReset.class,
            names = {"STALE", "REFUSED", "CONNECT_TIMEOUT"})
    void aConnectionThatWasOfNoUseIsNoAnswer(StreamReset reset) {
        Rig rig = rig(false, authz()).then(checker, second, endpoint);
        rig.send("POST", "x");
        checker.resets(reset);
        second.events().onResponse(answer(200), true);
        assertThat(endpoint.isOpened()).isTrue();
    }

    @Test
    void whatSomebodyMayHaveSeenIsNotAskedAgain() {
        Rig rig = rig(false, authz()).then(checker, second);
        Rig.Call call = rig.send("POST", "x");
        checker.resets(StreamReset.CONNECTION_LOST);
        assertThat(call.stream().status()).isEqualTo(403);
        assertThat(second.isOpened()).isFalse();
        assertThat(rig.clock.waiting()).isZero();
    }

    @Test
    void aSiteThatIsNotReachedYetIsWaitedFor() {
        Rig rig = asking(false).notYet(3);
        Rig.Call call = rig.get();
        assertThat(call.stream().status()).isZero();
        rig.clock.advance(75);
        checker.events().onResponse(answer(200), true);
        assertThat(endpoint.isOpened()).isTrue();
    }

    @Test
    void aSiteIsWaitedForNoLongerThanForAnAnswer() {
        Rig rig = asking(false).notYet(100);
        Rig.Call call = rig.get();
        rig.clock.advance(200);
        assertThat(call.stream().status()).isEqualTo(403);
        assertThat(checker.isOpened()).isFalse();
        assertThat(rig.clock.waiting()).isZero();
    }

    @Test
    void theRefusalOfAFarNodeIsNoVerdict() {
        Rig rig = rig(true, authz()).then(far, endpoint);
        Rig.Call call = rig.send("POST", "x");
        assertThat(far.field("bridgehead-service")).isEqualTo("authz");
        assertThat(far.field("bridgehead-origin")).isNotNull();
        far.refuses("loop-detected;sent=0", null);
        assertThat(endpoint.isOpened()).as("failures pass here").isTrue();
        endpoint.answers(200, "");
        assertThat(call.stream().status()).isEqualTo(200);
        assertThat(check(rig).outcome()).isEqualTo(Outcome.FAILED_ALLOWED);
        assertThat(check(rig).detail()).contains("loop-detected").contains("node b");
    }

    @Test
    void aPolicyOfAFarNodeIsNoFailureThatPasses() {
        Rig rig = rig(true, authz()).then(far, endpoint);
        Rig.Call call = rig.send("POST", "x");
        far.refuses("not-authorized;sent=0", null);
        assertThat(call.stream().status()).isEqualTo(403);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.NOT_AUTHORIZED);
        assertThat(check(rig).outcome()).isEqualTo(Outcome.DENIED);
        assertThat(endpoint.isOpened()).isFalse();
        assertThat(rig.clock.waiting()).isZero();
    }

    @Test
    void aRefusalWithoutAnEndIsBrokenOffWhenAnotherPlaceIsAsked() {
        Rig rig = rig(false, authz()).then(far, checker, endpoint);
        rig.send("POST", "x");
        far.events()
                .onResponse(
                        answer(503, "bridgehead-refusal", "no-healthy-endpoint;sent=0", "bridgehead-attempts", "1"),
                        false);
        assertThat(far.stream.reset).isEqualTo(StreamReset.CANCEL);
        checker.events().onResponse(answer(200), true);
        endpoint.answers(200, "done");
        assertThat(rig.isQuiet()).isTrue();
    }

    private Rig timed(Duration request, ServiceRoute shop) {
        RouteRule.RuleTimeouts timeouts = new RouteRule.RuleTimeouts(request, null);
        return new Rig(RuleRig.table(
                        RuleRig.with(RuleRig.rule(RuleRig.to(guarded(shop, true))), timeouts, null),
                        guarded(shop, true),
                        authz()))
                .then(checker, endpoint);
    }

    @Test
    void theTimeForTheWholeAnswerBoundsTheQuestion() {
        Rig rig = timed(Duration.ofMillis(50), RuleRig.service("shop.default"));
        Rig.Call call = RuleRig.get(rig, "shop.test", "/");
        rig.clock.advance(49);
        assertThat(call.stream().status()).isZero();
        rig.clock.advance(1);
        assertThat(call.stream().status()).isEqualTo(504);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.DEADLINE_EXCEEDED);
        assertThat(checker.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(endpoint.isOpened())
                .as("failures pass, but there is no time left")
                .isFalse();
    }

    @Test
    void theQuestionsOwnTimeHoldsWhereMoreIsLeft() {
        Rig rig = timed(Duration.ofSeconds(5), RuleRig.service("shop.default"));
        RuleRig.get(rig, "shop.test", "/");
        rig.clock.advance(200);
        assertThat(endpoint.isOpened()).as("failures pass").isTrue();
    }

    @Test
    void aGrpcCallsOwnTimeBoundsTheQuestion() {
        Rig rig = new Rig(RoutingTable.of("7", List.of(guarded(Rig.grpc(), true), authz()))).then(checker, endpoint);
        Rig.Call call = rig.request(
                rig.edge(), Rig.head("POST", "content-type", "application/grpc", "grpc-timeout", "50m"), false);
        rig.clock.advance(50);
        assertThat(call.stream().responseField("grpc-status")).isEqualTo("4");
        assertThat(endpoint.isOpened()).isFalse();
        Rig.Call none = rig.request(
                rig.edge(), Rig.head("POST", "content-type", "application/grpc", "grpc-timeout", "0m"), false);
        assertThat(none.stream().responseField("grpc-status"))
                .as("nobody is asked")
                .isEqualTo("4");
    }

    @Test
    void aFarNodeThatHasNobodyToAskIsNoReasonNotToAskElsewhere() {
        Rig rig = rig(false, authz()).then(far, checker, endpoint);
        rig.send("POST", "x");
        far.refuses("no-healthy-endpoint;sent=0", 1);
        assertThat(far.outcome).isEqualTo(AttemptOutcome.SITE_UNFIT);
        checker.events().onResponse(answer(200), true);
        assertThat(endpoint.isOpened()).isTrue();
    }
}
