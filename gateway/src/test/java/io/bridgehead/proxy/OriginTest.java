package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import io.bridgehead.authn.OriginFault;
import io.bridgehead.authn.TestOrigins;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.RequestHead;
import java.text.ParseException;
import org.junit.jupiter.api.Test;

/** What a node signs of the caller, and what another one takes of it. */
final class OriginTest {
    private static final String SHOP = "spiffe://corp.example/team/shop";

    private final FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:80");
    private final FakeDestination node = FakeDestination.node("there", "b");
    private final Rig rig = new Rig(Rig.orders(), Rig.database());

    private static RequestHead orders() {
        return Rig.head("GET", "bridgehead-service", "orders");
    }

    private FakeStream refused(RequestHead head, OriginFault fault) {
        FakeStream stream = rig.request(rig.tunnel(), head, true).stream();
        assertThat(rig.originFaults).containsExactly(fault);
        rig.originFaults.clear();
        assertThat(stream.status()).isEqualTo(fault == OriginFault.CALLER ? 403 : 502);
        assertThat(rig.ended.getLast().detail()).contains(Rig.PEER.toString(), fault.text());
        return stream;
    }

    @Test
    void anotherSiteIsToldWhoCallsForItsEyesOnly() throws ParseException {
        rig.then(node).get();
        SignedJWT said = SignedJWT.parse(node.field("bridgehead-origin"));
        assertThat(said.getJWTClaimsSet().toJSONObject())
                .containsEntry("iss", "spiffe://corp.example/site/here/gateway/a")
                .containsEntry("sub", "spiffe://corp.example/site/here/unauthenticated")
                .containsEntry("prf", "listener")
                .containsEntry("aud", "orders@there")
                .containsEntry("rev", "7");
        assertThat(said.getJWTClaimsSet().getExpirationTime())
                .hasSameTimeAs(java.util.Date.from(
                        said.getJWTClaimsSet().getIssueTime().toInstant().plusSeconds(60)));
    }

    @Test
    void everySiteThatIsTriedGetsItsOwnAndRequestsOfACallerShareIt() {
        FakeDestination yonder = FakeDestination.node("yonder", "c");
        FakeDestination again = FakeDestination.node("there", "d");
        rig.then(node, yonder, again).get();
        node.refuses("no-healthy-endpoint;sent=0", null);
        rig.get();
        assertThat(yonder.field("bridgehead-origin")).isNotEqualTo(node.field("bridgehead-origin"));
        assertThat(again.field("bridgehead-origin")).isEqualTo(node.field("bridgehead-origin"));
    }

    @Test
    void aTcpConnectionCarriesItToo() {
        rig.then(node).connection("pg");
        assertThat(node.field("bridgehead-origin")).isNotNull();
    }

    @Test
    void theFirstCallerIsJudgedAndNotTheGateway() {
        Rig guarded = new Rig(Rig.ordersFor(SHOP, "GET")).then(endpoint);
        RequestHead head = orders();
        TestOrigins.add(head.fields(), guarded.said(SHOP, "orders"));
        guarded.request(guarded.tunnel(), head, true);
        endpoint.answers(200, "");
        Caller caller = guarded.record().caller();
        assertThat(caller.identity()).hasToString(SHOP);
        assertThat(caller.proof()).isEqualTo(Caller.Proof.TUNNEL);
        assertThat(caller.site()).isEqualTo(Rig.THERE);

        RequestHead other = orders();
        TestOrigins.add(other.fields(), guarded.said("spiffe://corp.example/team/other", "orders"));
        assertThat(guarded.request(guarded.tunnel(), other, true).stream().status())
                .isEqualTo(403);
    }

