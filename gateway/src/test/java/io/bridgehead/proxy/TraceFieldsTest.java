package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.TraceContext;
import io.bridgehead.model.TraceFormat;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.policy.ExternalCheck;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TraceFieldsTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final TraceTerms.Baggage DROPPED =
            new TraceTerms.Baggage(TraceTerms.Baggage.Kept.NOWHERE, Set.of("tenant"));

    private final FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:80");
    private final FakeDestination node = FakeDestination.node("there", "b");

    private static Rig rig(double share, TraceFormat... formats) {
        TraceTerms terms = new TraceTerms(share, List.of(formats), DROPPED);
        return new Rig(
                RoutingTable.of("7", List.of(Rig.orders())), new ProxyLimits(1024, 1 << 20, terms, NotedFields.NONE));
    }

    @Test
    void b3GoesInAndOut() {
        Rig rig = rig(0, TraceFormat.B3);
        rig.then(endpoint)
                .get(
                        "b3",
                        TRACE + "-" + SPAN + "-1",
                        "traceparent",
                        "00-" + TRACE + "-" + SPAN + "-00",
                        "tracestate",
                        "v=1");
        endpoint.answers(204, "");
        ExchangeRecord record = rig.record();
        TraceContext trace = Objects.requireNonNull(record.trace());
        String attempt = trace.withSpan(record.attempts().getFirst().spanId()).spanIdText();
        assertThat(endpoint.field("b3")).isEqualTo(TRACE + "-" + attempt + "-1-" + trace.spanIdText());
        assertThat(endpoint.field("traceparent")).isNull();
        assertThat(endpoint.field("tracestate")).isNull();
        assertThat(record.parentSpanId()).isEqualTo(0xb7ad6b7169203331L);
        assertThat(trace.sampled()).isTrue();
    }

    @Test
    void whatIsNamedFirstCountsAndAllAreWritten() {
        Rig rig = rig(0, TraceFormat.TRACECONTEXT, TraceFormat.B3MULTI);
        String other = TRACE.replace('0', 'f');
        rig.then(endpoint)
                .get("x-b3-traceid", other, "x-b3-spanid", SPAN, "traceparent", "00-" + TRACE + "-" + SPAN + "-01");
        assertThat(endpoint.field("x-b3-traceid")).isEqualTo(TRACE);
        assertThat(endpoint.field("x-b3-sampled")).isEqualTo("1");
        assertThat(endpoint.field("x-b3-parentspanid")).hasSize(16);
        assertThat(endpoint.field("traceparent")).startsWith("00-" + TRACE).endsWith("-01");
    }

    @Test
    void aDecisionWithoutATraceIsFollowedAndOneThatIsLeftIsMade() {
        Rig denied = rig(1, TraceFormat.B3);
        denied.then(endpoint).get("b3", "0");
        assertThat(endpoint.field("b3")).contains("-0-");
        Rig left = rig(1, TraceFormat.B3);
        left.then(node).get("b3", TRACE + "-" + SPAN);
        assertThat(node.field("traceparent")).startsWith("00-" + TRACE).endsWith("-01");
        assertThat(node.field("b3")).isNull();
    }

    @Test
    void betweenNodesB3SaysTheWishForDebuggingAlone() {
        Rig near = rig(0, TraceFormat.B3, TraceFormat.B3MULTI);
        near.then(node).get("x-b3-traceid", TRACE, "x-b3-spanid", SPAN, "x-b3-flags", "1");
        assertThat(node.field("traceparent")).startsWith("00-" + TRACE).endsWith("-01");
        assertThat(node.field("b3")).contains("-d");
        assertThat(node.field("x-b3-traceid")).isNull();
        Rig far = rig(0, TraceFormat.B3MULTI);
        far.then(endpoint)
                .fromTunnel(
                        Rig.head(
                                "GET",
                                "bridgehead-service",
                                "orders",
                                "traceparent",
                                Objects.requireNonNull(node.field("traceparent")),
                                "b3",
                                Objects.requireNonNull(node.field("b3"))),
                        true);
        assertThat(endpoint.field("x-b3-flags")).isEqualTo("1");
        assertThat(endpoint.field("x-b3-sampled")).isNull();
        assertThat(endpoint.field("b3")).isNull();
    }

    @Test
    void clientsBaggageIsBoundAndThatOfNodesIsNot() {
        Rig rig = rig(0, TraceFormat.TRACECONTEXT);
        rig.then(endpoint).get("baggage", "user=eve, tenant = acme;p=1,x=2", "baggage", "role=admin");
        assertThat(endpoint.field("baggage")).isEqualTo("tenant = acme;p=1");
        Rig far = rig(0, TraceFormat.TRACECONTEXT);
        FakeDestination there = FakeDestination.endpoint("10.0.0.1:80");
        far.then(there).fromTunnel(Rig.head("GET", "bridgehead-service", "orders", "baggage", "user=bob"), true);
        assertThat(there.field("baggage")).isEqualTo("user=bob");
    }

    @ParameterizedTest
    @CsvSource({"NOWHERE,true,false", "WHERE_PRIVATE,true,true", "WHERE_PRIVATE,false,false", "EVERYWHERE,false,true"})
    void baggageIsKeptByWhereItComesIn(TraceTerms.Baggage.Kept rule, boolean isPrivate, boolean kept) {
        TraceTerms terms = new TraceTerms(0, List.of(TraceFormat.TRACECONTEXT), new TraceTerms.Baggage(rule, Set.of()));
        Rig rig = new Rig(
                RoutingTable.of("7", List.of(Rig.orders())), new ProxyLimits(1024, 1 << 20, terms, NotedFields.NONE));
        EntryPoint entry = EntryPoint.http("http", rig.client()).behind(isPrivate);
        rig.then(endpoint).request(new HttpProxy(rig.context, entry), Rig.head("GET", "baggage", "user=eve"), true);
        assertThat(endpoint.field("baggage")).isEqualTo(kept ? "user=eve" : null);
    }

    @Test
    void b3OfClientsNeverPassesBetweenSites() {
        String single = TRACE + "-" + SPAN + "-d";
        Rig near = rig(0, TraceFormat.TRACECONTEXT);
        near.then(node).get("b3", single, "x-b3-traceid", TRACE, "x-b3-spanid", SPAN, "x-b3-flags", "1");
        assertThat(node.field("b3")).isNull();
        assertThat(node.field("x-b3-traceid")).isNull();
        assertThat(node.field("x-b3-flags")).isNull();
        Rig here = rig(0, TraceFormat.TRACECONTEXT);
        here.then(endpoint).get("b3", single);
        assertThat(endpoint.field("b3")).as("what is not named is not touched").isEqualTo(single);
        Rig far = rig(0, TraceFormat.TRACECONTEXT);
        FakeDestination there = FakeDestination.endpoint("10.0.0.2:80");
        far.then(there)
                .fromTunnel(
                        Rig.head(
                                "GET",
                                "bridgehead-service",
                                "orders",
                                "traceparent",
                                "00-" + TRACE + "-" + SPAN + "-01",
                                "b3",
                                single),
                        true);
        there.answers(204, "");
        assertThat(there.field("b3")).as("it was for the node").isNull();
        assertThat(far.record().debug).isFalse();
    }

    @Test
    void aQuestionSaysTheTraceAsWhoIsAskedKnowsIt() {
        ExternalCheck check = new ExternalCheck(
                new ServiceName("authz"), "/", Duration.ofSeconds(1), false, List.of(), List.of(), List.of());
        ServiceRoute orders = Rig.orders();
        RoutingTable table = RoutingTable.of(
                "7",
                List.of(
                        orders.withAllow(orders.allow().asking(check)),
                        ServiceRoute.http(
                                "authz", List.of(), new LinkedHashMap<>(), Authorizer.everySite(Rig.DOMAIN))));
        TraceTerms b3 = new TraceTerms(1, List.of(TraceFormat.B3), DROPPED);
        ProxyLimits limits = new ProxyLimits(1024, 1 << 20, b3, NotedFields.NONE);
        new Rig(table, limits).then(endpoint).get();
        assertThat(endpoint.field("traceparent")).isNull();
        assertThat(endpoint.field("b3")).hasSize(32 + 1 + 16 + 2);
        new Rig(table, limits).then(node).get();
        assertThat(node.field("traceparent")).startsWith("00-").endsWith("-01");
        assertThat(node.field("b3")).isNull();
    }

    @Test
    void aTraceStateStaysWithinItsLimits() {
        HeaderFields many = state(String.join(",", Collections.nCopies(33, "a=1")));
        assertThat(many.contains(HeaderName.TRACESTATE)).isFalse();
        assertThat(state(String.join(",", Collections.nCopies(32, "a=1"))).contains(HeaderName.TRACESTATE))
                .isTrue();
        String large = "big=" + "x".repeat(200);
        String small = String.join(",", Collections.nCopies(20, "k=" + "y".repeat(20)));
        assertThat(state(large + "," + small).first(HeaderName.TRACESTATE)).isEqualTo(small);
        assertThat(state("first=1," + String.join(",", Collections.nCopies(6, "k=" + "y".repeat(100))))
                        .first(HeaderName.TRACESTATE))
                .startsWith("first=1,k=")
                .hasSizeLessThanOrEqualTo(512);
    }

    private static HeaderFields state(String value) {
        HeaderFields fields = new HeaderFields();
        fields.add(HeaderName.TRACESTATE, value);
        TraceLists.boundState(fields);
        return fields;
    }
}
