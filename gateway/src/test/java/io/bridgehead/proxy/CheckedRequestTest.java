package io.bridgehead.proxy;

import static io.bridgehead.proxy.CheckRig.X_USER;
import static io.bridgehead.proxy.CheckRig.answer;
import static io.bridgehead.proxy.CheckRig.authz;
import static io.bridgehead.proxy.CheckRig.check;
import static io.bridgehead.proxy.CheckRig.guarded;
import static io.bridgehead.proxy.CheckRig.rig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.policy.AccessPolicy;
import io.bridgehead.policy.AccessRule;
import io.bridgehead.policy.AuthorizationRemark;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.policy.ConditionTerms;
import io.bridgehead.policy.ExternalCheck.Outcome;
import io.bridgehead.policy.HeaderEdits;
import io.bridgehead.policy.OperationTerms;
import io.bridgehead.policy.TextTerm;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.Mirror;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.wire.StreamReset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that wait until another service has been asked about them. */
final class CheckedRequestTest {
    private final FakeDestination checker = FakeDestination.endpoint("10.0.0.9:80");
    private final FakeDestination second = FakeDestination.endpoint("10.0.0.8:80");
    private final FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:80");

    private Rig asking(boolean allowOnFailure) {
        return rig(allowOnFailure, authz()).then(checker, endpoint);
    }

    private static AccessPolicy denies(String path, String host) {
        OperationTerms operation = new OperationTerms(
                host.isEmpty() ? TextTerm.NONE : TextTerm.parse(List.of(host), List.of()),
                Set.of(),
                Set.of(),
                TextTerm.NONE,
                path.isEmpty() ? TextTerm.NONE : TextTerm.paths(List.of(path), List.of()));
        return new AccessPolicy(
                "no-admin",
                AccessPolicy.Action.DENY,
                false,
                List.of(new AccessRule(List.of(), List.of(operation), List.of())));
    }