    @Test
    void requestsOfOneConnectionMayBeOfDifferentCallers() {
        Rig guarded = new Rig(Rig.ordersFor(SHOP, "GET")).then(endpoint, FakeDestination.endpoint("10.0.0.2:80"));
        HttpProxy tunnel = guarded.tunnel();
        int[] expected = {0, 403, 0, 502, 403};
        String[] callers = {SHOP, "spiffe://corp.example/team/other", SHOP, null, "spiffe://corp.example/team/other"};
        for (int i = 0; i < callers.length; i++) {
            RequestHead head = orders();
            if (callers[i] != null) {
                TestOrigins.add(head.fields(), guarded.said(callers[i], "orders"));
            }
            assertThat(guarded.request(tunnel, head, true).stream().status())
                    .as("request " + i)
                    .isEqualTo(expected[i]);
        }
    }

    @Test
    void withoutAStatementNothingIsServed() {
        FakeStream stream = refused(orders(), OriginFault.MISSING);
        assertThat(stream.responseField("bridgehead-refusal")).isEqualTo("origin-refused;sent=0");
        refused(Rig.head("CONNECT", "bridgehead-service", "db"), OriginFault.MISSING);
        refused(
                Rig.head("GET", "bridgehead-service", "orders", "bridgehead-caller", SHOP, "bridgehead-site", "there"),
                OriginFault.MISSING);
    }

    @Test
    void twoStatementsAreNone() {
        RequestHead head = orders();
        TestOrigins.add(head.fields(), rig.said(SHOP, "orders"));
        TestOrigins.add(head.fields(), rig.said(SHOP, "orders"));
        refused(head, OriginFault.MALFORMED);
    }

    @Test
    void aStatementForAnotherServiceIsNotTaken() {
        RequestHead head = orders();
        TestOrigins.add(head.fields(), rig.said(SHOP, "db"));
        refused(head, OriginFault.AUDIENCE);
        RequestHead byHost = Rig.head("GET");
        TestOrigins.add(byHost.fields(), rig.said(SHOP, "db"));
        refused(byHost, OriginFault.AUDIENCE);
    }

    @Test
    void aCallerOfAnotherSiteIsRefusedForGood() {
        RequestHead head = orders();
        TestOrigins.add(head.fields(), rig.said("spiffe://corp.example/site/elsewhere/app", "orders"));
        FakeStream stream = refused(head, OriginFault.CALLER);
        assertThat(stream.responseField("bridgehead-refusal")).isEqualTo("not-authorized;sent=0");
    }

    @Test
    void whereOneSiteDoesNotTakeItAnotherIsTried() {
        FakeDestination yonder = FakeDestination.node("yonder", "c");
        rig.then(node, yonder).get();
        node.refuses("origin-refused;sent=0", null);
        assertThat(yonder.isOpened()).isTrue();
    }

    @Test
    void endpointsThatAskForItGetWhatTheNodeOfEntryHasSigned() throws ParseException {
        Rig telling = new Rig(Rig.orders().tellingOrigin(true)).then(endpoint);
        RequestHead head = orders();
        TestOrigins.add(head.fields(), telling.said(SHOP, "orders"));
        String said = head.fields().first(HeaderName.BRIDGEHEAD_ORIGIN);
        telling.request(telling.tunnel(), head, true);
        assertThat(endpoint.field("bridgehead-origin")).isEqualTo(said);
        assertThat(endpoint.field("bridgehead-service")).isNull();

        FakeDestination here = FakeDestination.endpoint("10.0.0.2:80");
        telling.then(node, here).get("bridgehead-origin", "forged");
        node.refuses("no-healthy-endpoint;sent=0", null);
        SignedJWT own = SignedJWT.parse(here.field("bridgehead-origin"));
        assertThat(own.getJWTClaimsSet().toJSONObject())
                .containsEntry("iss", "spiffe://corp.example/site/here/gateway/a")
                .containsEntry("aud", "orders@here");
    }

    @Test
    void aClientsOwnStatementIsTakenAway() {
        String forged = TestOrigins.text(TestOrigins.signed(rig.said(SHOP, "orders")));
        rig.then(endpoint, node).get("bridgehead-origin", forged);
        assertThat(endpoint.field("bridgehead-origin")).isNull();
        rig.get("bridgehead-origin", forged);
        assertThat(node.field("bridgehead-origin")).isNotEqualTo(forged);
    }
}
