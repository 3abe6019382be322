package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.limit.OverloadLevel;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.wire.StreamReset;
import org.junit.jupiter.api.Test;

final class AnswerTest {
    private final FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:80");
    private final Rig rig = new Rig(Rig.orders()).then(endpoint);

    private void begins() {
        endpoint.events().onResponse(new ResponseHead(200, new HeaderFields()), false);
    }

    @Test
    void aBodyThatCameTooSlowlyIsToldOnce() {
        Rig.Call call = rig.request(rig.edge(), Rig.head("POST"), false);
        call.events().onReset(StreamReset.TIMEOUT);
        assertThat(rig.ended).hasSize(1);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.BODY_TIMEOUT);
        assertThat(rig.record().status()).isEqualTo(408);
    }

    @Test
    void aBodyThatIsMalformedIsToldOnceAndIsTheClientsFault() {
        Rig.Call call = rig.request(rig.edge(), Rig.head("POST"), false);
        call.events().onReset(StreamReset.PROTOCOL_ERROR);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.BAD_REQUEST);
        assertThat(rig.record().status()).isEqualTo(400);
        assertThat(endpoint.outcome).isEqualTo(AttemptOutcome.CANCELLED);
    }

    @Test
    void aClientThatStopsReadingIsToBlame() {
        Rig.Call call = rig.get();
        begins();
        call.stream().writable = false;
        endpoint.sends("x".repeat(1000), false);
        rig.clock.advance(302_000);
        assertThat(call.stream().reset).isEqualTo(StreamReset.TIMEOUT);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.CLIENT_STALLED);
        assertThat(endpoint.outcome).isEqualTo(AttemptOutcome.CANCELLED);
    }

    @Test
    void anEndpointThatLosesPatienceWithSuchAClientIsNotToBlame() {
        Rig.Call call = rig.get();
        begins();
        call.stream().writable = false;
        endpoint.sends("x".repeat(1000), false);
        rig.clock.advance(60_000);
        endpoint.events().onReset(StreamReset.CONNECTION_LOST);
        assertThat(call.stream().reset).isEqualTo(StreamReset.CONNECTION_LOST);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.CLIENT_STALLED);
        assertThat(endpoint.outcome).isEqualTo(AttemptOutcome.CANCELLED);
    }

    @Test
    void anEndpointThatBreaksOffBesideASlowClientIsToBlame() {
        Rig.Call call = rig.get();
        begins();
        rig.clock.advance(60_000);
        call.stream().writable = false;
        endpoint.sends("x".repeat(1000), false);
        rig.clock.advance(3_000);
        endpoint.events().onReset(StreamReset.CONNECTION_LOST);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.ENDPOINT_CLOSED);
        assertThat(endpoint.outcome).isEqualTo(AttemptOutcome.RESET);
    }

    @Test
    void anEndpointThatDoesNotTakeTheBodyIsToBlame() {
        endpoint.notWritable();
        Rig.Call call = rig.request(rig.edge(), Rig.head("POST"), false);
        call.sends("x".repeat(1000), false);
        rig.clock.advance(302_000);
        assertThat(call.stream().status()).isEqualTo(504);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.STREAM_IDLE);
    }

    @Test
    void headBodyAndTrailersArePassedOn() {
        FakeStream client = rig.get().stream();
        begins();
        endpoint.sends("part one, ", false);
        endpoint.sends("part two", false);
        HeaderFields trailers = new HeaderFields();
        trailers.add("grpc-status", "0");
        endpoint.events().onTrailers(trailers);
        assertThat(client.text()).isEqualTo("part one, part two");
        assertThat(client.trailers).isNotNull();
        assertThat(client.ended).isTrue();
        ExchangeRecord record = rig.record();
        assertThat(record.bytesOut()).isEqualTo(18);
        assertThat(record.status()).isEqualTo(200);
        assertThat(record.refusal()).isNull();
        assertThat(endpoint.outcome).isEqualTo(AttemptOutcome.ANSWERED);
        assertThat(endpoint.stream.reset).isNull();
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void informationalHeadsArePassedOn() {
        FakeStream client = rig.get().stream();
        HeaderFields fields = new HeaderFields();
        fields.add("link", "</style.css>; rel=preload");
        endpoint.events().onInformational(new ResponseHead(103, fields));
        endpoint.answers(200, "");
        assertThat(client.informational).hasSize(1);
        assertThat(client.status()).isEqualTo(200);
    }

    @Test
    void aSlowClientHoldsTheEndpointBack() {
        Rig.Call call = rig.get();
        begins();
        call.stream().writable = false;
        endpoint.sends("x".repeat(1000), false);
        assertThat(endpoint.stream.consumed).isZero();
        call.stream().writable = true;
        call.events().onWritable();
        assertThat(endpoint.stream.consumed).isEqualTo(1000);
        endpoint.sends("y", false);
        assertThat(endpoint.stream.consumed).isEqualTo(1001);
    }

    @Test
    void anEndpointThatBreaksOffIsNeverACleanEnd() {
        FakeStream client = rig.get().stream();
        begins();
        endpoint.sends("half", false);
        endpoint.resets(StreamReset.PEER_RESET);
        assertThat(client.ended).isFalse();
        assertThat(client.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.ENDPOINT_CLOSED);
        assertThat(rig.record().status()).as("what the client saw").isEqualTo(200);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void aClientThatGoesTakesTheAttemptWithIt() {
        Rig.Call call = rig.get();
        begins();
        call.events().onReset(StreamReset.CONNECTION_LOST);
        assertThat(endpoint.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(endpoint.outcome).isEqualTo(AttemptOutcome.CANCELLED);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.CLIENT_GONE);
        endpoint.sends("late", true);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void anAnswerBeforeTheEndOfTheRequestEndsTheAttempt() {
        Rig.Call call = rig.request(rig.edge(), Rig.head("PUT"), false);
        call.sends("half", false);
        endpoint.answers(413, "too large");
        assertThat(call.stream().status()).isEqualTo(413);
        assertThat(call.stream().ended).isTrue();
        assertThat(endpoint.stream.reset).as("its connection is not used again").isEqualTo(StreamReset.CANCEL);
        call.sends("rest", true);
        assertThat(endpoint.stream.text()).isEqualTo("half");
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void bothWaysAtOnce() {
        Rig.Call call = rig.request(rig.edge(), Rig.head("POST"), false);
        call.sends("ping 1", false);
        begins();
        endpoint.sends("pong 1", false);
        call.sends(" ping 2", true);
        endpoint.sends(" pong 2", true);
        assertThat(endpoint.stream.text()).isEqualTo("ping 1 ping 2");
        assertThat(call.stream().text()).isEqualTo("pong 1 pong 2");
        assertThat(endpoint.stream.reset).isNull();
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void noAnswerInTimeOfOneTryIsTriedElsewhere() {
        FakeDestination other = FakeDestination.endpoint("10.0.0.2:80");
        rig.then(other);
        Rig.Call call = rig.get();
        rig.clock.advance(5_100);
        assertThat(endpoint.outcome).isEqualTo(AttemptOutcome.TIMEOUT);
        assertThat(endpoint.stream.reset).isEqualTo(StreamReset.CANCEL);
        other.answers(200, "");
        assertThat(call.stream().status()).isEqualTo(200);
    }

    @Test
    void aPostThatIsNotAnsweredInTimeIsRefused() {
        Rig.Call call = rig.send("POST", "buy");
        rig.clock.advance(5_100);
        assertThat(call.stream().status()).isEqualTo(504);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.RESPONSE_TIMEOUT);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void theTimeOfATryBeginsWhenTheRequestIsThereWhole() {
        Rig.Call call = rig.request(rig.edge(), Rig.head("POST"), false);
        rig.clock.advance(60_000);
        assertThat(call.stream().status()).isZero();
        call.sends("at last", true);
        rig.clock.advance(4_900);
        assertThat(call.stream().status()).isZero();
        rig.clock.advance(300);
        assertThat(call.stream().status()).isEqualTo(504);
    }

    @Test
    void aFarNodeHonoursTheDeadline() {
        Rig.Call call =
                rig.fromTunnel(Rig.head("GET", "bridgehead-service", "orders", "bridgehead-deadline", "700"), true);
        rig.clock.advance(680);
        assertThat(call.stream().status()).isZero();
        rig.clock.advance(60);
        assertThat(call.stream().responseField("bridgehead-refusal")).isEqualTo("deadline-exceeded;sent=1");
        assertThat(endpoint.outcome).isEqualTo(AttemptOutcome.TIMEOUT);
    }

    @Test
    void anExchangeWithoutAByteEitherWayEnds() {
        Rig.Call call = rig.get();
        begins();
        for (int i = 0; i < 10; i++) {
            rig.clock.advance(200_000);
            endpoint.sends("tick", false);
        }
        assertThat(call.stream().reset).isNull();
        rig.clock.advance(302_000);
        assertThat(call.stream().reset).isEqualTo(StreamReset.TIMEOUT);
        assertThat(endpoint.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.STREAM_IDLE);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void anExchangeOfMessagesMayBeQuietForAnHour() {
        Rig.Call call = rig.get("content-type", "application/grpc");
        begins();
        rig.clock.advance(3_500_000);
        assertThat(call.stream().reset).isNull();
        rig.clock.advance(102_000);
        assertThat(call.stream().reset).isEqualTo(StreamReset.TIMEOUT);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.STREAM_IDLE);
    }

    @Test
    void aRequestThatIsNeverCompleteEnds() {
        Rig.Call call = rig.request(rig.edge(), Rig.head("POST"), false);
        rig.clock.advance(299_000);
        assertThat(call.stream().status()).isZero();
        rig.clock.advance(2_000);
        assertThat(call.stream().status()).isEqualTo(408);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.BODY_TIMEOUT);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void anOverloadedNodeRefusesAndSaysWhenToComeAgain() {
        rig.overload.enter(OverloadLevel.REFUSE);
        Rig.Call call = rig.get();
        assertThat(call.stream().status()).isEqualTo(503);
        assertThat(call.stream().responseField("retry-after")).isEqualTo("2");
        assertThat(rig.record().refusal()).isEqualTo(Refusal.OVERLOADED);
    }

    @Test
    void theEndOfTheNodesPatienceEndsWhatRuns() {
        FakeDestination other = FakeDestination.endpoint("10.0.0.2:80");
        rig.then(other);
        Rig.Call answering = rig.get();
        begins();
        Rig.Call waiting = rig.get();
        assertThat(rig.context.active().count()).isEqualTo(2);
        rig.context.active().resetAll();
        assertThat(answering.stream().reset).isEqualTo(StreamReset.CANCEL);
        assertThat(waiting.stream().status()).isEqualTo(503);
        assertThat(other.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void theRecordSaysWhatHappened() {
        rig.send("PUT", "12345");
        rig.clock.advance(7);
        endpoint.answers(201, "abc");
        ExchangeRecord record = rig.record();
        assertThat(record.method()).isEqualTo("PUT");
        assertThat(record.scheme()).isEqualTo("http");
        assertThat(record.authority()).isEqualTo("orders.test");
        assertThat(record.path()).isEqualTo("/x?y=1");
        assertThat(record.status()).isEqualTo(201);
        assertThat(record.bytesIn()).isEqualTo(5);
        assertThat(record.bytesOut()).isEqualTo(3);
        assertThat(record.durationNanos()).isEqualTo(7_000_000);
        assertThat(record.firstByteNanos()).isEqualTo(7_000_000);
        assertThat(record.sourceSite()).isEqualTo(Rig.HERE);
        assertThat(record.destinationSite()).isEqualTo(Rig.HERE);
        assertThat(record.entry().listener()).isEqualTo("http");
        assertThat(endpoint.head().fields().first(HeaderName.X_REQUEST_ID)).isEqualTo(record.requestId());
        AttemptRecord attempt = record.attempts().getFirst();
        assertThat(attempt.status()).isEqualTo(201);
        assertThat(attempt.durationNanos()).isEqualTo(7_000_000);
        assertThat(attempt.endpoint()).hasToString("10.0.0.1:80");
        assertThat(attempt.node()).isNull();
        assertThat(attempt.tier()).isZero();
    }
}
