package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.model.ServiceName;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.policy.ExternalCheck;
import io.bridgehead.policy.ExternalCheck.Outcome;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.wire.StreamReset;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CheckedRequestTest {
    private final FakeDestination checker = FakeDestination.endpoint("10.0.0.9:80");
    private final FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:80");

    private Rig rig(boolean allowOnFailure) {
        ServiceRoute authz =
                ServiceRoute.http("authz", List.of(), new LinkedHashMap<>(), Authorizer.everySite(Rig.DOMAIN));
        ExternalCheck check = new ExternalCheck(
                new ServiceName("authz"),
                "/check",
                Duration.ofMillis(200),
                allowOnFailure,
                List.of(),
                List.of(HeaderName.of("x-user")),
                List.of(HeaderName.of("location")));
        RoutingTable table =
                RoutingTable.of("7", List.of(Rig.orders(), authz)).withChecks(Map.of(new ServiceName("orders"), check));
        return new Rig(table).then(checker, endpoint);
    }

    private static ResponseHead answer(int status, String... fields) {
        HeaderFields all = new HeaderFields();
        for (int i = 0; i < fields.length; i += 2) {
            all.add(fields[i], fields[i + 1]);
        }
        return new ResponseHead(status, all);
    }

    @Test
    void theBodyWaitsForTheAnswerAndThenGoesOn() {
        Rig rig = rig(false);
        Rig.Call call = rig.request(rig.edge(), Rig.head("POST", "authorization", "Bearer t", "x-user", "me"), false);
        call.sends("first ", false).sends("last", true);
        assertThat(checker.head().path()).isEqualTo("/check/x?y=1");
        assertThat(checker.head().fields().first(HeaderName.of("authorization")))
                .isEqualTo("Bearer t");
        assertThat(checker.stream.text()).isEmpty();
        assertThat(rig.attempts).isEmpty();
        checker.events().onResponse(answer(200, "x-user", "ada"), true);
        assertThat(endpoint.head().fields().first(HeaderName.of("x-user"))).isEqualTo("ada");
        assertThat(endpoint.stream.text()).isEqualTo("first last");
        assertThat(endpoint.stream.ended).isTrue();
        endpoint.answers(200, "done");
        assertThat(call.stream().status()).isEqualTo(200);
        assertThat(rig.record().check()).isEqualTo(Outcome.ALLOWED);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void aRefusalIsPassedOnAndNothingElse() {
        Rig rig = rig(true);
        Rig.Call call = rig.send("POST", "secret");
        checker.events().onResponse(answer(302, "location", "/login", "set-cookie", "inner=1"), true);
        assertThat(call.stream().status()).isEqualTo(302);
        assertThat(call.stream().responseField("location")).isEqualTo("/login");
        assertThat(call.stream().responseField("set-cookie")).isNull();
        assertThat(rig.record().refusal()).isEqualTo(Refusal.NOT_AUTHORIZED);
        assertThat(rig.record().check()).isEqualTo(Outcome.DENIED);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void aYesThatIsNot200IsNoYes() {
        Rig rig = rig(true);
        Rig.Call call = rig.get();
        checker.events().onResponse(answer(204), true);
        assertThat(call.stream().status()).isEqualTo(403);
    }

    @Test
    void silenceEndsInTimeAndLateAnswersAreNotHeard() {
        Rig rig = rig(false);
        Rig.Call call = rig.get();
        rig.clock.advance(199);
        assertThat(call.stream().status()).isZero();
        rig.clock.advance(1);
        assertThat(call.stream().status()).isEqualTo(403);
        assertThat(checker.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.CHECK_FAILED);
        checker.events().onResponse(answer(200), true);
        assertThat(rig.ended).hasSize(1);
    }

    @Test
    void whereFailuresPassTheClientsClaimDoesNot() {
        Rig rig = rig(true);
        rig.get("x-user", "me");
        checker.events().onReset(StreamReset.PEER_RESET);
        assertThat(endpoint.head().fields().contains(HeaderName.of("x-user"))).isFalse();
        endpoint.answers(200, "");
        assertThat(rig.record().check()).isEqualTo(Outcome.FAILED_ALLOWED);
        assertThat(rig.record().checkDetail()).contains("authz");
    }

    @Test
    void aClientThatLeavesTakesTheQuestionWithIt() {
        Rig rig = rig(true);
        Rig.Call call = rig.get();
        call.events().onReset(StreamReset.CANCEL);
        assertThat(checker.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.CLIENT_GONE);
        rig.clock.advance(1000);
        assertThat(rig.ended).hasSize(1);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void whatComesThroughATunnelWasAskedAboutWhereItEntered() {
        Rig rig = rig(false);
        rig.request(rig.tunnel(), Rig.head("GET"), true);
        assertThat(checker.head().path())
                .as("the first destination is an endpoint's")
                .isEqualTo("/x?y=1");
    }
}
