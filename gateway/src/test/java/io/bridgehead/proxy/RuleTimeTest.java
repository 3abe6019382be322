package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.routing.RouteRule.RuleRetry;
import io.bridgehead.routing.RouteRule.RuleTimeouts;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.wire.StreamReset;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Times and retries that a rule has instead of its service. */
final class RuleTimeTest {
    private final ServiceRoute shop = RuleRig.service("shop.default");
    private final FakeDestination first = FakeDestination.endpoint("10.0.0.1:80");
    private final FakeDestination second = FakeDestination.endpoint("10.0.0.2:80");
    private final FakeDestination third = FakeDestination.endpoint("10.0.0.1:80");

    private Rig rig(@Nullable Duration request, @Nullable Duration attempt, @Nullable RuleRetry retry) {
        RouteRule rule = RuleRig.with(RuleRig.rule(RuleRig.to(shop)), new RuleTimeouts(request, attempt), retry);
        return new Rig(RuleRig.table(rule, shop)).then(first, second, third);
    }

    private static Rig.Call get(Rig rig) {
        return RuleRig.get(rig, "shop.test", "/");
    }

    private static void head(FakeDestination from) {
        from.events().onResponse(new ResponseHead(200, new HeaderFields()), false);
    }

    @Test
    void theWholeAnswerIsBoundedFromTheHeadOfTheRequestOn() {
        Rig rig = rig(Duration.ofMillis(500), null, null);
        RequestHead upload = new RequestHead("PUT", "http", "shop.test", "/", new HeaderFields());
        Rig.Call call = rig.request(RuleRig.edge(rig), upload, false);
        rig.clock.advance(400);
        assertThat(call.stream().status()).isZero();
        rig.clock.advance(200);
        assertThat(call.stream().status()).isEqualTo(504);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.DEADLINE_EXCEEDED);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void anAnswerThatIsNotCompleteInTimeIsBrokenOff() {
        Rig rig = rig(Duration.ofMillis(500), null, null);
        Rig.Call call = get(rig);
        head(first);
        first.sends("a little", false);
        rig.clock.advance(300);
        assertThat(call.stream().reset).isNull();
        rig.clock.advance(400);
        assertThat(call.stream().reset).isEqualTo(StreamReset.TIMEOUT);
        assertThat(first.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.DEADLINE_EXCEEDED);
    }

    @Test
    void anAttemptThatTakesTooLongIsMadeAgainElsewhere() {
        Rig rig = rig(Duration.ofSeconds(2), Duration.ofMillis(500), null);
        Rig.Call call = get(rig);
        rig.clock.advance(600);
        assertThat(first.outcome).isEqualTo(AttemptOutcome.TIMEOUT);
        second.answers(200, "late but here");
        assertThat(call.stream().text()).isEqualTo("late but here");
    }

    @Test
    void anAttemptsBoundHoldsForItsWholeAnswer() {
        Rig rig = rig(Duration.ofSeconds(2), Duration.ofMillis(500), null);
        Rig.Call call = get(rig);
        rig.clock.advance(600);
        head(second);
        rig.clock.advance(300);
        assertThat(call.stream().reset).isNull();
        rig.clock.advance(300);
        assertThat(call.stream().reset).isEqualTo(StreamReset.TIMEOUT);
    }

    @Test
    void aRulesBoundReplacesTheServicesEvenIfItIsLonger() {
        Rig rig = rig(Duration.ofMinutes(1), null, null);
        Rig.Call call = get(rig);
        rig.clock.advance(59_000);
        assertThat(first.outcome).isNull();
        first.answers(200, "patience");
        assertThat(call.stream().text()).isEqualTo("patience");
    }

    @Test
    void zeroIsNoBound() {
        Rig rig = rig(Duration.ZERO, Duration.ZERO, null);
        Rig.Call call = get(rig);
        rig.clock.advance(120_000);
        assertThat(first.outcome).isNull();
        first.answers(200, "at last");
        assertThat(call.stream().text()).isEqualTo("at last");
    }

    @Test
    void aFarNodeIsToldOfTheTimesAndKeepsThem() {
        FakeDestination node = FakeDestination.node("there", "b");
        Rig rig = rig(Duration.ofSeconds(20), Duration.ofSeconds(9), null);
        rig.drop();
        rig.then(node);
        get(rig);
        assertThat(node.field("bridgehead-attempt-time")).isEqualTo("9000");
        assertThat(node.field("bridgehead-deadline")).isEqualTo("20000");
        node.answers(200, "");
        Rig far = new Rig(RuleRig.service("shop.default")).then(first);
        RequestHead head = Rig.head(
                "GET",
                "bridgehead-service",
                "shop.default",
                "bridgehead-attempt-time",
                "9000",
                "bridgehead-deadline",
                "20000");
        Rig.Call call = far.fromTunnel(head, true);
        far.clock.advance(8_000);
        assertThat(first.outcome).isNull();
        first.answers(200, "far");
        assertThat(call.stream().text()).isEqualTo("far");
        assertThat(first.field("bridgehead-attempt-time")).isNull();
    }

    @Test
    void statusesOfTheRuleAreFailedAttemptsAndNoOthers() {
        Rig rig = rig(null, null, new RuleRetry(List.of(500), 2, null));
        Rig.Call call = get(rig);
        first.answers(500, "");
        rig.clock.advance(1_000);
        second.answers(503, "unlisted");
        assertThat(call.stream().text()).isEqualTo("unlisted");
        assertThat(call.stream().status()).isEqualTo(503);
    }

    @Test
    void thereAreAsManyRetriesAsTheRuleSays() {
        Rig rig = rig(null, null, new RuleRetry(List.of(500), 1, null));
        Rig.Call call = get(rig);
        first.answers(500, "");
        rig.clock.advance(1_000);
        second.answers(500, "again");
        assertThat(call.stream().text()).isEqualTo("again");
        assertThat(third.isOpened()).isFalse();
    }

    @Test
    void withoutRetriesAFailedConnectionIsTheEnd() {
        Rig rig = rig(null, null, new RuleRetry(List.of(), 0, null));
        Rig.Call call = get(rig);
        first.resets(StreamReset.CONNECT_FAILED);
        assertThat(call.stream().status()).isEqualTo(503);
        assertThat(second.isOpened()).isFalse();
    }

    @Test
    void nothingIsMadeAgainBeforeTheBackOffWhereverItGoes() {
        Rig rig = rig(null, null, new RuleRetry(List.of(500), 2, Duration.ofMillis(100)));
        get(rig);
        first.answers(500, "");
        rig.clock.advance(99);
        assertThat(second.isOpened()).isFalse();
        rig.clock.advance(27);
        assertThat(second.isOpened()).isTrue();
        second.resets(StreamReset.CONNECT_FAILED);
        rig.clock.advance(199);
        assertThat(third.isOpened()).isFalse();
        rig.clock.advance(52);
        assertThat(third.isOpened()).isTrue();
        third.answers(200, "");
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void whatIsNotIdempotentIsNotMadeAgainWhateverTheRuleSays() {
        Rig rig = rig(null, null, new RuleRetry(List.of(500), 2, null));
        RequestHead post = new RequestHead("POST", "http", "shop.test", "/", new HeaderFields());
        Rig.Call call = rig.request(RuleRig.edge(rig), post, true);
        first.answers(500, "");
        assertThat(call.stream().status()).isEqualTo(500);
        assertThat(second.isOpened()).isFalse();
    }
}
