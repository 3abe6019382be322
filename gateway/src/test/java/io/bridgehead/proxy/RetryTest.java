package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.routing.Timeouts;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.wire.StreamReset;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class RetryTest {
    private final FakeDestination first = FakeDestination.endpoint("10.0.0.1:80");
    private final FakeDestination second = FakeDestination.node("there", "b");
    private final FakeDestination third = FakeDestination.node("yonder", "c");
    private final Rig rig = new Rig(Rig.orders(), Rig.database()).then(first, second, third);
    private final Rig crowded = new Rig(Rig.orders());

    @ParameterizedTest
    @EnumSource(StreamReset.class)
    void aGetIsTriedElsewhereWhateverHappened(StreamReset reset) {
        Rig.Call call = rig.get();
        first.resets(reset);
        second.answers(200, "hello");
        assertThat(call.stream().text()).isEqualTo("hello");
        assertThat(rig.record().attempts()).hasSize(2);
        assertThat(rig.record().destinationSite()).isEqualTo(Rig.THERE);
        assertThat(first.outcome).isEqualTo(AttemptOutcome.of(reset));
        assertThat(second.outcome).isEqualTo(AttemptOutcome.ANSWERED);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void aRequestWaitsWhileItsNodeHasNotLookedAroundYet() {
        rig.notYet(3);
        Rig.Call call = rig.send("POST", "buy");
        rig.clock.advance(50);
        assertThat(first.isOpened()).isFalse();
        rig.clock.advance(50);
        first.answers(200, "ok");
        assertThat(first.stream.text()).isEqualTo("buy");
        assertThat(call.stream().text()).isEqualTo("ok");
        assertThat(rig.record().attempts()).hasSize(1);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void aClientThatLeavesWhileItsRequestWaitsIsForgotten() {
        rig.notYet(3);
        Rig.Call call = rig.get();
        call.events().onReset(StreamReset.CANCEL);
        rig.clock.advance(200);
        assertThat(first.isOpened()).isFalse();
        assertThat(rig.ended).hasSize(1);
        assertThat(rig.isQuiet()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(StreamReset.class)
    void aPostIsTriedElsewhereOnlyIfNobodySawIt(StreamReset reset) {
        Rig.Call call = rig.send("POST", "buy");
        first.resets(reset);
        assertThat(second.isOpened()).isEqualTo(!reset.perhapsProcessed());
        if (second.isOpened()) {
            second.answers(200, "ok");
            assertThat(second.stream.text()).isEqualTo("buy");
            assertThat(call.stream().text()).isEqualTo("ok");
        } else {
            assertThat(call.stream().status()).isGreaterThanOrEqualTo(500);
            assertThat(rig.record().refusal()).isNotNull();
        }
        assertThat(rig.isQuiet()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"GET,true", "HEAD,true", "OPTIONS,true", "PUT,true", "DELETE,true", "POST,false", "PATCH,false"})
    void onlyWhatMayBeDoneTwiceIsDoneTwice(String method, boolean again) {
        rig.request(rig.edge(), Rig.head(method), true);
        first.resets(StreamReset.CONNECTION_LOST);
        assertThat(second.isOpened()).isEqualTo(again);
    }

    @ParameterizedTest
    @CsvSource({
        "POST,no-healthy-endpoint;sent=0,true,SITE_UNFIT",
        "POST,connect-failed;sent=0,true,CONNECT_FAILED",
        "POST,no-route;sent=0,true,SITE_UNFIT",
        "POST,endpoint-closed;sent=1,false,RESET",
        "POST,response-timeout;sent=1,false,TIMEOUT",
        "POST,no-healthy-endpoint,false,SITE_UNFIT",
        "GET,endpoint-closed;sent=1,true,RESET",
        "GET,not-authorized;sent=0,false,ANSWERED",
        "GET,rate-limited;sent=0,false,ANSWERED",
        "GET,loop-detected;sent=0,false,ANSWERED",
    })
    void aFarNodesRefusalSaysWhetherAnotherSiteMayBeTried(
            String method, String refusal, boolean again, AttemptOutcome outcome) {
        FakeDestination far = FakeDestination.node("far", "f");
        FakeDestination other = FakeDestination.node("other", "o");
        Rig own = new Rig(Rig.orders()).then(far, other);
        Rig.Call call = own.send(method, "body");
        far.refuses(refusal, 1);
        assertThat(other.isOpened()).isEqualTo(again);
        assertThat(far.outcome).isEqualTo(outcome);
        if (!again) {
            Refusal told = Objects.requireNonNull(own.record().refusal());
            assertThat(refusal).startsWith(told.text());
            assertThat(call.stream().status()).isEqualTo(told.status());
            assertThat(call.stream().responseField("bridgehead-refusal")).isNull();
        }
    }

    @Test
    void theBodyOfARefusalIsDroppedWithoutAReset() {
        FakeDestination far = FakeDestination.node("far", "f");
        FakeDestination other = FakeDestination.endpoint("10.0.0.9:80");
        Rig own = new Rig(Rig.orders()).then(far, other);
        Rig.Call call = own.get();
        HeaderFields fields = new HeaderFields();
        fields.add("bridgehead-refusal", "no-healthy-endpoint;sent=0");
        far.events().onResponse(new ResponseHead(503, fields), false);
        far.sends("{}", true);
        other.answers(200, "good");
        assertThat(far.stream.reset).isNull();
        assertThat(far.stream.consumed).isEqualTo(2);
        assertThat(call.stream().text()).isEqualTo("good");
    }

    @Test
    void aForgedRefusalOfAnEndpointIsAnAnswer() {
        Rig.Call call = rig.get();
        first.refuses("no-healthy-endpoint;sent=0", null);
        second.answers(200, "");
        assertThat(call.stream().status()).isEqualTo(200);
        assertThat(first.outcome).as("its 503 counts, its claim does not").isEqualTo(AttemptOutcome.GATEWAY_ERROR);
    }

    @Test
    void whenNothingIsLeftTheLastFailureIsTold() {
        Rig own = new Rig(Rig.orders())
                .then(FakeDestination.endpoint("10.0.0.1:80").failingAtOnce());
        FakeStream client = own.get().stream();
        assertThat(client.status()).isEqualTo(503);
        assertThat(own.record().refusal()).isEqualTo(Refusal.CONNECT_FAILED);
        assertThat(own.record().detail()).contains("10.0.0.1:80").contains("no-healthy-site");
        assertThat(client.text()).doesNotContain("10.0.0.1");
    }

    @Test
    void attemptsAreBounded() {
        FakeDestination fourth = FakeDestination.node("last", "d");
        rig.then(fourth);
        Rig.Call call = rig.get();
        first.resets(StreamReset.CONNECT_FAILED);
        second.resets(StreamReset.CONNECT_FAILED);
        third.resets(StreamReset.CONNECT_FAILED);
        assertThat(fourth.isOpened()).isFalse();
        assertThat(call.stream().status()).isEqualTo(503);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.ATTEMPTS_EXHAUSTED);
        assertThat(rig.attempts).hasSize(3);
    }

    @Test
    void anAnswerThatNeverComesIsATimeoutHoweverOftenItWasTried() {
        ServiceRoute orders = Rig.orders();
        Timeouts brief = new Timeouts(
                Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofMinutes(5));
        Rig patient = new Rig(orders.withResilience(orders.resilience().withTimeouts(brief)))
                .then(
                        FakeDestination.endpoint("10.0.0.1:80"),
                        FakeDestination.node("there", "b"),
                        FakeDestination.node("yonder", "c"));
        Rig.Call call = patient.get();
        for (int i = 0; i < 40; i++) {
            patient.clock.advance(100);
        }
        assertThat(patient.attempts).hasSize(3);
        assertThat(call.stream().status()).isEqualTo(504);
        assertThat(patient.record().refusal()).isEqualTo(Refusal.RESPONSE_TIMEOUT);
    }

    @Test
    void attemptsOfAFarNodeCountSoThatTheyNeverMultiply() {
        rig.get();
        first.resets(StreamReset.CONNECT_FAILED);
        assertThat(second.field("bridgehead-attempts"))
                .as("one is kept for another site")
                .isEqualTo("1");
        Rig other = new Rig(Rig.orders());
        FakeDestination far = FakeDestination.node("there", "b");
        FakeDestination next = FakeDestination.node("yonder", "c");
        FakeDestination never = FakeDestination.node("never", "n");
        other.then(far, next, never).get();
        assertThat(far.field("bridgehead-attempts")).isEqualTo("2");
        far.refuses("connect-failed;sent=0", 2);
        assertThat(next.field("bridgehead-attempts")).isEqualTo("1");
        next.refuses("connect-failed;sent=0", 1);
        assertThat(never.isOpened()).isFalse();
    }

    @Test
    void aFarNodeHonoursTheBudgetAndTellsWhatItDid() {
        Rig.Call call =
                rig.fromTunnel(Rig.head("GET", "bridgehead-service", "orders", "bridgehead-attempts", "1"), true);
        first.resets(StreamReset.CONNECT_FAILED);
        assertThat(second.isOpened()).isFalse();
        assertThat(call.stream().responseField("bridgehead-refusal")).isEqualTo("connect-failed;sent=0");
        assertThat(call.stream().responseField("bridgehead-attempts")).isEqualTo("1");
    }

    @Test
    void aFarNodeSaysWhenAnEndpointMayHaveSeenIt() {
        Rig.Call call = rig.fromTunnel(Rig.head("POST", "bridgehead-service", "orders"), true);
        first.resets(StreamReset.CONNECTION_LOST);
        assertThat(call.stream().responseField("bridgehead-refusal")).isEqualTo("endpoint-closed;sent=1");
    }

    @Test
    void onceSeenAlwaysSeen() {
        Rig.Call call =
                rig.fromTunnel(Rig.head("GET", "bridgehead-service", "orders", "bridgehead-attempts", "2"), true);
        first.resets(StreamReset.CONNECTION_LOST);
        second.resets(StreamReset.CONNECT_FAILED);
        assertThat(call.stream().responseField("bridgehead-refusal")).endsWith(";sent=1");
        assertThat(call.stream().responseField("bridgehead-attempts")).isEqualTo("2");
    }

    @ParameterizedTest
    @CsvSource({"GET,503,true", "GET,502,true", "GET,500,false", "GET,404,false", "POST,503,false"})
    void anAnswerThatSaysTryAgainIsTriedElsewhere(String method, int status, boolean again) {
        Rig.Call call = rig.request(rig.edge(), Rig.head(method), true);
        first.answers(status, "");
        assertThat(second.isOpened()).isEqualTo(again);
        if (again) {
            second.answers(200, "good");
        }
        assertThat(call.stream().status()).isEqualTo(again ? 200 : status);
    }

    @Test
    void anErrorAnswerStandsWhenThereIsNoOtherPlace() {
        FakeDestination only = FakeDestination.endpoint("10.0.0.2:80");
        Rig single = new Rig(Rig.orders()).then(only);
        Rig.Call call = single.get();
        only.answers(503, "busy");
        assertThat(call.stream().status()).isEqualTo(503);
        assertThat(call.stream().text()).isEqualTo("busy");
        assertThat(single.record().refusal()).isNull();
        assertThat(single.isQuiet()).isTrue();
    }

    @Test
    void nothingIsTriedAgainOnceAHeadWentOut() {
        Rig.Call call = rig.get();
        first.events().onResponse(new ResponseHead(200, new HeaderFields()), false);
        first.resets(StreamReset.CONNECTION_LOST);
        assertThat(second.isOpened()).isFalse();
        assertThat(call.stream().ended).isFalse();
        assertThat(call.stream().reset).isEqualTo(StreamReset.CONNECTION_LOST);
    }

    @Test
    void theSamePlaceIsTriedAgainOnlyAfterAWhile() {
        FakeDestination again = FakeDestination.endpoint("10.0.0.1:80");
        Rig own = new Rig(Rig.orders()).then(first, again);
        own.get();
        first.resets(StreamReset.CONNECTION_LOST);
        assertThat(again.isOpened()).isFalse();
        own.clock.advance(100);
        assertThat(again.isOpened()).isTrue();
    }

    @Test
    void aWaitingRetryIsForgottenWhenTheClientGoes() {
        FakeDestination again = FakeDestination.endpoint("10.0.0.1:80");
        Rig own = new Rig(Rig.orders()).then(first, again);
        Rig.Call call = own.get();
        first.resets(StreamReset.CONNECTION_LOST);
        call.events().onReset(StreamReset.PEER_RESET);
        own.clock.advance(100);
        assertThat(again.isOpened()).isFalse();
        assertThat(again.outcome).isEqualTo(AttemptOutcome.CANCELLED);
        assertThat(own.record().refusal()).isEqualTo(Refusal.CLIENT_GONE);
    }

    @Test
    void retriesHaveABudget() {
        int refused = 0;
        for (int i = 0; i < 400; i++) {
            FakeDestination ill = FakeDestination.endpoint("10.0.0.1:80").failingAtOnce();
            FakeDestination well = FakeDestination.endpoint("10.0.0.2:80");
            refused += burst(ill, well);
        }
        assertThat(refused).isBetween(200, 320);
    }

    private int burst(FakeDestination ill, FakeDestination well) {
        crowded.then(ill, well);
        crowded.get();
        if (well.isOpened()) {
            well.answers(200, "");
            return 0;
        }
        crowded.drop();
        return 1;
    }
}
