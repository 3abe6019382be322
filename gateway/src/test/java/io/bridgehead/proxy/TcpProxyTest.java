package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.CloseReason;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.wire.StreamReset;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TcpProxyTest {
    private final FakeDestination first = FakeDestination.endpoint("10.0.0.1:5432");
    private final FakeDestination second = FakeDestination.node("there", "b");
    private final Rig rig = new Rig(Rig.database(), Rig.orders()).then(first, second);

    private static void connects(FakeDestination destination) {
        destination.events().onResponse(new ResponseHead(200, new HeaderFields()), false);
    }

    @Test
    void bytesGoBothWaysAndEachHalfEndsByItself() {
        Rig.Call call = rig.connection("pg");
        connects(first);
        call.sends("select 1;", true);
        assertThat(first.stream.text()).isEqualTo("select 1;");
        assertThat(first.stream.ended).isTrue();
        assertThat(rig.ended).isEmpty();
        first.sends("1", false);
        first.sends(" row", true);
        assertThat(call.stream().text()).isEqualTo("1 row");
        assertThat(call.stream().ended).isTrue();
        assertThat(rig.record().bytesIn()).isEqualTo(9);
        assertThat(rig.record().bytesOut()).isEqualTo(5);
        assertThat(rig.record().closeReason()).isEqualTo(CloseReason.PEER);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void theFarHalfMayEndFirst() {
        Rig.Call call = rig.connection("pg");
        connects(first);
        first.sends("bye", true);
        assertThat(call.stream().ended).isTrue();
        assertThat(rig.ended).isEmpty();
        call.sends("still here", true);
        assertThat(first.stream.text()).isEqualTo("still here");
        assertThat(first.stream.reset).isNull();
        assertThat(rig.record().refusal()).isNull();
        assertThat(rig.record().closeReason()).isEqualTo(CloseReason.ENDPOINT);
        assertThat(rig.isQuiet()).isTrue();
    }

    private CloseReason reasonAfter(StreamReset atEndpoint) {
        first.resets(atEndpoint);
        return Objects.requireNonNull(rig.record().closeReason());
    }

    @Test
    void aLostEndpointIsTheReason() {
        rig.connection("pg");
        connects(first);
        assertThat(reasonAfter(StreamReset.PEER_RESET)).isEqualTo(CloseReason.ENDPOINT);
    }

    @Test
    void soIsALostTunnel() {
        rig.connection("pg");
        first.resets(StreamReset.CONNECT_FAILED);
        connects(second);
        second.resets(StreamReset.CONNECTION_LOST);
        assertThat(rig.record().closeReason()).isEqualTo(CloseReason.TUNNEL_LOST);
    }

    @Test
    void aClientThatGoesAwayIsTheReason() {
        Rig.Call gone = rig.connection("pg");
        connects(first);
        gone.events().onReset(StreamReset.PEER_RESET);
        assertThat(rig.record().closeReason()).isEqualTo(CloseReason.PEER);
    }

    @Test
    void aListenerThatClosesIsTheReason() {
        Rig.Call call = rig.connection("pg");
        connects(first);
        call.events().onReset(StreamReset.REFUSED);
        assertThat(rig.record().closeReason()).isEqualTo(CloseReason.DRAINED);
    }

    @Test
    void aConnectionThatLeadsNowhereIsRefused() {
        rig.connection("unknown");
        assertThat(rig.record().closeReason()).isEqualTo(CloseReason.REFUSED);
    }

    @ParameterizedTest
    @EnumSource(StreamReset.class)
    void untilItIsConnectedEveryFailureIsTriedElsewhereAndNoByteIsLost(StreamReset reset) {
        Rig.Call call = rig.connection("pg");
        call.sends("hello ", false);
        assertThat(first.stream.sentBytes()).isZero();
        assertThat(call.stream().consumed).isZero();
        first.resets(reset);
        assertThat(second.head().method()).isEqualTo("CONNECT");
        assertThat(second.head().authority()).isEqualTo("db:80");
        assertThat(second.field("bridgehead-service")).isEqualTo("db");
        assertThat(second.field("bridgehead-origin")).isNotNull();
        connects(second);
        call.sends("world", false);
        assertThat(second.stream.text()).isEqualTo("hello world");
        assertThat(call.stream().consumed).isEqualTo(11);
    }

    @Test
    void afterThatABreakIsPassedOn() {
        Rig.Call call = rig.connection("pg");
        connects(first);
        first.resets(StreamReset.CONNECTION_LOST);
        assertThat(call.stream().reset).isEqualTo(StreamReset.CONNECTION_LOST);
        assertThat(second.isOpened()).isFalse();
    }

    @Test
    void whenNothingCanBeReachedTheConnectionIsClosed() {
        Rig none = new Rig(Rig.database());
        Rig.Call call = none.connection("pg");
        assertThat(call.stream().reset).isNotNull();
        assertThat(call.stream().text()).isEmpty();
        assertThat(none.record().refusal()).isEqualTo(Refusal.NO_HEALTHY_SITE);
        assertThat(none.isQuiet()).isTrue();
    }

    @Test
    void aPortWithoutServiceClosesItsConnections() {
        Rig.Call call = rig.connection("unknown");
        assertThat(call.stream().reset).isNotNull();
        assertThat(rig.record().refusal()).isEqualTo(Refusal.NO_ROUTE);
    }

    @Test
    void aConnectThatIsNotAnsweredInTimeIsTriedElsewhere() {
        rig.connection("pg");
        rig.clock.advance(5_100);
        assertThat(second.isOpened()).isTrue();
    }

    @Test
    void aTunnelsConnectGoesToAnEndpointOfThisSite() {
        RequestHead connect = Rig.head("CONNECT", "bridgehead-service", "db");
        Rig.Call call = rig.fromTunnel(connect, false);
        assertThat(rig.localOnly).containsExactly(true);
        assertThat(call.stream().status()).isZero();
        connects(first);
        assertThat(call.stream().status()).isEqualTo(200);
        call.sends("ping", true);
        first.sends("pong", true);
        assertThat(first.stream.text()).isEqualTo("ping");
        assertThat(call.stream().text()).isEqualTo("pong");
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void aTunnelsConnectThatFailsSaysThatNothingWasSent() {
        Rig one = new Rig(Rig.database()).then(first);
        Rig.Call call = one.fromTunnel(Rig.head("CONNECT", "bridgehead-service", "db"), false);
        call.sends("early", false);
        first.resets(StreamReset.CONNECT_TIMEOUT);
        assertThat(call.stream().responseField("bridgehead-refusal")).isEqualTo("connect-timeout;sent=0");
        assertThat(one.isQuiet()).isTrue();
    }

    @Test
    void connectToAnHttpServiceIsNoRoute() {
        Rig.Call call = rig.fromTunnel(Rig.head("CONNECT", "bridgehead-service", "orders"), false);
        assertThat(call.stream().status()).isEqualTo(404);
    }

    @Test
    void connectionsMayBeQuietForAnHour() {
        Rig.Call call = rig.connection("pg");
        connects(first);
        rig.clock.advance(3_590_000);
        assertThat(call.stream().reset).isNull();
        rig.clock.advance(20_000);
        assertThat(call.stream().reset).isEqualTo(StreamReset.TIMEOUT);
    }

    @Test
    void whoMayCallNoLongerLosesItsConnection() {
        Rig.Call call = rig.connection("pg");
        connects(first);
        call.sends("select 1;", false);
        ServiceRoute before = Rig.database();
        rig.table.swap("7", RoutingTable.of("8", List.of(before, Rig.orders())));
        rig.clock.advance(2 * ActiveExchanges.STREAMING_LOOK_MILLIS);
        assertThat(rig.ended).as("nothing that it asks for has changed").isEmpty();

        ServiceRoute denied = before.withAllow(Authorizer.of(Rig.DOMAIN, List.of()));
        rig.table.swap("8", RoutingTable.of("9", List.of(denied, Rig.orders())));
        rig.clock.advance(2 * ActiveExchanges.STREAMING_LOOK_MILLIS);

        assertThat(rig.record().refusal()).isEqualTo(Refusal.NOT_AUTHORIZED);
        assertThat(rig.record().detail()).contains("not any longer: no allow rule names the caller");
        assertThat(call.stream().reset).isNotNull();
        assertThat(first.stream.reset).isNotNull();
        assertThat(rig.isQuiet()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"CANCEL", "PEER_RESET"})
    void aFarNodeThatSeesFirstThatTheCallerMayNoLongerLeavesTheReasonAsItIs(StreamReset reset) {
        Rig.Call call = rig.connection("pg");
        connects(first);
        ServiceRoute denied = Rig.database().withAllow(Authorizer.of(Rig.DOMAIN, List.of()));
        rig.table.swap("7", RoutingTable.of("8", List.of(denied, Rig.orders())));

        first.resets(reset);

        assertThat(rig.record().refusal()).isEqualTo(Refusal.NOT_AUTHORIZED);
        assertThat(rig.record().detail()).contains("not any longer: no allow rule names the caller");
        assertThat(call.stream().reset).isEqualTo(StreamReset.CANCEL);
        assertThat(rig.isQuiet()).isTrue();
    }
}
