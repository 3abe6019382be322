package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.GrpcStatus;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.wire.StreamReset;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class GrpcTest {
    private final FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:50051");
    private final Rig rig = new Rig(Rig.grpc()).then(endpoint);

    private Rig.Call call(String... fields) {
        String[] all = new String[fields.length + 2];
        all[0] = "content-type";
        all[1] = "application/grpc+proto";
        System.arraycopy(fields, 0, all, 2, fields.length);
        return rig.request(rig.edge(), Rig.head("POST", all), false);
    }

    private void begins() {
        endpoint.events().onResponse(new ResponseHead(200, new HeaderFields()), false);
    }

    private static String trailer(FakeStream client, String name) {
        HeaderFields trailers = Objects.requireNonNull(client.trailers);
        return Objects.requireNonNull(trailers.first(HeaderName.of(name)));
    }

    @Test
    void timeoutsAreReadWithTheirUnits() {
        assertThat(GrpcCall.timeoutNanos("2H")).isEqualTo(TimeUnit.HOURS.toNanos(2));
        assertThat(GrpcCall.timeoutNanos("3M")).isEqualTo(TimeUnit.MINUTES.toNanos(3));
        assertThat(GrpcCall.timeoutNanos("99999999S")).isEqualTo(TimeUnit.SECONDS.toNanos(99_999_999));
        assertThat(GrpcCall.timeoutNanos("250m")).isEqualTo(TimeUnit.MILLISECONDS.toNanos(250));
        assertThat(GrpcCall.timeoutNanos("7u")).isEqualTo(7_000);
        assertThat(GrpcCall.timeoutNanos("0n")).isZero();
        for (String unread : new String[] {"", "S", "5", "-5S", "1.5S", "123456789S", "5s", "5 S"}) {
            assertThat(GrpcCall.timeoutNanos(unread)).as(unread).isEqualTo(-1);
        }
    }

    @Test
    void aDeadlineBeforeTheAnswerIsStatus4AndResetsTheEndpoint() {
        FakeStream client = call("grpc-timeout", "300m").stream();
        rig.clock.advance(250);
        assertThat(client.response).isNull();
        rig.clock.advance(100);
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.responseField("grpc-status")).isEqualTo("4");
        assertThat(endpoint.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(endpoint.outcome)
                .as("the client's impatience is not held against it")
                .isEqualTo(AttemptOutcome.CANCELLED);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.DEADLINE_EXCEEDED);
        assertThat(rig.record().grpcStatus()).isEqualTo(GrpcStatus.DEADLINE_EXCEEDED);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void aDeadlineDuringTheAnswerIsStatus4InTheTrailers() {
        FakeStream client = call("grpc-timeout", "300m").stream();
        begins();
        endpoint.sends("a message", false);
        rig.clock.advance(500);
        assertThat(client.text()).isEqualTo("a message");
        assertThat(trailer(client, "grpc-status")).isEqualTo("4");
        assertThat(client.reset).isNull();
        assertThat(endpoint.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(rig.isQuiet()).isTrue();
    }

    private static HeaderFields says(String status) {
        HeaderFields fields = new HeaderFields();
        fields.add(HeaderName.of("grpc-status"), status);
        return fields;
    }

    private void endsInTrailers(String status, AttemptOutcome outcome, String... fields) {
        call(fields);
        begins();
        endpoint.events().onTrailers(says(status));
        assertThat(endpoint.outcome).as(status).isEqualTo(outcome);
    }

    @Test
    void statusesInTrailersCountAsTheirLikesInHttp() {
        endsInTrailers("14", AttemptOutcome.GATEWAY_ERROR);
        assertThat(rig.record().grpcStatus()).isEqualTo(GrpcStatus.UNAVAILABLE);
        assertThat(rig.record().refusal()).as("it is the endpoint's own answer").isNull();
    }

    @Test
    void statusesOfACallsOwnMakingDoNot() {
        endsInTrailers("13", AttemptOutcome.SERVER_ERROR);
        assertThat(rig.record().grpcStatus()).isEqualTo(GrpcStatus.INTERNAL);
    }

    @Test
    void anEndpointThatIsLateByItsOwnClockIsALateEndpoint() {
        endsInTrailers("4", AttemptOutcome.GATEWAY_ERROR);
    }

    @Test
    void anEndpointThatKeepsToTheClientsDeadlineIsNot() {
        endsInTrailers("4", AttemptOutcome.ANSWERED, "grpc-timeout", "30S");
    }

    @Test
    void anAnswerOfTrailersOnlySaysItInItsHead() {
        call();
        endpoint.events().onResponse(new ResponseHead(200, says("14")), true);
        assertThat(endpoint.outcome).isEqualTo(AttemptOutcome.GATEWAY_ERROR);
        assertThat(rig.record().grpcStatus()).isEqualTo(GrpcStatus.UNAVAILABLE);
    }

    @Test
    void whatSaysNothingByGrpcIsWhatClientsTakeItFor() {
        call();
        endpoint.events().onResponse(new ResponseHead(429, new HeaderFields()), true);
        assertThat(rig.record().grpcStatus()).isEqualTo(GrpcStatus.UNAVAILABLE);
        assertThat(GrpcStatus.in(says("0"))).isEqualTo(GrpcStatus.OK);
        assertThat(GrpcStatus.in(says("16"))).isEqualTo(GrpcStatus.UNAUTHENTICATED);
        for (String odd : new String[] {"", "17", "99", "-1", "x", "100"}) {
            assertThat(GrpcStatus.in(says(odd))).as(odd).isEqualTo(GrpcStatus.UNKNOWN);
        }
        assertThat(GrpcStatus.in(new HeaderFields())).isNull();
    }

    @Test
    void aDeadlineReachesTheFarNodeShortened() {
        FakeDestination far = FakeDestination.node("there", "b");
        rig.drop();
        rig.then(far);
        call("grpc-timeout", "2S");
        assertThat(far.field("bridgehead-deadline")).isEqualTo("2000");
        assertThat(far.field("grpc-timeout")).isEqualTo("2S");
    }

    @Test
    void aFarNodeTakesTheDeadlineFromTheCallItself() {
        Rig.Call call =
                rig.fromTunnel(Rig.head("POST", "content-type", "application/grpc", "grpc-timeout", "300m"), false);
        rig.clock.advance(400);
        assertThat(call.stream().status()).isEqualTo(504);
        assertThat(call.stream().responseField("bridgehead-refusal")).startsWith("deadline-exceeded");
        assertThat(endpoint.stream.reset).isEqualTo(StreamReset.CANCEL);
    }

    @Test
    void aStreamWithoutADeadlineWaitsForItsFirstMessage() {
        FakeStream client = call().stream();
        rig.clock.advance(TimeUnit.MINUTES.toMillis(10));
        assertThat(client.response).isNull();
        begins();
        rig.clock.advance(TimeUnit.MINUTES.toMillis(50));
        endpoint.sends("late", false);
        assertThat(client.text()).isEqualTo("late");
    }

    @Test
    void aConnectionLostDuringTheAnswerIsUnavailable() {
        FakeStream client = call().stream();
        begins();
        endpoint.resets(StreamReset.CONNECTION_LOST);
        assertThat(trailer(client, "grpc-status")).isEqualTo("14");
        assertThat(trailer(client, "grpc-message")).isEqualTo("endpoint-closed");
        assertThat(rig.record().refusal()).isEqualTo(Refusal.ENDPOINT_CLOSED);
        assertThat(rig.record().grpcStatus()).isEqualTo(GrpcStatus.UNAVAILABLE);
    }

    @Test
    void aClientThatDoesNotReadIsResetInstead() {
        FakeStream client = call().stream();
        begins();
        client.writable = false;
        endpoint.resets(StreamReset.CONNECTION_LOST);
        assertThat(client.trailers).isNull();
        assertThat(client.reset).isEqualTo(StreamReset.CONNECTION_LOST);
    }

    @Test
    void cancellationIsPassedOnBothWays() {
        FakeStream client = call().stream();
        begins();
        endpoint.resets(StreamReset.CANCEL);
        assertThat(client.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(client.trailers).isNull();

        FakeDestination second = FakeDestination.endpoint("10.0.0.1:50051");
        rig.then(second);
        Rig.Call next = call();
        second.events().onResponse(new ResponseHead(200, new HeaderFields()), false);
        next.events().onReset(StreamReset.CANCEL);
        assertThat(second.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void aRefusalIsATrailersOnlyAnswer() {
        rig.drop();
        FakeStream client = call().stream();
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.responseField("grpc-status")).isEqualTo("14");
        assertThat(client.responseField("grpc-message")).isEqualTo("no-healthy-site");
        assertThat(client.ended).isTrue();
    }

    @Test
    void aCallIsTriedAgainOnlyIfNobodySawIt() {
        FakeDestination second = FakeDestination.endpoint("10.0.0.2:50051");
        rig.then(second);
        FakeStream client = call().stream();
        endpoint.resets(StreamReset.REFUSED);
        assertThat(second.isOpened()).isTrue();
        second.resets(StreamReset.PEER_RESET);
        assertThat(client.responseField("grpc-status")).isEqualTo("14");
    }

    @Test
    void anotherRequestToTheServiceIsPlainHttp() {
        FakeStream client = rig.request(rig.edge(), Rig.head("GET", "grpc-timeout", "1m"), true).stream();
        rig.clock.advance(1000);
        assertThat(client.response).isNull();
        endpoint.answers(200, "ok");
        assertThat(client.text()).isEqualTo("ok");
    }
}
