package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.LogLines;
import io.bridgehead.e2e.harness.OtherAuthority;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.OtlpReceiver;
import io.bridgehead.e2e.traffic.PageReader;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.tls.MaterialFiles;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Traces, metrics and the access log tell the same story with the same words. */
final class OneTraceSpansBothSitesIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final String FORM = "%TRACE_ID% %STREAM_ID% \"%REQ(:PATH)%\" %RESPONSE_CODE% \"%REQ(USER-AGENT)%\"";
    private static final byte[] BROKEN =
            "HTTP/1.1 500 Broken\r\ncontent-length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] TOO_BUSY =
            "HTTP/1.1 503 Busy\r\ncontent-length: 4\r\n\r\nbusy".getBytes(StandardCharsets.US_ASCII);

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final OtlpReceiver RECEIVER = FABRIC.closing(OtlpReceiver.start());
    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("azure-1");
    private static final TestEndpoint BUSY = FABRIC.endpoint("aws-1");
    private static final TestNode AWS = FABRIC.node("aws-a");
    private static final TestNode AZURE = FABRIC.node("azure-a");
    private static final String DURATION = "http.server.request.duration";
    private static final Pattern EXEMPLAR = Pattern.compile(" # \\{span_id=\"(\\w{16})\",trace_id=\"(\\w{32})\"} ");

    @BeforeAll
    static void start() {
        String traces = " traces: { propagation: [ tracecontext, b3 ], baggage: drop, baggageKeys: [ tenant ] },"
                + " audit: { path: audit.log } }";
        AWS.yaml()
                .set(
                        "telemetry",
                        "{ otlp: { endpoint: \"" + RECEIVER.endpoint()
                                + "\", interval: 1s, logs: true }, accessLog: { path: access.log }," + traces);
        AZURE.yaml()
                .set(
                        "telemetry",
                        "{ otlp: { endpoint: \"" + collectorByTls()
                                + "\", interval: 1s, temporality: delta, logs: true,"
                                + " tls: { authorities: collector-ca.crt, certificate: teller.crt, key: teller.key } },"
                                + " accessLog: { path: access.log, format: text, text: '" + FORM + "' }," + traces);
        AZURE.javaOptions("-DBRIDGEHEAD_LOG_LEVEL=WARN");
        ENDPOINT.at("/broken", (_, out) -> out.write(BROKEN));
        BUSY.at("/wander", (_, out) -> out.write(TOO_BUSY));
        FABRIC.start();
        FABRIC.applied(
                AWS,
                Documents.http("shop", "shop.example", Map.of("azure", List.of(ENDPOINT.address()))) + "---\n"
                        + Documents.http(
                                "wander",
                                "wander.example",
                                Map.of("aws", List.of(BUSY.address()), "azure", List.of(ENDPOINT.address())),
                                "failover: { order: [ local, azure ] }")
                        + "---\n"
                        + Documents.http(
                                "nobody", "nobody.example", Map.of("azure", List.of(ENDPOINT.address())), "allow: []"));
        TestFabric.awaitServing(AWS, "shop", "azure");
        TestFabric.awaitFit(AWS, "wander");
    }

    /** A collector that nobody knows who has no file of its authority, and that takes nothing without a certificate. */
    private static String collectorByTls() {
        OtherAuthority authority = OtherAuthority.create(AZURE.folder(), "collector-ca");
        MaterialFiles.Paths own = authority.issue(
                "collector", new X500Principal("CN=collector"), new GeneralName(GeneralName.dNSName, "localhost"));
        authority.issue("teller", new X500Principal("CN=azure-a"));
        return RECEIVER.secure(
                new MaterialFiles.Paths(own.certificate(), own.key(), authority.certificate("collector-ca")));
    }

    /** Sends a request with fields of its own, and gives what the endpoint got. */
    private static Message told(String path, String fields, int status) throws IOException {
        try (RawClient client = RawClient.to(AWS.http())) {
            client.send("GET " + path + " HTTP/1.1\r\nhost: shop.example\r\n" + fields + "\r\n");
            assertThat(client.answer().status()).isEqualTo(status);
        }
        return ENDPOINT.requests().stream()
                .filter(seen -> seen.target().equals(path))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void fourSpansHangTogetherAcrossTheSites() throws IOException {
        try (RawClient client = RawClient.to(AWS.http())) {
            client.send("GET /traced HTTP/1.1\r\nhost: shop.example\r\ntraceparent: 00-" + TRACE
                    + "-00f067aa0ba902b7-01\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(200);
        }
        OtlpReceiver.Seen near = RECEIVER.awaitSpan("aws-a", TRACE, SpanKind.SPAN_KIND_SERVER);
        OtlpReceiver.Seen nearAttempt = RECEIVER.awaitSpan("aws-a", TRACE, SpanKind.SPAN_KIND_CLIENT);
        OtlpReceiver.Seen far = RECEIVER.awaitSpan("azure-a", TRACE, SpanKind.SPAN_KIND_SERVER);
        OtlpReceiver.Seen farAttempt = RECEIVER.awaitSpan("azure-a", TRACE, SpanKind.SPAN_KIND_CLIENT);
        assertThat(near.parentId()).isEqualTo("00f067aa0ba902b7");
        assertThat(nearAttempt.parentId()).isEqualTo(near.spanId());
        assertThat(far.parentId()).isEqualTo(nearAttempt.spanId());
        assertThat(farAttempt.parentId()).isEqualTo(far.spanId());
        for (OtlpReceiver.Seen span : List.of(near, nearAttempt, far, farAttempt)) {
            assertThat(span.attributes())
                    .as(span.toString())
                    .containsEntry("service", "shop")
                    .containsEntry("source_site", "aws")
                    .containsEntry("destination_site", "azure")
                    .containsEntry("http.response.status_code", "200");
        }
        Message request = ENDPOINT.requests().stream()
                .filter(seen -> seen.target().equals("/traced"))
                .findFirst()
                .orElseThrow();
        assertThat(request.first("traceparent")).isEqualTo("00-" + TRACE + "-" + farAttempt.spanId() + "-01");
    }

    @Test
    void b3GoesThroughBothSitesAndBaggageAsAllowed() throws IOException {
        String trace = "a3ce929d0e0e47364bf92f3577b34da6";
        Message request = told("/b3", "b3: " + trace + "-" + SPAN + "-d\r\nbaggage: tenant=acme, user=eve\r\n", 200);
        OtlpReceiver.Seen far = RECEIVER.awaitSpan("azure-a", trace, SpanKind.SPAN_KIND_SERVER);
        OtlpReceiver.Seen farAttempt = RECEIVER.awaitSpan("azure-a", trace, SpanKind.SPAN_KIND_CLIENT);
        assertThat(RECEIVER.awaitSpan("aws-a", trace, SpanKind.SPAN_KIND_SERVER).parentId())
                .isEqualTo(SPAN);
        assertThat(request.first("b3")).isEqualTo(trace + "-" + farAttempt.spanId() + "-d-" + far.spanId());
        assertThat(request.first("baggage")).isEqualTo("tenant=acme");
    }

    @Test
    void whatFailsIsRecordedThoughItWasNotSampled() throws IOException {
        String good = "b34da6a3ce929d0e0e47364bf92f3577";
        String broken = "92f3577b34da6a3ce929d0e0e47364bf";
        told("/unsampled", "traceparent: 00-" + good + "-" + SPAN + "-00\r\n", 200);
        Message request = told("/broken", "traceparent: 00-" + broken + "-" + SPAN + "-00\r\n", 500);
        assertThat(request.first("traceparent")).startsWith("00-" + broken).endsWith("-00");
        for (String node : List.of("aws-a", "azure-a")) {
            assertThat(RECEIVER.awaitSpan(node, broken, SpanKind.SPAN_KIND_SERVER)
                            .attributes())
                    .containsEntry("http.response.status_code", "500");
        }
        assertThat(RECEIVER.span("aws-a", good, SpanKind.SPAN_KIND_SERVER)).isEmpty();
        assertThat(RECEIVER.span("azure-a", good, SpanKind.SPAN_KIND_SERVER)).isEmpty();
    }

    @Test
    void aFailoverToTheOtherSiteIsAnEventOfItsSpan() throws IOException {
        String trace = "e0e47364bf92f3577b34da6a3ce929d0";
        try (RawClient client = RawClient.to(AWS.http())) {
            client.send("GET /wander HTTP/1.1\r\nhost: wander.example\r\ntraceparent: 00-" + trace + "-" + SPAN
                    + "-01\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(200);
        }
        OtlpReceiver.Seen near = RECEIVER.awaitSpan("aws-a", trace, SpanKind.SPAN_KIND_SERVER);
        assertThat(near.events())
                .containsExactly("failover {destination_site=azure, error.type=gateway-error, tier=1, to=azure-a}");
        assertThat(near.attributes()).containsEntry("destination_site", "azure").containsEntry("tier", "1");
        Patience.until(
                "both attempts",
                () -> below(near).size() >= 2,
                () -> RECEIVER.spans().toString());
        List<OtlpReceiver.Seen> attempts = below(near);
        assertThat(attempts)
                .extracting(span -> span.attributes().get("destination_site") + " "
                        + span.attributes().get("http.response.status_code"))
                .containsExactlyInAnyOrder("aws 503", "azure 200");
        assertThat(RECEIVER.awaitSpan("azure-a", trace, SpanKind.SPAN_KIND_SERVER)
                        .parentId())
                .as("the far side hangs below the attempt that went there")
                .isIn(attempts.stream().map(OtlpReceiver.Seen::spanId).toList());
    }

    private static List<OtlpReceiver.Seen> below(OtlpReceiver.Seen near) {
        return RECEIVER.spans().stream()
                .filter(span -> span.traceId().equals(near.traceId()))
                .filter(span ->
                        span.parentId().equals(near.spanId()) && span.node().equals(near.node()))
                .toList();
    }

    @Test
    void bodiesOfRequestsAndAnswersAreMeasuredInBytes() throws IOException {
        try (RawClient client = RawClient.to(AWS.http())) {
            client.send("PUT /sized HTTP/1.1\r\nhost: shop.example\r\ncontent-length: 5000\r\n\r\n" + "x".repeat(5000));
            assertThat(client.answer().status()).isEqualTo(200);
        }
        String[] put = {"service=\"shop\"", "destination_site=\"azure\"", "http_request_method=\"PUT\""};
        AWS.awaitMeter(count -> count == 1, "http_server_request_body_size_bytes_count", put);
        AWS.awaitMeter(sum -> sum == 5000, "http_server_request_body_size_bytes_sum", put);
        AWS.awaitMeter(count -> count == 1, "http_server_request_body_size_bytes_bucket", "\"PUT\"", "le=\"+Inf\"");
        assertThat(AWS.metrics().lines())
                .filteredOn(line ->
                        line.startsWith("http_server_request_body_size_bytes_bucket") && line.contains("\"PUT\""))
                .extracting(line -> line.replaceAll(".*le=\"([^\"]+)\".* ", "$1 "))
                .startsWith("1024.0 0", "4096.0 0", "16384.0 1")
                .endsWith("6.7108864E7 1", "+Inf 1");
        String[] shop = {"service=\"shop\"", "destination_site=\"azure\""};
        AWS.awaitMeter(sum -> sum == 5000, "http_client_request_body_size_bytes_sum", shop);
        for (String way : List.of("server.request", "server.response", "client.request", "client.response")) {
            String name = "http." + way + ".body.size";
            Patience.until(
                    name + " is pushed by both",
                    () -> RECEIVER.form("aws-a", name).equals("bytes AGGREGATION_TEMPORALITY_CUMULATIVE")
                            && RECEIVER.form("azure-a", name).equals("bytes AGGREGATION_TEMPORALITY_DELTA"),
                    () -> RECEIVER.form("aws-a", name) + "; " + RECEIVER.form("azure-a", name));
        }
    }

    private static void hop() {
        try {
            RawClient.get(AWS.http(), "shop.example", "/hop");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theHopBetweenSitesHasItsRoundTrip() {
        Patience.until(
                "an attempt with a round trip",
                () -> {
                    hop();
                    return RECEIVER.spans().stream()
                            .anyMatch(span -> span.node().equals("aws-a")
                                    && span.kind() == SpanKind.SPAN_KIND_CLIENT
                                    && span.attributes().containsKey("bridgehead.tunnel.round_trip")
                                    && span.attributes().containsKey("http.response.body.size"));
                },
                () -> RECEIVER.spans().toString());
    }

    @Test
    void linesAreTextWhereThatIsWantedAndNothingInThemIsRaw() throws IOException {
        told("/raw?a=\"b\\", "user-agent: a\"b\u00e9\r\n", 200);
        assertThat(LogLines.awaitAccess(AZURE, "/raw")).endsWith("\"/raw?a=\\\"b\\\\\" 200 \"a\\\"b\\xc3\\xa9\"");
    }

    @Test
    void linesOfBothLogsArePushedWithTheirTraces() throws IOException {
        told("/pushed", "", 200);
        JsonObject line = LogLines.awaitRequest(AWS, "/pushed");
        Patience.until(
                "the line as a record",
                () -> RECEIVER.logs().stream()
                        .anyMatch(record -> record.node().equals("aws-a")
                                && record.traceId().equals(line.getString("trace_id"))
                                && record.spanId().equals(line.getString("span_id"))
                                && "/pushed".equals(record.attributes().get("url.path"))
                                && "shop".equals(record.attributes().get("service"))),
                () -> RECEIVER.logs().toString());
        Patience.until(
                "the node's log as records",
                () -> RECEIVER.logs().stream().anyMatch(record -> record.body().contains("active: ")),
                () -> RECEIVER.logs().toString());
    }

    @Test
    void theAuditFileSaysWhoDidWhatAndWhatPoliciesForbade() throws IOException {
        assertThat(RawClient.get(AWS.http(), "nobody.example", "/audited").status())
                .isEqualTo(403);
        JsonObject refused = new JsonObject(LogLines.await(AWS, "audit.log", "/audited"));
        assertThat(refused.getString("audit")).isEqualTo("request-refused");
        assertThat(refused.getString("caller")).isEqualTo("spiffe://e2e.example/site/aws/unauthenticated");
        assertThat(refused.getString("client.address")).isEqualTo("127.0.0.1");
        assertThat(refused.getString("revision")).isEqualTo(AWS.revision());
        assertThat(refused.getString("culprit")).isEqualTo("policy");
        assertThat(refused.getString("request_id")).isNotEmpty();
        assertThat(refused.getString("trace_id")).hasSize(32);
        assertThat(LogLines.of(AWS, "audit.log").stream().map(JsonObject::new))
                .anySatisfy(line -> assertThat(line.getString("body")).startsWith("admin: "));
    }

    @Test
    void theAuditFileIsWholeWhereTheLogSaysLittle() {
        Cli.run("reload", "--socket", AZURE.socket().toString()).good();
        assertThat(LogLines.await(AZURE, "audit.log", "admin: reload")).isNotEmpty();
        assertThat(AZURE.log()).doesNotContain("admin: reload", "\"INFO\"");
    }

    @Test
    void aRequestWithoutATraceBeginsOne() throws IOException {
        assertThat(RawClient.get(AWS.http(), "shop.example", "/fresh").status()).isEqualTo(200);
        JsonObject near = LogLines.awaitRequest(AWS, "/fresh");
        assertThat(LogLines.awaitAccess(AZURE, "\"/fresh\""))
                .startsWith(near.getString("trace_id") + " " + near.getString("request_id") + " ");
        assertThat(RECEIVER.awaitSpan("aws-a", near.getString("trace_id"), SpanKind.SPAN_KIND_SERVER)
                        .parentId())
                .isEmpty();
        assertThat(near.getString("service")).isEqualTo("shop");
        assertThat(near.getString("source_site")).isEqualTo("aws");
        assertThat(near.getString("destination_site")).isEqualTo("azure");
        assertThat(near.getInteger("http.response.status_code")).isEqualTo(200);
        assertThat(near.getString("revision")).isEqualTo(AWS.revision());
    }

    @Test
    void metricsHaveTheSameLabels() throws IOException {
        assertThat(RawClient.get(AWS.http(), "shop.example", "/counted").status())
                .isEqualTo(200);
        AWS.awaitMeter(
                requests -> requests >= 1,
                "http_server_request_duration_seconds_count",
                "service=\"shop\"",
                "source_site=\"aws\"",
                "destination_site=\"azure\"",
                "http_request_method=\"GET\"",
                "http_response_status_code=\"200\"");
        Patience.until(
                "metrics are pushed",
                () -> RECEIVER.metrics()
                        .containsAll(
                                List.of("aws-a http.server.request.duration", "azure-a http.server.request.duration")),
                () -> RECEIVER.metrics().toString());
    }

    @Test
    void metricsArePushedInSecondsAsEachNodeIsTold() {
        Patience.until(
                "both push",
                () -> !RECEIVER.form("aws-a", DURATION).isEmpty()
                        && !RECEIVER.form("azure-a", DURATION).isEmpty(),
                () -> AZURE.log());
        assertThat(RECEIVER.form("aws-a", DURATION)).isEqualTo("seconds AGGREGATION_TEMPORALITY_CUMULATIVE");
        assertThat(RECEIVER.form("azure-a", DURATION)).isEqualTo("seconds AGGREGATION_TEMPORALITY_DELTA");
    }

    @Test
    void anExemplarLeadsToTheTrace() throws IOException {
        assertThat(RawClient.get(AWS.http(), "shop.example", "/exemplary").status())
                .isEqualTo(200);
        PageReader reader = new PageReader(AWS.ports().metrics());
        for (String meter : List.of("http_server_request_duration_seconds", "http_client_request_duration_seconds")) {
            Patience.until(
                    meter + " has an exemplar", () -> exemplar(reader, meter).find(), reader::openMetrics);
            Matcher found = exemplar(reader, meter);
            assertThat(found.find()).as(meter).isTrue();
            SpanKind kind = meter.contains("server") ? SpanKind.SPAN_KIND_SERVER : SpanKind.SPAN_KIND_CLIENT;
            OtlpReceiver.Seen span = RECEIVER.awaitSpan("aws-a", found.group(2), kind);
            assertThat(span.spanId()).isEqualTo(found.group(1));
            assertThat(span.attributes()).containsEntry("service", "shop");
        }
        assertThat(AWS.metrics()).as("Prometheus' own form has none").doesNotContain("trace_id");
        Patience.until(
                "exemplars are pushed",
                () -> RECEIVER.exemplars().stream().anyMatch(one -> one.startsWith("aws-a " + DURATION + " "))
                        && RECEIVER.exemplars().stream().anyMatch(one -> one.startsWith("azure-a " + DURATION + " ")),
                () -> RECEIVER.exemplars().toString());
    }

    private static Matcher exemplar(PageReader reader, String meter) {
        return EXEMPLAR.matcher(reader.openMetrics()
                .lines()
                .filter(line -> line.startsWith(meter + "_bucket") && line.contains("service=\"shop\""))
                .filter(line -> line.contains(" # {"))
                .findFirst()
                .orElse(""));
    }

    @Test
    void metersTellOfTunnelsFailoverEndpointsAndSharedState() throws IOException {
        assertThat(RawClient.get(AWS.http(), "shop.example", "/metered").status())
                .isEqualTo(200);
        String peer = "peer=\"azure-a\"";
        Patience.until(
                "bytes of tunnels are counted both ways",
                () -> AWS.meter("bridgehead_tunnel_bytes_total", peer, "direction=\"in\"") > 1000
                        && AWS.meter("bridgehead_tunnel_bytes_total", peer, "direction=\"out\"") > 1000,
                AWS::metrics);
        AWS.awaitMeter(pings -> pings > 0, "bridgehead_tunnel_pings_total", peer);
        assertThat(AWS.metrics()).contains("bridgehead_tunnel_pings_unanswered_total{");
        String[] dialed = {peer, "purpose=\"control\"", "direction=\"out\"", "resumed=\"no\""};
        AWS.awaitMeter(handshakes -> handshakes > 0, "bridgehead_tunnel_handshakes_total", dialed);
        assertThat(AWS.metrics()).as("each peer showed its certificate").doesNotContain("resumed=\"yes\"");
        String[] serves = {"service=\"shop\"", "destination_site=\"azure\"", "state=\"serves\""};
        AWS.awaitMeter(state -> state == 1, "bridgehead_failover_state{", serves);
        String revision = "revision=\"" + AWS.revision() + "\"";
        AWS.awaitMeter(active -> active == 1, "bridgehead_config_info{", revision, "source=\"default\"");
        Patience.until(
                "endpoints are told of where they are",
                () -> AZURE.meter("bridgehead_endpoints_known{", "service=\"shop\"") == 1
                        && AZURE.meter("bridgehead_endpoints_fit{", "service=\"shop\"") == 1
                        && AZURE.meter("bridgehead_endpoints_connections{", "service=\"shop\"") >= 1
                        && AZURE.meter("bridgehead_endpoints_probes_total", "service=\"shop\"", "outcome=\"passed\"")
                                >= 1,
                AZURE::metrics);
        AZURE.awaitMeter(
                records -> records > 0, "bridgehead_records_lag_seconds_count"); // the documents came from aws-a
    }

    @Test
    void aRefusalIsNamedAlikeEverywhere() throws IOException {
        Message refusal = RawClient.get(AWS.http(), "nobody.example", "/refused");
        assertThat(refusal.status()).isEqualTo(403);
        JsonObject line = LogLines.awaitRequest(AWS, "/refused");
        assertThat(line.getString("error.type")).isEqualTo("not-authorized");
        assertThat(line.getString("response_flags")).isEqualTo("UAEX");
        assertThat(line.getString("culprit")).isEqualTo("policy");
        assertThat(line.getString("request_id")).isNotEmpty();
        assertThat(new JsonObject(refusal.text()).getString("requestId")).isEqualTo(line.getString("request_id"));
        String[] refused = {"error_type=\"not-authorized\"", "service=\"nobody\""};
        AWS.awaitMeter(refusals -> refusals >= 1, "bridgehead_refusals_total", refused);
        OtlpReceiver.Seen span = RECEIVER.awaitSpan("aws-a", line.getString("trace_id"), SpanKind.SPAN_KIND_SERVER);
        assertThat(span.attributes()).containsEntry("error.type", "not-authorized");
        assertThat(span.events())
                .singleElement()
                .asString()
                .startsWith("refusal {culprit=policy, detail=")
                .endsWith(", error.type=not-authorized}");

        assertThat(RawClient.get(AWS.http(), "unknown.example", "/nowhere").status())
                .isEqualTo(404);
        assertThat(LogLines.awaitRequest(AWS, "/nowhere").getString("error.type"))
                .isEqualTo("no-route");

        try (RawClient client = RawClient.to(AWS.http())) {
            client.send("GET nonsense\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(400);
        }
        JsonObject unread = LogLines.awaitRequest(AWS, "");
        assertThat(unread.getString("culprit")).isEqualTo("client");
        assertThat(unread.getString("request_id")).hasSize(32);
        assertThat(unread.getString("trace_id")).hasSize(32);
    }

    private static JsonObject row(JsonObject page, String list, String key, String value) {
        return page.getJsonArray(list).stream()
                .map(JsonObject.class::cast)
                .filter(row -> value.equals(row.getString(key)))
                .findFirst()
                .orElseGet(JsonObject::new);
    }

    @Test
    void theStatusPageTellsTheSameAndChangesNothing() throws IOException {
        PageReader reader = new PageReader(AWS.ports().metrics());
        HttpResponse<String> document = reader.get("/");
        assertThat(document.body()).contains("<!doctype html>", "\"page/page.js\"");
        assertThat(document.headers().firstValue("content-security-policy").orElse(""))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'");
        assertThat(document.headers().firstValue("x-content-type-options")).hasValue("nosniff");
        assertThat(reader.get("/page/page.js").statusCode()).isEqualTo(200);
        for (int i = 0; i < 5; i++) {
            assertThat(RawClient.get(AWS.http(), "shop.example", "/page" + i).status())
                    .isEqualTo(200);
        }
        JsonObject page =
                reader.told(told -> row(told, "traffic", "service", "shop").getLong("requests", 0L) >= 5
                        && row(told, "tunnels", "site", "azure").getLong("roundTripMicros", 0L) > 0);
        assertThat(page.getJsonObject("status").getString("revision")).isEqualTo(AWS.revision());
        assertThat(row(page, "traffic", "service", "shop").getString("to")).isEqualTo("azure");
        assertThat(row(page, "traffic", "service", "shop").getString("p50")).endsWith(" ms");
        assertThat(row(page, "services", "service", "shop").getString("site")).isEqualTo("azure");
        assertThat(row(page, "sites", "site", "azure").getString("reachable")).isEqualTo("up");
        assertThat(row(page, "nodes", "node", "azure-a").getString("revision")).isEqualTo(AWS.revision());
        assertThat(row(page, "certificates", "use", "identity").getString("notAfter"))
                .isNotEmpty();
        assertThat(page.getJsonArray("events").encode()).contains("tunnel connected");

        String socket = AWS.socket().toString();
        assertThat(Cli.run("get", "traffic", "--socket", socket).good().out())
                .containsPattern("shop +- +aws +azure +\\d+ +[0-9.]+/s +0% +0 +[0-9.]+ ms");
        assertThat(Cli.run("get", "traffic", "--over", "1s", "--socket", socket)
                        .good()
                        .out())
                .contains("shop");
        assertThat(Cli.run("get", "events", "--socket", socket).good().out()).contains("tunnel connected");
    }
}
