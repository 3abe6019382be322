package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.model.TraceContext;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FieldHygieneTest {
    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:80");
    private final FakeDestination node = FakeDestination.node("there", "b");
    private final Rig rig = new Rig(Rig.orders(), Rig.database());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-forwarded-for",
                "x-forwarded-proto",
                "x-forwarded-host",
                "x-forwarded-client-cert",
                "x-forwarded-prefix",
                "x-real-ip",
                "forwarded",
                "x-envoy-attempt-count",
                "x-envoy-external-address",
                "bridgehead-origin",
                "bridgehead-chain",
                "bridgehead-client",
                "bridgehead-attempts",
                "bridgehead-anything"
            })
    void whatClientsClaimIsRemoved(String name) {
        rig.then(endpoint).get(name, "forged", "x-other", "kept", name, "again");
        HeaderFields fields = endpoint.head().fields();
        for (int i = 0; i < fields.size(); i++) {
            assertThat(fields.value(i)).isNotIn("forged", "again");
        }
        assertThat(endpoint.field("x-other")).isEqualTo("kept");
    }

    @Test
    void theEdgeSaysWhoTheClientIs() {
        rig.then(endpoint).get();
        assertThat(endpoint.field("x-forwarded-for")).isEqualTo("192.0.2.7");
        assertThat(endpoint.field("x-forwarded-proto")).isEqualTo("http");
        assertThat(endpoint.field("x-forwarded-host")).isEqualTo("orders.test");
        assertThat(endpoint.field("x-forwarded-client-cert")).isNull();
        assertThat(endpoint.field("via")).isEqualTo("1.1 a.here");
        assertThat(endpoint.field("x-request-id")).hasSize(32);
        assertThat(TraceContext.parse(endpoint.field("traceparent"))).isNotNull();
        assertThat(endpoint.field("bridgehead-origin")).isNull();
        assertThat(endpoint.field("bridgehead-service")).isNull();
    }

    @Test
    void aTunnelIsToldWhatTheFarNodeNeeds() {
        rig.then(node).get();
        assertThat(node.field("bridgehead-service")).isEqualTo("orders");
        assertThat(node.field("bridgehead-revision")).isEqualTo("7");
        assertThat(String.valueOf(node.field("bridgehead-origin")).split("\\.", -1))
                .hasSize(3);
        assertThat(node.field("bridgehead-caller")).isNull();
        assertThat(node.field("bridgehead-client")).isEqualTo("192.0.2.7");
        assertThat(node.field("bridgehead-attempts")).isEqualTo("2");
        assertThat(node.field("bridgehead-deadline")).isEqualTo("15000");
    }

    @Test
    void hopFieldsForANodeDoNotReachAnEndpointThatIsTriedNext() {
        rig.then(node, endpoint).get();
        node.refuses("no-healthy-endpoint;sent=0", null);
        assertThat(endpoint.field("bridgehead-origin")).isNull();
        assertThat(endpoint.field("bridgehead-attempts")).isNull();
        assertThat(endpoint.field("via")).isEqualTo("1.1 a.here");
        assertThat(endpoint.head().fields().indexOf(HeaderName.TRACEPARENT, 0))
                .isEqualTo(lastIndexOf(endpoint.head().fields(), HeaderName.TRACEPARENT));
    }

    @Test
    void aGoodRequestIdIsKeptAndABadOneReplaced() {
        rig.then(endpoint, node).get("x-request-id", "abc-123");
        assertThat(endpoint.field("x-request-id")).isEqualTo("abc-123");
        rig.get("x-request-id", "a b\"c");
        assertThat(node.field("x-request-id")).hasSize(32);
        assertThat(lastIndexOf(node.head().fields(), HeaderName.X_REQUEST_ID))
                .isEqualTo(node.head().fields().indexOf(HeaderName.X_REQUEST_ID, 0));
    }

    @Test
    void theTraceGoesOnWithASpanForTheExchangeAndOneForTheAttempt() {
        rig.then(endpoint).get("traceparent", PARENT, "tracestate", "v=1");
        endpoint.answers(204, "");
        TraceContext sent = Objects.requireNonNull(TraceContext.parse(endpoint.field("traceparent")));
        assertThat(sent.traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(sent.spanId()).isEqualTo(rig.record().attempts().getFirst().spanId());
        assertThat(rig.record().parentSpanId()).isEqualTo(0xb7ad6b7169203331L);
        assertThat(Objects.requireNonNull(rig.record().trace()).spanId()).isNotIn(sent.spanId(), 0xb7ad6b7169203331L);
        assertThat(endpoint.field("tracestate")).isEqualTo("v=1");
    }

    @Test
    void aTraceStateWithoutATraceIsDropped() {
        rig.then(endpoint).get("traceparent", "nonsense", "tracestate", "v=1");
        assertThat(endpoint.field("tracestate")).isNull();
        assertThat(TraceContext.parse(endpoint.field("traceparent"))).isNotNull();
    }

    @Test
    void aTunnelsWordIsBelievedAndPassedOnWithoutHopFields() {
        rig.then(endpoint);
        rig.fromTunnel(
                Rig.head(
                        "GET",
                        "bridgehead-service",
                        "orders",
                        "bridgehead-client",
                        "203.0.113.9",
                        "x-forwarded-for",
                        "203.0.113.9",
                        "x-forwarded-client-cert",
                        "By=x;URI=y",
                        "via",
                        "1.1 b.there"),
                true);
        assertThat(endpoint.field("x-forwarded-for")).isEqualTo("203.0.113.9");
        assertThat(endpoint.field("bridgehead-origin")).isNull();
        assertThat(endpoint.field("bridgehead-service")).isNull();
        assertThat(endpoint.field("x-forwarded-client-cert"))
                .isEqualTo(
                        "By=x;URI=y,By=spiffe://corp.example/site/here/gateway/a;URI=spiffe://corp.example/site/there/gateway/b");
        assertThat(rig.localOnly).containsExactly(true);
        endpoint.answers(200, "");
        Caller caller = rig.record().caller();
        assertThat(caller.identity()).hasToString("spiffe://corp.example/site/there/unauthenticated");
        assertThat(caller.proof()).isEqualTo(Caller.Proof.TUNNEL);
        assertThat(caller.site()).isEqualTo(Rig.THERE);
        assertThat(caller.address()).isEqualTo("203.0.113.9");
    }

    @Test
    void whatAnEndpointSaysInOurNameIsRemovedFromTheAnswer() {
        rig.then(endpoint);
        FakeStream client = rig.get().stream();
        HeaderFields fields = new HeaderFields();
        fields.add("bridgehead-refusal", "no-route;sent=0");
        fields.add("x-own", "kept");
        endpoint.events().onResponse(new ResponseHead(200, fields), true);
        assertThat(client.responseField("bridgehead-refusal")).isNull();
        assertThat(client.responseField("x-own")).isEqualTo("kept");
        assertThat(client.status()).isEqualTo(200);
    }

    private static int lastIndexOf(HeaderFields fields, HeaderName name) {
        int last = -1;
        for (int i = fields.indexOf(name, 0); i >= 0; i = fields.indexOf(name, i + 1)) {
            last = i;
        }
        return last;
    }
}
