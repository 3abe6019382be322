package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.Standalone;
import io.bridgehead.e2e.traffic.GrpcEcho;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node, and a route with a rule for each thing that a rule can do. */
class RulesOfRoutesDoWhatTheySayIT {
    private static final int PORT = Ports.next();
    private static final int TCP_PORT = Ports.next();
    private static final int GRPC_PORT = Ports.next();
    private static final GrpcEcho GRPC = GrpcEcho.start();
    private static final TestEndpoint ONE = TestEndpoint.start("one");
    private static final TestEndpoint TWO = TestEndpoint.start("two");
    private static final TestEndpoint SHADOW = TestEndpoint.start("shadow");
    private static final AtomicInteger FAILURES = new AtomicInteger();

    @TempDir
    private static Path folder;

    @SuppressWarnings("NullAway.Init") // set before the tests
    private static Standalone node;

    @BeforeAll
    static void start() {
        ONE.at("/retry", RulesOfRoutesDoWhatTheySayIT::failsTwice);
        ONE.talks("/slow", (head, in, out) -> in.transferTo(OutputStream.nullOutputStream()));
        node = Standalone.in(folder);
        node.write("gateway.yaml", gateway()).write("services.yaml", services()).write("route.yaml", route());
        node.start().awaitReady();
    }

    @AfterAll
    static void stop() {
        node.close();
        GRPC.close();
        ONE.close();
        TWO.close();
        SHADOW.close();
    }

    private static void failsTwice(Message request, OutputStream out) throws IOException {
        boolean fails = FAILURES.incrementAndGet() <= 2;
        String head = "HTTP/1.1 " + (fails ? "500 Test" : "200 Test") + "\r\ncontent-length: 0\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
    }

    private static String gateway() {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: { name: edge, namespace: shop }
                spec:
                  gatewayClassName: bridgehead
                  addresses: [ { value: 127.0.0.1 } ]
                  listeners:
                  - { name: http, port: %d, protocol: HTTP }
                  - { name: tcp, port: %d, protocol: TCP }
                  - { name: grpc, port: %d, protocol: HTTP }
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: GRPCRoute
                metadata: { name: calls, namespace: shop }
                spec:
                  parentRefs: [ { name: edge, sectionName: grpc } ]
                  rules:
                  - matches: [ { method: { service: e2e.Echo, method: Say } } ]
                    backendRefs: [ { group: bridgehead.io, kind: Service, name: calls } ]
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: TCPRoute
                metadata: { name: bytes, namespace: shop }
                spec:
                  parentRefs: [ { name: edge, sectionName: tcp } ]
                  rules: [ { backendRefs: [ { name: two, port: 80 } ] } ]
                """.formatted(PORT, TCP_PORT, GRPC_PORT);
    }

    private static String services() {
        return service("one", ONE)
                + service("two", TWO)
                + service("shadow", SHADOW)
                + service("pair", ONE)
                + slice("pair", "pair-2", TWO)
                + "---\n"
                + Documents.grpc("calls", "calls.example", Map.of("somewhere", List.of(GRPC.address())))
                + "---\n"
                + Documents.http(
                        "copies",
                        "copies.example",
                        Map.of("somewhere", List.of(SHADOW.address())),
                        "rateLimits: [ { name: few, requests: 1, per: 1h, match: { pathPrefix: /copied/few } } ]");
    }

    private static String service(String name, TestEndpoint endpoint) {
        return """
                ---
                apiVersion: v1
                kind: Service
                metadata: { name: %s, namespace: shop }
                spec: { ports: [ { port: 80 } ] }
                """.formatted(name) + slice(name, name + "-1", endpoint);
    }

    private static String slice(String service, String name, TestEndpoint endpoint) {
        return """
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: { name: %s, namespace: shop, labels: { kubernetes.io/service-name: %s } }
                addressType: IPv4
                endpoints: [ { addresses: [ 127.0.0.1 ] } ]
                ports: [ { port: %d } ]
                """.formatted(name, service, endpoint.port());
    }

    private static String route() {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: all, namespace: shop }
                spec:
                  parentRefs: [ { name: edge, sectionName: http } ]
                  hostnames: [ shop.test ]
                  rules:
                  - matches: [ { path: { value: /weights } } ]
                    backendRefs: [ { name: one, port: 80, weight: 90 }, { name: two, port: 80, weight: 10 } ]
                  - matches: [ { path: { value: /nowhere } } ]
                    backendRefs: [ { name: gone, port: 80 } ]
                  - matches: [ { path: { value: /old } } ]
                    filters:
                    - type: RequestRedirect
                      requestRedirect:
                        { scheme: https, path: { type: ReplacePrefixMatch, replacePrefixMatch: /new }, statusCode: 301 }
                  - matches: [ { path: { value: /rewrite } } ]
                    filters:
                    - type: URLRewrite
                      urlRewrite:
                        { hostname: inner.test, path: { type: ReplacePrefixMatch, replacePrefixMatch: /api } }
                    - type: RequestHeaderModifier
                      requestHeaderModifier: { set: [ { name: x-set, value: here } ], remove: [ x-gone ] }
                    - type: ResponseHeaderModifier
                      responseHeaderModifier: { add: [ { name: x-added, value: back } ], remove: [ x-served-by ] }
                    backendRefs: [ { name: one, port: 80 } ]
                  - matches: [ { path: { value: /mirror } } ]
                    filters:
                    - { type: RequestMirror, requestMirror: { backendRef: { name: shadow, port: 80 } } }
                    backendRefs: [ { name: one, port: 80 } ]
                  - matches: [ { path: { value: /copied } } ]
                    filters:
                    - { type: RequestMirror, requestMirror: { backendRef: { group: bridgehead.io, kind: Service, name: copies } } }
                    backendRefs: [ { name: one, port: 80 } ]
                  - matches: [ { path: { value: /cors } } ]
                    filters:
                    - { type: CORS, cors: { allowOrigins: [ "https://app.test" ], allowMethods: [ GET, PUT ] } }
                    backendRefs: [ { name: one, port: 80 } ]
                  - matches: [ { path: { value: /put }, method: PUT } ]
                    filters:
                    - { type: CORS, cors: { allowOrigins: [ "https://app.test" ], allowMethods: [ PUT ] } }
                    backendRefs: [ { name: one, port: 80, weight: 0 } ]
                  - matches: [ { path: { value: /slow } } ]
                    timeouts: { request: 300ms }
                    backendRefs: [ { name: one, port: 80 } ]
                  - matches: [ { path: { value: /retry } } ]
                    retry: { codes: [ 500 ], attempts: 2, backoff: 10ms }
                    backendRefs: [ { name: one, port: 80 } ]
                  - matches: [ { path: { value: /session } } ]
                    sessionPersistence: { sessionName: sid }
                    backendRefs: [ { name: pair, port: 80 } ]
                """;
    }

