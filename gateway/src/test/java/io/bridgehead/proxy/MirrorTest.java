package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.limit.RateKey;
import io.bridgehead.limit.RateLimit;
import io.bridgehead.limit.RateMatch;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.policy.HeaderEdits;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.Mirror;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.wire.StreamReset;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MirrorTest {
    private final ServiceRoute shop = RuleRig.service("shop.default");
    private final ServiceRoute shadow = RuleRig.service("shadow.default");
    private final FakeDestination copy = FakeDestination.endpoint("10.0.9.1:80");
    private final FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:80");

    private static Backend.Edits mirrors(Mirror... mirrors) {
        return new Backend.Edits(HeaderEdits.NONE, HeaderEdits.NONE, null, null, List.of(mirrors));
    }

    private Rig rig(Mirror... mirrors) {
        RouteRule rule = RuleRig.with(RuleRig.rule(RuleRig.to(shop)), mirrors(mirrors));
        return new Rig(RuleRig.table(rule, shop, shadow));
    }

    private Rig rig() {
        return rig(new Mirror(shadow, 1, 1)).then(copy, endpoint);
    }

    private static Rig.Call post(Rig rig) {
        return rig.request(
                RuleRig.edge(rig), new RequestHead("POST", "http", "shop.test", "/a?b", new HeaderFields()), false);
    }

    @Test
    void aCopyHasHeadAndBodyAndItsAnswerGoesNowhere() {
        Rig rig = rig();
        Rig.Call call = post(rig);
        call.sends("one ", false).sends("two", true);
        assertThat(copy.stream.text()).isEqualTo("one two");
        assertThat(copy.stream.ended).isTrue();
        assertThat(copy.head().authority()).isEqualTo("shop.test");
        assertThat(copy.head().path()).isEqualTo("/a?b");
        assertThat(copy.field("x-request-id")).isEqualTo(endpoint.field("x-request-id"));
        copy.answers(500, "nobody reads this");
        assertThat(call.stream().status()).isZero();
        endpoint.answers(200, "hello");
        assertThat(call.stream().text()).isEqualTo("hello");
        assertThat(endpoint.stream.text()).isEqualTo("one two");
        assertThat(rig.mirrored).containsExactly(MirrorOutcome.ANSWERED);
        assertThat(rig.record().attempts()).hasSize(1);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void aPlaceMayHaveCopiesOfItsOwnBesideThoseOfTheRule() {
        FakeDestination other = FakeDestination.endpoint("10.0.9.2:80");
        Backend place = new Backend(shop, 1, "Service default/shop", mirrors(new Mirror(shadow, 1, 1)));
        RouteRule rule = RuleRig.with(RuleRig.rule(place), mirrors(new Mirror(shadow, 1, 1)));
        Rig rig = new Rig(RuleRig.table(rule, shop, shadow)).then(copy, other, endpoint);
        RuleRig.get(rig, "shop.test", "/");
        endpoint.answers(200, "");
        copy.answers(200, "");
        other.answers(204, "");
        assertThat(rig.mirrored).containsExactly(MirrorOutcome.ANSWERED, MirrorOutcome.ANSWERED);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void whatHappensToACopyIsNotNoticed() {
        Rig rig = rig();
        Rig.Call call = post(rig).sends("one ", false);
        copy.resets(StreamReset.CONNECTION_LOST);
        call.sends("two", true);
        endpoint.answers(200, "hello");
        assertThat(call.stream().text()).isEqualTo("hello");
        assertThat(copy.outcome).isEqualTo(AttemptOutcome.RESET);
        assertThat(rig.mirrored).containsExactly(MirrorOutcome.FAILED);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void aPlaceThatCannotBeReachedOrIsNotThereDoesNotMatter() {
        Rig rig = rig(new Mirror(shadow, 1, 1)).then(copy.failingAtOnce(), endpoint);
        Rig.Call call = RuleRig.get(rig, "shop.test", "/");
        endpoint.answers(200, "hello");
        assertThat(call.stream().text()).isEqualTo("hello");
        assertThat(rig.mirrored).containsExactly(MirrorOutcome.FAILED);
        rig.clock.advance(60_000);
        assertThat(rig.mirrored).hasSize(1);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void aCopyThatIsTakenTooSlowlyIsGivenUpAndHoldsUpNothing() {
        Rig rig = rig(new Mirror(shadow, 1, 1)).then(copy.notWritable(), endpoint);
        Rig.Call call = post(rig);
        String part = "x".repeat(16 * 1024);
        for (int i = 0; i < 4; i++) {
            call.sends(part, false);
        }
        assertThat(rig.mirrored).isEmpty();
        call.sends(part, true);
        assertThat(rig.mirrored).containsExactly(MirrorOutcome.DROPPED);
        assertThat(copy.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(endpoint.stream.sentBytes()).isEqualTo(5 * part.length());
        assertThat(call.stream().consumed).isEqualTo(5 * part.length());
        endpoint.answers(200, "");
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void aRequestThatBreaksOffTakesItsCopyAlongAndOneThatIsWholeDoesNot() {
        Rig rig = rig();
        post(rig).events().onReset(StreamReset.PEER_RESET);
        assertThat(copy.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(rig.mirrored).containsExactly(MirrorOutcome.DROPPED);
        FakeDestination second = FakeDestination.endpoint("10.0.9.1:80");
        rig.then(second, FakeDestination.endpoint("10.0.0.1:80"));
        RuleRig.get(rig, "shop.test", "/").events().onReset(StreamReset.PEER_RESET);
        assertThat(second.stream.reset).isNull();
        second.answers(200, "");
        assertThat(rig.mirrored).containsExactly(MirrorOutcome.DROPPED, MirrorOutcome.ANSWERED);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void aCopyThatIsNotAnsweredInTimeIsGivenUp() {
        Rig rig = rig();
        RuleRig.get(rig, "shop.test", "/");
        endpoint.answers(200, "");
        copy.events().onResponse(new ResponseHead(200, new HeaderFields()), false);
        rig.clock.advance(14_900);
        assertThat(rig.mirrored).isEmpty();
        rig.clock.advance(200);
        assertThat(rig.mirrored).containsExactly(MirrorOutcome.FAILED);
        assertThat(copy.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void aShareOfRequestsIsCopied() {
        Rig rig = rig(new Mirror(shadow, 1, 4));
        for (int i = 0; i < 4_000; i++) {
            rig.drop();
            FakeDestination one = FakeDestination.endpoint("10.0.0.1:80");
            FakeDestination two = FakeDestination.endpoint("10.0.0.1:80");
            rig.then(one, two);
            RuleRig.get(rig, "shop.test", "/");
            one.answers(200, "");
            if (two.isOpened()) {
                two.answers(200, "");
            }
        }
        assertThat(rig.mirrored.size()).isBetween(900, 1_100);
    }

    @Test
    void copiesCountForTheirOwnServiceAndAreLeftOutAboveItsLimits() {
        RateLimit few = new RateLimit("few", 1, Duration.ofMinutes(1), 1, new RateKey.All(), RateMatch.ANY, false);
        ServiceRoute bounded = shadow.withResilience(shadow.resilience().withRates(List.of(few)));
        RouteRule rule = RuleRig.with(RuleRig.rule(RuleRig.to(shop)), mirrors(new Mirror(bounded, 1, 1)));
        Rig rig = new Rig(RuleRig.table(rule, shop, bounded)).then(copy, endpoint);
        RuleRig.get(rig, "shop.test", "/");
        copy.answers(200, "");
        endpoint.answers(200, "");
        FakeDestination again = FakeDestination.endpoint("10.0.0.1:80");
        Rig.Call call = RuleRig.get(rig.then(again), "shop.test", "/");
        again.answers(200, "hello");
        assertThat(call.stream().text()).isEqualTo("hello");
        assertThat(rig.mirrored).containsExactly(MirrorOutcome.ANSWERED, MirrorOutcome.DROPPED);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void noMoreCopiesThanTheBoundAreUnderWay() {
        Rig rig = rig(new Mirror(shadow, 1, 1));
        for (int i = 0; i <= Mirrors.UNDER_WAY_MAX; i++) {
            FakeDestination unanswered = FakeDestination.endpoint("10.0.9.1:80");
            FakeDestination served = FakeDestination.endpoint("10.0.0.1:80");
            boolean last = i == Mirrors.UNDER_WAY_MAX;
            rig.then(last ? served : unanswered, served);
            Rig.Call call = RuleRig.get(rig, "shop.test", "/");
            served.answers(200, "");
            assertThat(call.stream().status()).isEqualTo(200);
        }
        assertThat(rig.mirrored).containsExactly(MirrorOutcome.DROPPED);
    }
}
