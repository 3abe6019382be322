package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.RequestMark;
import io.bridgehead.routing.RoutingTable;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
    @Test
    void anUnknownHostIsNotFoundAndSaysNothingInner() {
        Rig rig = new Rig(Rig.orders());
        RequestHead head = new RequestHead("GET", "http", "nobody.test", "/", new HeaderFields());
        FakeStream client = rig.request(rig.edge(), head, true).stream();
        assertThat(client.status()).isEqualTo(404);
        assertThat(client.ended).isTrue();
        assertThat(client.responseField("proxy-status")).isEqualTo("bridgehead; error=destination_not_found");
        assertThat(client.responseField("content-type")).isEqualTo("application/problem+json");
        assertThat(client.responseField("bridgehead-refusal")).isNull();
        assertThat(client.text()).contains(rig.record().requestId()).doesNotContain("nobody.test");
        assertThat(rig.record().refusal()).isEqualTo(Refusal.NO_ROUTE);
        assertThat(rig.record().detail()).contains("nobody.test");
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void theHostIsComparedWithoutCaseAndPort() {
        FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:80");
        Rig rig = new Rig(Rig.orders()).then(endpoint);
        RequestHead head = new RequestHead("GET", "http", "Orders.TEST:8080", "/", new HeaderFields());
        rig.request(rig.edge(), head, true);
        assertThat(endpoint.head().authority()).isEqualTo("Orders.TEST:8080");
    }

    @Test
    void whoIsNotNamedIsForbiddenAndTheReasonIsInTheLogOnly() {
        Rig rig = new Rig(Rig.ordersFor("spiffe://corp.example/app/shop"));
        FakeStream client = rig.get().stream();
        assertThat(client.status()).isEqualTo(403);
        assertThat(client.text()).doesNotContain("spiffe");
        assertThat(rig.record().refusal()).isEqualTo(Refusal.NOT_AUTHORIZED);
        assertThat(rig.record().detail()).contains("spiffe://corp.example/site/here/unauthenticated");
    }

    @Test
    void aMethodThatIsNotNamedIsForbidden() {
        Rig rig = new Rig(Rig.ordersFor("spiffe://corp.example/site/here/unauthenticated", "GET"))
                .then(FakeDestination.endpoint("10.0.0.1:80"));
        assertThat(rig.send("POST", "x").stream().status()).isEqualTo(403);
        assertThat(rig.get().stream().status()).isZero();
    }

    @Test
    void connectIsForTunnelsOnly() {
        Rig rig = new Rig(Rig.database());
        RequestHead head = new RequestHead("CONNECT", "http", "db", "", new HeaderFields());
        assertThat(rig.request(rig.edge(), head, false).stream().status()).isEqualTo(405);
    }

    @Test
    void aRequestThatComesAgainAndAgainIsALoop() {
        Rig rig = new Rig(Rig.orders()).then(FakeDestination.endpoint("10.0.0.1:80"));
        assertThat(rig.get("via", "1.1 a.here").stream().status())
                .as("once: a service calls another one")
                .isZero();
        assertThat(rig.get("via", "1.1 a.here, 2 b.there", "via", "1.1 a.here").stream()
                        .status())
                .isEqualTo(508);
    }

    @Test
    void marksThatNoRouteAllowsAreRefused() {
        Rig rig = new Rig(Rig.orders());
        RequestHead slash = new RequestHead(
                "GET", "http", "orders.test", "/a%2Fb", new HeaderFields(), RequestMark.ENCODED_SLASH.bit());
        assertThat(rig.request(rig.edge(), slash, true).stream().status()).isEqualTo(400);
        assertThat(upgrade(rig, "sec-websocket-key", "dGhlIHNhbXBsZQ==")).isEqualTo(400);
        assertThat(rig.record(1).refusal()).isEqualTo(Refusal.UPGRADE_NOT_ALLOWED);
        rig.then(FakeDestination.endpoint("10.0.0.1:80"));
        assertThat(upgrade(rig, "accept", "*/*")).as("h2c is ignored").isZero();
    }

    private static int upgrade(Rig rig, String... fields) {
        HeaderFields all = Rig.head("GET", fields).fields();
        RequestHead head = new RequestHead("GET", "http", "orders.test", "/", all, RequestMark.UPGRADE.bit());
        return rig.request(rig.edge(), head, true).stream().status();
    }

    @Test
    void aRequestKeepsTheTableItBeganWith() {
        FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:80");
        Rig rig = new Rig(Rig.orders()).then(endpoint);
        Rig.Call call = rig.get();
        rig.table.swap("7", RoutingTable.of("8", List.of()));
        endpoint.answers(200, "hello");
        assertThat(call.stream().status()).isEqualTo(200);
        assertThat(rig.record().revision()).isEqualTo("7");
        assertThat(rig.get().stream().status()).isEqualTo(404);
    }

    @Test
    void grpcRequestsAreRefusedInTheirOwnWay() {
        Rig rig = new Rig(Rig.orders());
        FakeStream client = rig.get("content-type", "application/grpc").stream();
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.responseField("grpc-status")).isEqualTo("14");
        assertThat(client.ended).isTrue();
    }

    @Test
    void whatTheCodecRefusesIsRecorded() {
        Rig rig = new Rig();
        rig.edge().onRefused(Refusal.HEAD_TOO_LARGE, "17000 bytes");
        assertThat(rig.record().status()).isEqualTo(431);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.HEAD_TOO_LARGE);
    }
}
