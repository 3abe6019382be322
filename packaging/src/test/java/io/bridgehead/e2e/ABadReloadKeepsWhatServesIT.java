package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.authn.TestIssuer;
import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.OtlpReceiver;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code reload} takes a good gateway.yaml without a restart; a bad one, or a peer that is not there, stops nothing. */
final class ABadReloadKeepsWhatServesIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a");

    private static final TestNode NODE = FABRIC.node("aws-a");
    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");
    private static final int NOBODY = Ports.next();

    @BeforeAll
    static void start() {
        NODE.yaml()
                .set(
                        "tunnel",
                        "{ address: 127.0.0.1, port: %1$d, advertise: \"127.0.0.1:%1$d\", peers: [ \"127.0.0.1:%2$d\" ] }"
                                .formatted(NODE.ports().tunnel(), NOBODY));
        NODE.write();
        NODE.start();
        NODE.awaitReady();
        FABRIC.applied(NODE, Documents.http("shop", "shop.example", Map.of("aws", List.of(ENDPOINT.address()))));
        TestFabric.awaitServing(NODE, "shop", "aws");
    }

    @BeforeEach
    void goodAgain() {
        NODE.write();
    }

    private static Cli.Result reload() {
        return Cli.run("reload", "--socket", NODE.socket().toString());
    }

    private static int status(int port) throws IOException {
        return RawClient.get(port, "shop.example", "/").status();
    }

    @Test
    void aBrokenFileChangesNothing() throws IOException {
        try (RawClient kept = RawClient.to(NODE.http())) {
            assertThat(kept.exchange("GET", "shop.example", "/", "").status()).isEqualTo(200);
            NODE.write(NODE.yaml().text().replace("loops:", "lops:"));
            Cli.Result result = reload();
            assertThat(result.exit()).as(result.toString()).isEqualTo(1);
            assertThat(result.err()).contains("nothing was changed", "gateway.yaml:", "did you mean 'loops'?");
            assertThat(kept.exchange("GET", "shop.example", "/", "").status()).isEqualTo(200);
        }
        assertThat(status(NODE.http())).isEqualTo(200);
    }

    @Test
    void aListenerIsAddedAndTakenAwayAgain() throws IOException {
        int port = Ports.next();
        NODE.write(NODE.yaml().text() + "  - { name: second, address: 127.0.0.1, port: " + port
                + ", identity: \"spiffe://e2e.example/site/aws/second\" }\n");
        assertThat(reload().good().out()).contains("second");
        assertThat(status(port)).isEqualTo(200);
        assertThat(NODE.explain("second", "GET", "http://shop.example/").getString("caller"))
                .startsWith("spiffe://e2e.example/site/aws/second ");
        assertThat(status(NODE.http())).isEqualTo(200);
        NODE.write();
        reload().good();
        Patience.until("the port is closed", () -> refuses(port));
        assertThat(NODE.explain("second", "GET", "http://shop.example/").getString("error"))
                .contains("listener 'second': expected one of this node's: [http]");
        assertThat(status(NODE.http())).isEqualTo(200);
    }

    /** What the endpoint gets of a client's baggage. */
    private static @Nullable String baggage(RawClient client, String path) throws IOException {
        client.send("GET " + path + " HTTP/1.1\r\nhost: shop.example\r\nbaggage: user=eve\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(200);
        return ENDPOINT.requests().stream()
                .filter(request -> request.target().equals(path))
                .findFirst()
                .orElseThrow()
                .first("baggage");
    }

    @Test
    void aListenerThatBecomesPublicPassesNoBaggageAnyMore() throws IOException {
        int port = Ports.next();
        String listener = "  - { name: fourth, address: 127.0.0.1, port: " + port;
        NODE.write(NODE.yaml().text() + listener + " }\n");
        reload().good();
        try (RawClient kept = RawClient.to(port)) {
            assertThat(baggage(kept, "/private")).isEqualTo("user=eve");
            NODE.write(NODE.yaml().text() + listener + ", exposure: public }\n");
            reload().good();
            assertThat(kept.isEnded()).as("connections that were there end").isTrue();
        }
        try (RawClient fresh = RawClient.to(port)) {
            assertThat(baggage(fresh, "/public")).isNull();
        }
    }

    private static boolean refuses(int port) {
        try (RawClient client = RawClient.to(port)) {
            return client.isEnded();
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void aListenerWhosePortIsTakenIsNamedAndTheOthersServe() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            NODE.write(NODE.yaml().text() + "  - { name: third, address: 127.0.0.1, port: " + taken.getLocalPort()
                    + " }\n");
            Cli.Result result = reload();
            assertThat(result.exit()).as(result.toString()).isEqualTo(1);
            assertThat(result.err()).contains("listener 'third'", "in use");
            assertThat(NODE.explain("third", "GET", "http://shop.example/").getString("error"))
                    .as("it is not served")
                    .contains("listener 'third': expected one of");
            assertThat(status(NODE.http())).isEqualTo(200);
        }
    }

    /** The file with other text in place of a line of its own. */
    private static void rewrite(String key, String value) {
        String text = NODE.yaml().text();
        assertThat(text).contains("\n" + key + ": ");
        NODE.write(text.replaceFirst("(?m)^" + key + ": .*$", key + ": " + Matcher.quoteReplacement(value)));
    }

    private static void withFields(RawClient client, String path, int count) throws IOException {
        client.send("GET " + path + " HTTP/1.1\r\nhost: shop.example\r\n" + "x-field: y\r\n".repeat(count) + "\r\n");
    }

    @Test
    void limitsAreThoseOfTheFileForConnectionsThatComeAfterIt() throws IOException {
        try (RawClient kept = RawClient.to(NODE.http())) {
            withFields(kept, "/before", 30);
            assertThat(kept.answer().status()).isEqualTo(200);
            rewrite("limits", "{ drainTimeout: 2s, headerFieldsMax: 20, replayBytesMax: 0B }");
            assertThat(reload().good().out()).contains("limits: ");
            withFields(kept, "/kept", 30);
            assertThat(kept.answer().status())
                    .as("what was there keeps its own")
                    .isEqualTo(200);
            try (RawClient fresh = RawClient.to(NODE.http())) {
                withFields(fresh, "/fresh", 30);
                assertThat(fresh.answer().status()).isEqualTo(431);
            }
            rewrite("limits", "{ drainTimeout: 2s, connectionsTotal: 1 }");
            reload().good();
            assertThat(RawClient.isTurnedAway(NODE.http()))
                    .as("one more than in all")
                    .isTrue();
            withFields(kept, "/still", 30);
            assertThat(kept.answer().status()).isEqualTo(200);
        }
        NODE.write();
        assertThat(reload().good().out()).contains("limits: ");
        assertThat(status(NODE.http())).isEqualTo(200);
    }

    private static List<String> lines(String name) {
        Path file = NODE.folder().resolve(name);
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void told(String path) {
        try {
            assertThat(RawClient.get(NODE.http(), "shop.example", path).status())
                    .isEqualTo(200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitLines(String name, String path, int count) {
        Patience.until(
                count + " lines of " + path + " in " + name,
                () -> lines(name).stream().filter(line -> line.contains(path)).count() == count,
                () -> lines(name).toString());
    }

    private static long spans(OtlpReceiver receiver, String path) {
        return receiver.spans().stream()
                .filter(span -> path.equals(span.attributes().get("url.path")))
                .filter(span -> span.kind() == SpanKind.SPAN_KIND_SERVER)
                .count();
    }

    /** Twice as many requests as a batch holds, so that some wait to be written when others take over. */
    @Test
    void signalsGoWhereTheFileSaysAndNothingThatWaitsIsLost() throws IOException {
        int count = 600;
        OtlpReceiver first = FABRIC.closing(OtlpReceiver.start());
        OtlpReceiver second = FABRIC.closing(OtlpReceiver.start());
        rewrite(
                "telemetry",
                "{ accessLog: { path: one.log }, otlp: { endpoint: \"" + first.endpoint() + "\", interval: 1s } }");
        assertThat(reload().good().out()).contains("telemetry: ");
        for (int i = 0; i < count; i++) {
            told("/one");
        }
        rewrite(
                "telemetry",
                "{ accessLog: { path: two.log, format: text, text: 'T %REQ(:PATH)%' }, audit: { path: audit.log },"
                        + " otlp: { endpoint: \"" + second.endpoint() + "\", metrics: false } }");
        reload().good();
        told("/two");
        awaitLines("one.log", "/one", count);
        awaitLines("two.log", "T /two", 1);
        awaitLines("audit.log", "admin: reload", 1);
        Patience.until("spans at the first", () -> spans(first, "/one") == count);
        Patience.until("a span at the second", () -> spans(second, "/two") == 1);
        assertThat(spans(first, "/two")).isZero();
        Patience.until("meters at the first", () -> first.metrics().contains("aws-a http.server.request.duration"));
        assertThat(second.metrics()).isEmpty();
        assertThat(NODE.meter("bridgehead_signals_dropped_total", "signal=\"spans\""))
                .isZero();
        NODE.awaitMeter( // meters that are pulled went on
                requests -> requests >= count + 1,
                "http_server_request_duration_seconds_count",
                "service=\"shop\"",
                "http_response_status_code=\"200\"");
        rewrite("telemetry", "{ accessLog: { path: nowhere/access.log } }");
        Files.move(NODE.folder().resolve("two.log"), NODE.folder().resolve("two.log.1"));
        Cli.Result refused = reload();
        assertThat(refused.exit()).as(refused.toString()).isEqualTo(1);
        assertThat(refused.err()).contains("nothing was changed: telemetry: ", "nowhere/access.log");
        told("/three");
        awaitLines("two.log", "T /three", 1);
        NODE.write();
        reload().good();
        told("/four");
        assertThat(lines("two.log")).noneMatch(line -> line.contains("/four"));
    }

    @Test
    void whatTakesARestartIsNamedAndTheRestIsInForce() throws IOException {
        int port = Ports.next();
        NODE.write(NODE.yaml().text().replace("loops: 1", "loops: 2").replace("name: aws ", "name: aws, region: r1 ")
                + "  - { name: fifth, address: 127.0.0.1, port: " + port + " }\n");
        Cli.Result result = reload();
        assertThat(result.exit()).as(result.toString()).isEqualTo(4);
        assertThat(result.err().lines())
                .containsExactly(
                        "site.region: (none) -> r1: takes effect with a restart: peers, the cluster and the node's certificate know it by this",
                        "loops: 1 -> 2: takes effect with a restart: connections belong to the event loops that there are",
                        "bridgehead: 2 keys wait for a restart; the rest is in force");
        assertThat(status(port)).isEqualTo(200);
        NODE.write();
        reload().good();
    }

    /** Callers would be those of another site and trust domain at once, and the service is open to its own alone. */
    @Test
    void anotherNameWaitsForTheRestartInEveryPart() throws IOException {
        NODE.write(NODE.yaml()
                .text()
                .replace("name: aws ", "name: elsewhere ")
                .replaceFirst("trustDomain: [^ ,}]+", "trustDomain: other.example"));
        Cli.Result result = reload();
        assertThat(result.exit()).as(result.toString()).isEqualTo(4);
        assertThat(result.err())
                .contains("site.name: aws -> elsewhere: ", " -> other.example: takes effect with a restart");
        assertThat(status(NODE.http())).isEqualTo(200);
        assertThat(NODE.get("/v1/status").encode()).doesNotContain("elsewhere", "other.example");
        NODE.write();
        reload().good();
    }

    private static int asked(int port, String token) {
        try (RawClient client = RawClient.to(port)) {
            return client.send("GET / HTTP/1.1\r\nhost: people.example\r\nauthorization: Bearer " + token + "\r\n\r\n")
                    .answer()
                    .status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The service is open to people of the trust domain that is in force. */
    @Test
    void callersKnownByTokensAreWhoTheyWereUntilTheRestart() throws IOException {
        int port = Ports.next();
        TestIssuer login = new TestIssuer();
        Files.write(NODE.folder().resolve("login.json"), login.jwks());
        FABRIC.applied(
                NODE,
                Documents.http(
                        "people",
                        "people.example",
                        Map.of("aws", List.of(ENDPOINT.address())),
                        "allow: [ { from: [ \"spiffe://e2e.example/user/*\" ] } ]"),
                "--source",
                "people");
        String text = NODE.yaml().text() + "  - { name: tokens, address: 127.0.0.1, port: " + port
                + ", jwt: { issuers: [ login ], required: true } }\njwt: { issuers: [ { name: login, issuer: \""
                + TestIssuer.ISSUER
                + "\", jwks: { file: login.json }, audiences: [ shop ], identity: \"spiffe://e2e.example/user/{sub}\" } ] }\n";
        NODE.write(text);
        reload().good();
        String token = login.sign(TestIssuer.claims("ada", System.currentTimeMillis(), ""));
        Patience.until("ada is let in", () -> asked(port, token) == 200);
        NODE.write(text.replace("e2e.example", "other.example"));
        Cli.Result result = reload();
        assertThat(result.exit()).as(result.toString()).isEqualTo(4);
        assertThat(result.err())
                .contains("identity.trustDomain: e2e.example -> other.example: ", "jwt.issuers[0].identity: ");
        assertThat(asked(port, token)).isEqualTo(200);
        NODE.write();
        reload().good();
    }

    private static void hangUp(String logged) {
        int before = NODE.log().length();
        NODE.signal("HUP");
        Patience.until(
                "the log says " + logged,
                () -> NODE.log().substring(before).contains(logged),
                () -> NODE.log().substring(before));
    }

    @Test
    void sighupReloadsAndTheLogSaysWhatCameOfIt() throws IOException {
        int port = Ports.next();
        NODE.write(NODE.yaml().text() + "  - { name: sixth, address: 127.0.0.1, port: " + port + " }\n");
        hangUp("reload: done: listeners: [http, sixth]");
        assertThat(status(port)).isEqualTo(200);
        hangUp("\"from\":\"SIGHUP\"");
        NODE.write(NODE.yaml().text().replace("loops: 1", "loops: 2"));
        hangUp("reload: loops: 1 -> 2: takes effect with a restart");
        NODE.write(NODE.yaml().text().replace("loops:", "lops:"));
        hangUp("did you mean 'loops'?");
        NODE.awaitLog("reload: nothing was changed: gateway.yaml has problems");
        assertThat(status(NODE.http())).isEqualTo(200);
        NODE.write();
        hangUp("reload: done: ");
        NODE.signal("HUP");
        NODE.signal("HUP");
        assertThat(reload().good().out()).contains("listeners: [http]");
        assertThat(NODE.runs()).isTrue();
    }

    @Test
    void theLogShowsWhatItsLevelLetsThroughFromTheReloadOn() {
        rewrite("telemetry", "{ accessLog: { enabled: false }, log: { level: WARN } }");
        reload().good();
        int quiet = NODE.log().length();
        reload().good();
        rewrite("telemetry", "{ accessLog: { enabled: false }, log: { level: DEBUG } }");
        reload().good();
        FABRIC.applied(
                NODE,
                Documents.http("more", "more.example", Map.of("aws", List.of(ENDPOINT.address()))),
                "--source",
                "more");
        Patience.until("a line of DEBUG", () -> NODE.log().substring(quiet).contains("\"severity\":\"DEBUG\""));
        NODE.write();
        reload().good();
        Patience.until(
                "the last reload is said",
                () -> done(quiet) == 2,
                () -> NODE.log().substring(quiet));
    }

    /** How many reloads the log tells of from there on: not those while it was at WARN. */
    private static long done(int from) {
        return NODE.log()
                .substring(from)
                .lines()
                .filter(line -> line.contains("\"reload: done: "))
                .count();
    }

    /** One way of writing after the other to one file, and the file renamed: each line is whole, and none is missing. */
    @Test
    void linesAreWholeAndAllThereOverManyReloadsAndARenamedFile() throws IOException {
        List<String> names = List.of("whole.log.3", "whole.log.2", "whole.log.1", "whole.log");
        rewrite("telemetry", "{ accessLog: { path: whole.log } }");
        assertThat(reload().good().out()).contains("log files, opened again: ", "whole.log");
        Steady clients = FABRIC.closing(Steady.gets(NODE.http(), "shop.example", 16));
        for (int i = 0; i < 20; i++) {
            String audit = i % 3 == 0 ? "" : ", audit: { path: whole.audit, verdictsPerSecond: " + i + " }";
            rewrite("telemetry", "{ accessLog: { path: whole.log }" + audit + " }");
            if (i == 5) {
                Files.move(NODE.folder().resolve("whole.log"), NODE.folder().resolve(names.get(0)));
            } else if (i == 12 || i == 19) {
                reloadedInPlace();
                Files.move(NODE.folder().resolve("whole.log"), NODE.folder().resolve(names.get(i == 12 ? 1 : 2)));
            }
            reloadedInPlace();
            clients.awaitAnswered(20);
        }
        clients.close();
        assertThat(clients.failures()).isEmpty();
        long answered = clients.answered();
        Patience.until(
                answered + " whole lines in all",
                () -> whole(names, "url.path") == answered,
                () -> names.stream()
                        .map(name -> name + " " + lines(name).size())
                        .toList()
                        .toString());
        NODE.write();
        reload().good();
        assertThat(names.stream().mapToLong(name -> lines(name).size()).sum())
                .as("no others")
                .isEqualTo(answered);
        names.forEach(name -> assertThat(lines(name)).as(name).isNotEmpty());
        List<String> audited = List.of("whole.audit");
        Patience.until(
                "whole lines of the audit file",
                () -> !lines("whole.audit").isEmpty()
                        && whole(audited, "audit") == lines("whole.audit").size());
    }

    /** How many lines of these files are objects with such a key. */
    private static long whole(List<String> names, String key) {
        return names.stream()
                .flatMap(name -> lines(name).stream())
                .filter(line -> {
                    try {
                        return new JsonObject(line).containsKey(key);
                    } catch (DecodeException e) {
                        return false;
                    }
                })
                .count();
    }

    /** As the command does, without a process of its own. */
    private static void reloadedInPlace() {
        try {
            AdminClient.Answer answer = new AdminClient(NODE.socket()).post("/v1/reload", Map.of(), new byte[0]);
            assertThat(answer.ok()).as(answer.body()).isTrue();
        } catch (NodeUnreachableException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aPeerThatIsNotThereIsNamedWithItsFault() throws IOException {
        Patience.until(
                "the peer's fault is known",
                () -> NODE.get("/v1/tunnels").encode().contains("connect-failed"),
                () -> String.valueOf(NODE.get("/v1/tunnels")));
        Cli.Result result =
                Cli.run("get", "tunnels", "--socket", NODE.socket().toString()).good();
        assertThat(result.out()).contains("ADDRESS", "127.0.0.1:" + NOBODY, "connecting");
        assertThat(status(NODE.http())).isEqualTo(200);
    }
}
