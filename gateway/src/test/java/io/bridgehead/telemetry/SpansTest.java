package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.NodeName;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.proxy.NotedFields;
import io.bridgehead.proxy.TestExchanges;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SpansTest {
    private final RoundTrips roundTrips = new RoundTrips();
    private final Spans spans = new Spans(Resource.empty(), new EpochClock(0), roundTrips);

    private static String text(Attributes attributes, String key) {
        return String.valueOf(attributes.asMap().entrySet().stream()
                .filter(entry -> entry.getKey().getKey().equals(key))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("absent"));
    }

    @Test
    void aFailoverIsAnEventAndTheHopHasItsRoundTrip() {
        roundTrips.now(Map.of(new NodeName("b"), 0.08));
        ExchangeRecord exchange = TestExchanges.answered(1, NotedFields.NONE, 200, 10);
        List<SpanData> made = spans.of(exchange);
        assertThat(made).hasSize(3);
        SpanData server = made.get(0);
        assertThat(server.getEvents()).extracting(EventData::getName).containsExactly("failover");
        Attributes failover = server.getEvents().getFirst().getAttributes();
        assertThat(text(failover, "to")).isEqualTo("10.0.0.1:80");
        assertThat(text(failover, "destination_site"))
                .isEqualTo(exchange.attempts().get(1).site().value());
        assertThat(text(server.getAttributes(), "url.path")).isEqualTo("/x");
        assertThat(text(server.getAttributes(), "http.response.body.size")).isEqualTo("5");
        assertThat(server.getAttributes().get(AttributeKey.stringKey("client.address")))
                .isEqualTo("192.0.2.7");
        SpanData hop = made.get(1);
        assertThat(text(hop.getAttributes(), "bridgehead.tunnel.round_trip")).isEqualTo("0.08");
        assertThat(text(hop.getAttributes(), "http.request.resend_count")).isEqualTo("absent");
        SpanData endpoint = made.get(2);
        assertThat(text(endpoint.getAttributes(), "server.address")).isEqualTo("10.0.0.1");
        assertThat(text(endpoint.getAttributes(), "server.port")).isEqualTo("80");
        assertThat(text(endpoint.getAttributes(), "http.request.resend_count")).isEqualTo("1");
    }

    @Test
    void aRefusalIsAnEvent() {
        EventData refusal =
                spans.of(TestExchanges.refused(1)).getFirst().getEvents().getFirst();
        assertThat(refusal.getName()).isEqualTo("refusal");
        assertThat(text(refusal.getAttributes(), "error.type")).isEqualTo("no-healthy-site");
        assertThat(text(refusal.getAttributes(), "culprit")).isEqualTo("endpoint");
    }

    @Test
    void whatIsRecordedThoughNotSampledSaysSo() {
        SpanData server = spans.of(TestExchanges.refused(0)).getFirst();
        assertThat(server.getSpanContext().isSampled()).isFalse();
    }
}
