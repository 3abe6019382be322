package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.RequestMark;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.routing.Upgrades;
import io.bridgehead.wire.StreamReset;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A request to upgrade is a GET until its answer is 101, and a stream of bytes from then on. */
final class UpgradeExchangeTest {
    private final FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:80");

    private static Rig rig(FakeDestination... destinations) {
        return new Rig(Rig.orders().withUpgrades(new Upgrades(true, Duration.ofHours(1)))).then(destinations);
    }

    private static RequestHead ask(String... fields) {
        int marks = RequestMark.UPGRADE.bit() | RequestMark.WEB_SOCKET.bit();
        return new RequestHead(
                "GET", "http", "orders.test", "/x", Rig.head("GET", fields).fields(), marks);
    }

    @Test
    void bytesGoOnAfter101AndNotBefore() {
        Rig rig = rig(endpoint);
        Rig.Call call = rig.request(rig.edge(), ask(), false);
        assertThat(endpoint.openedWithEnd).isFalse();
        call.sends("early ", false);
        assertThat(endpoint.stream.text()).isEmpty();
        assertThat(call.stream().consumed).isZero();
        endpoint.answers(101, "");
        assertThat(call.stream().status()).isEqualTo(101);
    }

    @Test
    void bothHalvesEndItAndTheRecordSaysWhatItWas() {
        Rig rig = rig(endpoint);
        Rig.Call call = rig.request(rig.edge(), ask(), false);
        call.sends("early ", false);
        switches(endpoint);
        assertThat(endpoint.stream.text()).isEqualTo("early ");
        call.sends("late", true);
        assertThat(endpoint.stream.text()).isEqualTo("early late");
        assertThat(rig.ended).isEmpty();
        endpoint.sends("answer", true);
        assertThat(call.stream().text()).isEqualTo("answer");
        assertThat(rig.record().status()).isEqualTo(101);
        assertThat(rig.record().method()).isEqualTo("GET");
        assertThat(rig.record().bytesIn()).isEqualTo(10);
        assertThat(rig.isQuiet()).isTrue();
    }

    private static void switches(FakeDestination destination) {
        destination.events().onResponse(new ResponseHead(101, new HeaderFields()), false);
    }

    @Test
    void onlyWhereTheServiceAllowsIt() {
        Rig rig = new Rig(Rig.orders());
        assertThat(rig.request(rig.edge(), ask(), false).stream().status()).isEqualTo(400);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.UPGRADE_NOT_ALLOWED);
    }

    @Test
    void aRefusalIsNeverAGrpcAnswerOf200() {
        Rig rig = rig();
        assertThat(rig.request(rig.edge(), ask("content-type", "application/grpc"), false).stream()
                        .status())
                .isEqualTo(503);
    }

    @Test
    void anotherAnswerIsAnOrdinaryOne() {
        Rig rig = rig(endpoint);
        Rig.Call call = rig.request(rig.edge(), ask(), false);
        call.sends("not for you", false);
        endpoint.answers(426, "no");
        assertThat(call.stream().status()).isEqualTo(426);
        assertThat(call.stream().text()).isEqualTo("no");
        assertThat(endpoint.stream.text()).isEmpty();
        assertThat(rig.record().status()).isEqualTo(426);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void aFailedAttemptIsMadeAgainElsewhereAsForAGet() {
        FakeDestination second = FakeDestination.endpoint("10.0.0.2:80");
        Rig rig = rig(endpoint, second);
        Rig.Call call = rig.request(rig.edge(), ask(), false);
        call.sends("early", false);
        endpoint.resets(StreamReset.CONNECTION_LOST);
        switches(second);
        assertThat(call.stream().status()).isEqualTo(101);
        assertThat(second.stream.text()).isEqualTo("early");
    }

    @Test
    void aSwitchedStreamThatBreaksIsReset() {
        Rig rig = rig(endpoint);
        Rig.Call call = rig.request(rig.edge(), ask(), false);
        switches(endpoint);
        endpoint.resets(StreamReset.CONNECTION_LOST);
        assertThat(call.stream().reset).isEqualTo(StreamReset.CONNECTION_LOST);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.ENDPOINT_CLOSED);
    }

    @Test
    void theFarNodeHidesAnOrdinary2xxAndTheFirstNodeShowsIt() {
        Rig far = rig(endpoint);
        Rig.Call call = far.fromTunnel(ask(), false);
        endpoint.answers(200, "a page");
        assertThat(call.stream().status()).isEqualTo(501);
        assertThat(call.stream().responseField("bridgehead-status")).isEqualTo("200");
        assertThat(far.record().method()).isEqualTo("CONNECT");

        FakeDestination node = FakeDestination.node("there", "b");
        Rig first = rig(node);
        Rig.Call client = first.request(first.edge(), ask(), false);
        HeaderFields fields = new HeaderFields();
        fields.add("bridgehead-status", "200");
        node.events().onResponse(new ResponseHead(501, fields), true);
        assertThat(client.stream().status()).isEqualTo(200);
        assertThat(client.stream().responseField("bridgehead-status")).isNull();
        assertThat(first.record().status()).isEqualTo(200);
    }

    @Test
    void aClientOfHttp2CannotBeToldOfAnOrdinary2xx() {
        Rig rig = rig(endpoint);
        HttpProxy http2 = new HttpProxy(rig.context, EntryPoint.http("http", rig.client(), true, EdgeTerms.PLAIN));
        Rig.Call call = rig.request(http2, ask(), false);
        endpoint.answers(200, "a page");
        assertThat(call.stream().status()).isEqualTo(502);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.ENDPOINT_PROTOCOL);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void silenceIsBornLongerThanThatOfARequest() {
        Rig rig = rig(endpoint);
        Rig.Call call = rig.request(rig.edge(), ask(), false);
        switches(endpoint);
        rig.clock.advance(Duration.ofMinutes(50).toMillis());
        assertThat(call.stream().reset).isNull();
        rig.clock.advance(Duration.ofMinutes(11).toMillis());
        assertThat(call.stream().reset).isEqualTo(StreamReset.TIMEOUT);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.STREAM_IDLE);
    }
}