    @Test
    void theBodyWaitsForTheAnswerAndThenGoesOn() {
        Rig rig = asking(false);
        Rig.Call call = rig.request(
                rig.edge(), Rig.head("POST", "authorization", "Bearer t", "x-user", "me", "x-other", "1"), false);
        call.sends("first ", false).sends("last", true);
        assertThat(checker.head().path()).isEqualTo("/check/x?y=1");
        assertThat(checker.head().authority()).isEqualTo("orders.test");
        assertThat(checker.field("authorization")).isEqualTo("Bearer t");
        assertThat(checker.head()
                        .fields()
                        .indexOf(
                                HeaderName.of("authorization"),
                                checker.head().fields().indexOf(HeaderName.of("authorization"), 0) + 1))
                .as("named twice, sent once")
                .isNegative();
        assertThat(checker.field("content-length")).isEqualTo("0");
        assertThat(checker.field("via")).isEqualTo("1.1 a.here");
        assertThat(checker.field("x-user")).isNull();
        assertThat(checker.field("x-other")).isNull();
        assertThat(checker.stream.text()).isEmpty();
        assertThat(call.stream().consumed).as("the client's window bounds it").isZero();
        assertThat(rig.attempts).isEmpty();
        checker.events().onResponse(answer(200, "x-user", "ada"), true);
        assertThat(endpoint.field("x-user")).isEqualTo("ada");
        assertThat(endpoint.stream.text()).isEqualTo("first last");
        assertThat(endpoint.stream.ended).isTrue();
        endpoint.answers(200, "done");
        assertThat(call.stream().status()).isEqualTo(200);
        assertThat(check(rig).outcome()).isEqualTo(Outcome.ALLOWED);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void aRefusalIsPassedOnAndNothingElse() {
        Rig rig = asking(true);
        Rig.Call call = rig.send("POST", "secret");
        checker.events().onResponse(answer(302, "location", "/login", "set-cookie", "inner=1"), true);
        assertThat(call.stream().status()).isEqualTo(302);
        assertThat(call.stream().responseField("location")).isEqualTo("/login");
        assertThat(call.stream().responseField("set-cookie")).isNull();
        assertThat(call.stream().consumed).isEqualTo("secret".length());
        assertThat(rig.record().refusal()).isEqualTo(Refusal.NOT_AUTHORIZED);
        assertThat(check(rig).outcome()).isEqualTo(Outcome.DENIED);
        assertThat(rig.isQuiet()).isTrue();
        assertThat(rig.clock.waiting()).as("timers that are left").isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void aYesThatIsNot200IsNoYes(int status) {
        Rig rig = asking(true);
        Rig.Call call = rig.get();
        checker.events().onResponse(answer(status), true);
        assertThat(call.stream().status()).isEqualTo(403);
    }

    @Test
    void silenceEndsInTimeAndLateAnswersAreNotHeard() {
        Rig rig = asking(false);
        Rig.Call call = rig.get();
        rig.clock.advance(199);
        assertThat(call.stream().status()).isZero();
        rig.clock.advance(1);
        assertThat(call.stream().status()).isEqualTo(403);
        assertThat(checker.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(checker.outcome).isEqualTo(AttemptOutcome.TIMEOUT);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.CHECK_FAILED);
        checker.events().onResponse(answer(200), true);
        assertThat(rig.ended).hasSize(1);
        assertThat(check(rig).durationNanos()).isEqualTo(200_000_000);
    }

    @Test
    void anAnswerEndsTheTimer() {
        Rig rig = asking(false);
        rig.get();
        assertThat(rig.clock.waiting()).isEqualTo(1);
        checker.events().onResponse(answer(401), true);
        assertThat(rig.clock.waiting()).isZero();
    }

    @Test
    void whereFailuresPassTheClientsClaimDoesNot() {
        Rig rig = asking(true);
        rig.request(rig.edge(), Rig.head("POST", "x-user", "me"), true);
        checker.resets(StreamReset.PEER_RESET);
        assertThat(endpoint.head().fields().contains(X_USER)).isFalse();
        endpoint.answers(200, "");
        assertThat(check(rig).outcome()).isEqualTo(Outcome.FAILED_ALLOWED);
        assertThat(check(rig).detail()).contains("authz");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theClientsClaimDoesNotPassInTrailersEither(boolean early) {
        Rig rig = asking(false);
        Rig.Call call = rig.request(rig.edge(), Rig.head("POST"), false).sends("body", false);
        HeaderFields trailers = Rig.head("", "x-user", "me", "x-sum", "7").fields();
        if (early) {
            call.events().onTrailers(trailers);
        }
        checker.events().onResponse(answer(200, "x-user", "ada"), true);
        if (!early) {
            call.events().onTrailers(trailers);
        }
        assertThat(String.valueOf(endpoint.stream.trailers)).contains("x-sum").doesNotContain("x-user");
        assertThat(endpoint.field("x-user")).isEqualTo("ada");
    }

    @Test
    void aClientThatLeavesTakesTheQuestionWithIt() {
        Rig rig = asking(true);
        Rig.Call call = rig.get();
        call.events().onReset(StreamReset.CANCEL);
        assertThat(checker.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(checker.outcome).isEqualTo(AttemptOutcome.CANCELLED);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.CLIENT_GONE);
        assertThat(check(rig).outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(rig.clock.waiting()).isZero();
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void whatComesThroughATunnelWasAskedAboutWhereItEntered() {
        Rig rig = asking(false);
        rig.fromTunnel(Rig.head("GET", "x-user", "ada"), true);
        assertThat(checker.head().path())
                .as("the first destination is an endpoint's")
                .isEqualTo("/x?y=1");
        assertThat(checker.field("x-user")).as("the checker's word").isEqualTo("ada");
    }

    @Test
    void theCheckersPoliciesJudgeTheQuestion() {
        Authorizer everySite = Authorizer.everySite(Rig.DOMAIN);
        ServiceRoute closed = authz().withAllow(everySite.with(List.of(denies("/check/*", ""))));
        Rig shut = rig(true, closed);
        assertThat(shut.get().stream().status())
                .as("whatever passes on failures")
                .isEqualTo(403);
        assertThat(shut.record().refusal()).isEqualTo(Refusal.NOT_AUTHORIZED);
        assertThat(check(shut).outcome()).isEqualTo(Outcome.DENIED);
        assertThat(checker.isOpened()).isFalse();
        assertThat(endpoint.isOpened()).isFalse();
        ServiceRoute open = authz().withAllow(everySite.with(List.of(denies("/x", ""))));
        Rig rig = rig(false, open).then(checker, endpoint);
        rig.get();
        checker.events().onResponse(answer(200), true);
        assertThat(endpoint.isOpened()).isTrue();
    }

    @Test
    void whatThePoliciesOfTheCheckerRemarkOnTheQuestionIsKept() {
        AccessPolicy rehearsed = new AccessPolicy(
                "rehearsed",
                AccessPolicy.Action.DENY,
                true,
                denies("/check/*", "").rules());
        Authorizer everySite = Authorizer.everySite(Rig.DOMAIN);
        Rig rig = rig(false, authz().withAllow(everySite.with(List.of(rehearsed))))
                .then(checker, endpoint);
        rig.get();
        checker.events().onResponse(answer(200), true);
        endpoint.answers(200, "");
        assertThat(rig.record().remarks())
                .extracting(AuthorizationRemark::policy, AuthorizationRemark::kind)
                .containsExactly(tuple("rehearsed", AuthorizationRemark.Kind.WOULD_DENY));
    }

    @Test
    void nobodyJudgesByWhatOnlyTheCheckerMaySay() {
        AccessPolicy admins = new AccessPolicy(
                "admins",
                AccessPolicy.Action.ALLOW,
                false,
                List.of(new AccessRule(
                        List.of(),
                        List.of(),
                        List.of(new ConditionTerms.Header(X_USER, TextTerm.parse(List.of("admin"), List.of()))))));
        ServiceRoute orders = guarded(Rig.orders(), false);
        Rig rig = new Rig(RoutingTable.of(
                "7", List.of(orders.withAllow(orders.allow().with(List.of(admins))), authz())));
        assertThat(rig.get("x-user", "admin").stream().status()).isEqualTo(403);
        assertThat(check(rig).outcome()).as("not asked").isNull();
    }

    @Test
    void whoMayCallNoLongerWhenTheAnswerComesIsRefused() {
        Rig rig = asking(false);
        Rig.Call call = rig.get();
        ServiceRoute closed = Rig.orders().withAllow(Authorizer.of(Rig.DOMAIN, List.of()));
        assertThat(rig.table.swap("7", RoutingTable.of("8", List.of(closed, authz()))))
                .isTrue();
        checker.events().onResponse(answer(200), true);
        assertThat(call.stream().status()).isEqualTo(403);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.NOT_AUTHORIZED);
        assertThat(endpoint.isOpened()).isFalse();
    }

    @Test
    void aCheckThatIsUnderWayIsNotTouchedByAnotherTable() {
        Rig rig = asking(false);
        Rig.Call call = rig.get();
        assertThat(rig.table.swap("7", RoutingTable.of("8", List.of(Rig.orders()))))
                .isTrue();
        checker.events().onResponse(answer(200), true);
        endpoint.answers(200, "done");
        assertThat(call.stream().text()).isEqualTo("done");
    }

    @Test
    void gRpcClientsAreDeniedInTheirOwnWay() {
        ServiceRoute grpc = Rig.grpc();
        Rig rig = new Rig(RoutingTable.of("7", List.of(guarded(grpc, false), authz()))).then(checker);
        Rig.Call call = rig.request(rig.edge(), Rig.head("POST", "content-type", "application/grpc"), false);
        checker.events().onResponse(answer(401), true);
        assertThat(call.stream().status()).isEqualTo(200);
        assertThat(call.stream().responseField("grpc-status")).isEqualTo("7");
    }

    @Test
    void copiesOfRequestsDoNotGoToServicesThatAreAskedAbout() {
        ServiceRoute shop = RuleRig.service("shop.default");
        ServiceRoute shadow = guarded(RuleRig.service("shadow.default"), false);
        Backend.Edits edits =
                new Backend.Edits(HeaderEdits.NONE, HeaderEdits.NONE, null, null, List.of(new Mirror(shadow, 1, 1)));
        Rig rig = new Rig(RuleRig.table(RuleRig.with(RuleRig.rule(RuleRig.to(shop)), edits), shop, shadow, authz()))
                .then(endpoint);
        RuleRig.get(rig, "shop.test", "/");
        assertThat(rig.mirrored).containsExactly(MirrorOutcome.DROPPED);
        assertThat(endpoint.isOpened()).isTrue();
    }

    @Test
    void copiesAreMadeOnlyOfWhatMayGoOn() {
        ServiceRoute shop = guarded(RuleRig.service("shop.default"), false);
        ServiceRoute shadow = RuleRig.service("shadow.default");
        Backend.Edits edits =
                new Backend.Edits(HeaderEdits.NONE, HeaderEdits.NONE, null, null, List.of(new Mirror(shadow, 1, 1)));
        RoutingTable table = RuleRig.table(RuleRig.with(RuleRig.rule(RuleRig.to(shop)), edits), shop, shadow, authz());
        Rig rig = new Rig(table).then(checker, second, endpoint);
        Rig.Call call = rig.request(
                RuleRig.edge(rig), new RequestHead("POST", "http", "shop.test", "/a", new HeaderFields()), false);
        call.sends("body", true);
        assertThat(second.isOpened()).isFalse();
        checker.events().onResponse(answer(200, "x-user", "ada"), true);
        assertThat(second.stream.text()).isEqualTo("body");
        assertThat(endpoint.stream.text()).isEqualTo("body");
        assertThat(endpoint.field("x-user")).isEqualTo("ada");
    }
}