    private static Message ask(String method, String path, String... fields) throws IOException {
        try (RawClient client = RawClient.to(PORT)) {
            client.send(method + " " + path + " HTTP/1.1\r\nhost: shop.test\r\n" + lines(fields) + "\r\n");
            return client.answerTo(method);
        }
    }

    private static String lines(String... fields) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            lines.append(fields[i]).append(": ").append(fields[i + 1]).append("\r\n");
        }
        return lines.toString();
    }

    private static Message last(TestEndpoint endpoint, String path) {
        return endpoint.requests().stream()
                .filter(request -> request.target().startsWith(path))
                .reduce((one, next) -> next)
                .orElseThrow(() -> new AssertionError("no request for " + path));
    }

    @Test
    void placesShareByWeightWithinTwoPercent() throws IOException {
        int requests = 10_000;
        int batch = 100;
        String get = "GET /weights HTTP/1.1\r\nhost: shop.test\r\n\r\n";
        int two = 0;
        try (RawClient client = RawClient.to(PORT)) {
            for (int sent = 0; sent < requests; sent += batch) {
                client.send(get.repeat(batch));
                for (int i = 0; i < batch; i++) {
                    Message answer = client.answer();
                    assertThat(answer.status()).isEqualTo(200);
                    two += answer.text().equals("two") ? 1 : 0;
                }
            }
        }
        assertThat(two / (double) requests).isCloseTo(0.10, within(0.02));
    }

    @Test
    void theTrafficOfAServiceIsToldByRule() throws IOException {
        ask("GET", "/rewrite/counted");
        ask("GET", "/mirror/counted");
        Patience.until(
                "both rules are counted",
                () -> List.of("rule 3", "rule 4").stream().allMatch(RulesOfRoutesDoWhatTheySayIT::isCounted),
                () -> node.get("/v1/traffic").encode());
        assertThat(Cli.run("get", "traffic", "--socket", node.socket().toString())
                        .good()
                        .out())
                .containsPattern("HTTPRoute shop/all rule 4 .* [0-9.]+/s +0% +0 +[0-9.]+ ms");
    }

    private static boolean isCounted(String rule) {
        return node.get("/v1/traffic").getJsonArray("routes").stream()
                .map(JsonObject.class::cast)
                .anyMatch(row -> row.getString("route").contains("HTTPRoute shop/all " + rule)
                        && row.getLong("requests") > 0
                        && row.getString("p50").endsWith(" ms"));
    }

    @Test
    void whatNoRuleTakesIsNotFoundAndWhatLeadsNowhereIsAnError() throws IOException {
        assertThat(ask("GET", "/else").status()).isEqualTo(404);
        assertThat(ask("GET", "/nowhere").status()).isEqualTo(500);
    }

    @Test
    void aRedirectionSaysWhereTo() throws IOException {
        Message answer = ask("GET", "/old/a?b=c");
        assertThat(answer.status()).isEqualTo(301);
        assertThat(answer.first("location")).isEqualTo("https://shop.test/new/a?b=c");
        assertThat(answer.body()).isEmpty();
        Patience.until(
                "its rule is named where it is measured",
                () -> node.metrics()
                        .lines()
                        .anyMatch(line -> line.startsWith("http_server_request_duration_seconds_count{")
                                && line.contains("route=\"HTTPRoute shop/all rule ")
                                && line.contains("http_response_status_code=\"301\"")),
                node::metrics);
    }

    @Test
    void requestsAndAnswersAreChangedOnTheirWay() throws IOException {
        Message answer = ask("GET", "/rewrite/a?b=c", "x-gone", "now");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.first("x-added")).isEqualTo("back");
        assertThat(answer.first("x-served-by")).isNull();
        Message request = last(ONE, "/api/a?b=c");
        assertThat(request.first("host")).isEqualTo("inner.test");
        assertThat(request.first("x-forwarded-host")).isEqualTo("shop.test");
        assertThat(request.first("x-set")).isEqualTo("here");
        assertThat(request.first("x-gone")).isNull();
    }

    @Test
    void aMirroredRequestComesTwiceWithItsBody() throws IOException {
        try (RawClient client = RawClient.to(PORT)) {
            Message answer = client.exchange("POST", "shop.test", "/mirror", "twice");
            assertThat(answer.text()).isEqualTo("one");
        }
        Patience.until("the copy", () -> isCopied("/mirror"));
        Message copy = last(SHADOW, "/mirror");
        assertThat(copy.text()).isEqualTo("twice");
        assertThat(copy.first("host")).isEqualTo("shop.test");
        assertThat(last(ONE, "/mirror").text()).isEqualTo("twice");
    }

    @Test
    void copiesAboveTheLimitOfTheirServiceAreLeftOut() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertThat(ask("GET", "/copied/few/" + i).status()).isEqualTo(200);
        }
        assertThat(ask("GET", "/copied/all").status()).isEqualTo(200);
        Patience.until("a later copy", () -> isCopied("/copied/all"));
        Patience.until("the first copy", () -> isCopied("/copied/few/0"));
        assertThat(isCopied("/copied/few/1") || isCopied("/copied/few/2")).isFalse();
    }

    private static boolean isCopied(String path) {
        return SHADOW.requests().stream().anyMatch(request -> request.target().startsWith(path));
    }

    @Test
    void browsersAreToldWhoMayCall() throws IOException {
        Message preflight =
                ask("OPTIONS", "/cors", "origin", "https://app.test", "access-control-request-method", "PUT");
        assertThat(preflight.status()).isEqualTo(200);
        assertThat(preflight.first("access-control-allow-origin")).isEqualTo("https://app.test");
        assertThat(preflight.first("access-control-allow-methods")).contains("PUT");
        Message answer = ask("GET", "/cors", "origin", "https://evil.test");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.first("access-control-allow-origin")).isNull();
    }

    @Test
    void aRuleForOneMethodIsAskedBeforehandAndItsRefusalIsNotHidden() throws IOException {
        Message preflight =
                ask("OPTIONS", "/put", "origin", "https://app.test", "access-control-request-method", "PUT");
        assertThat(preflight.status()).isEqualTo(200);
        assertThat(preflight.first("access-control-allow-origin")).isEqualTo("https://app.test");
        Message other = ask("OPTIONS", "/put", "origin", "https://app.test", "access-control-request-method", "GET");
        assertThat(other.status()).isEqualTo(404);
        Message refused = ask("PUT", "/put", "origin", "https://app.test");
        assertThat(refused.status()).isEqualTo(500);
        assertThat(refused.first("access-control-allow-origin")).isEqualTo("https://app.test");
    }

    @Test
    void anAnswerThatDoesNotComeInTimeIsATimeout() throws IOException {
        assertThat(ask("GET", "/slow").status()).isEqualTo(504);
    }

    @Test
    void anAnswerThatTheRuleTakesForAFailureIsAskedForAgain() throws IOException {
        assertThat(ask("GET", "/retry").status()).isEqualTo(200);
        assertThat(FAILURES.get()).isEqualTo(3);
    }

    @Test
    void aSessionStaysWithItsEndpoint() throws IOException {
        Set<String> withoutSession = new HashSet<>();
        Patience.until("both serve", () -> withoutSession.add(served("/session")) && withoutSession.size() == 2);
        Message first = ask("GET", "/session");
        String cookie = Objects.requireNonNull(first.first("set-cookie"));
        assertThat(cookie).startsWith("sid=").contains("HttpOnly");
        for (int i = 0; i < 20; i++) {
            Message next = ask("GET", "/session", "cookie", cookie.substring(0, cookie.indexOf(';')));
            assertThat(next.text()).isEqualTo(first.text());
            assertThat(next.first("set-cookie")).isNull();
        }
    }

    private static String served(String path) {
        try {
            return ask("GET", path).text();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aMethodOfGrpcLeadsToItsPlaceAndNoOtherDoes() {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", GRPC_PORT)
                .usePlaintext()
                .build();
        try {
            CallOptions patient = CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS);
            byte[] said = ClientCalls.blockingUnaryCall(
                    channel, GrpcEcho.SAY, patient, "hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(said, StandardCharsets.US_ASCII)).contains("hello");
            assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, GrpcEcho.FAIL, patient, new byte[0]))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            refused -> assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void aPortOfBytesLeadsToItsPlace() throws IOException {
        assertThat(RawClient.get(TCP_PORT, "any.test", "/bytes").text()).isEqualTo("two");
    }
}
