package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A checker at the other site lets requests pass, sends others away, and says nothing; who has no answer is refused, or passes where that is
 * wanted.
 */
final class AnotherServiceIsAskedAboutRequestsIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");
    private static final TestEndpoint CHECKER = FABRIC.endpoint("azure-1");
    private static final CountDownLatch REPLACED = new CountDownLatch(1);
    private static final String CLOSED = """
            apiVersion: bridgehead.io/v1
            kind: AuthorizationPolicy
            metadata: { name: closed-questions }
            spec:
              services: { names: [ checker ] }
              action: DENY
              rules: [ { to: [ { operation: { paths: [ "/check/closed*", "/good" ] } } ] } ]
            """;

    @BeforeAll
    static void start() {
        FABRIC.node("aws-a").yaml().set("telemetry", "{ accessLog: { path: access.log } }");
        CHECKER.at("/check/good", (_, out) -> says(out, "200 OK\r\nx-user: ada\r\ncontent-length: 4\r\n\r\nfine"));
        CHECKER.at(
                "/check/bad",
                (_, out) -> says(
                        out,
                        "401 No\r\nwww-authenticate: Basic\r\nx-inner: 1\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nnever"));
        CHECKER.at("/check/ill", (_, out) -> says(out, "500 Ill\r\ncontent-length: 0\r\n\r\n"));
        CHECKER.talks("/check/late", (_, in, _) -> in.transferTo(OutputStream.nullOutputStream()));
        CHECKER.at("/check/slow", (_, out) -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
            says(out, "200 OK\r\nx-user: ada\r\ncontent-length: 0\r\n\r\n");
        });
        FABRIC.start();
        FABRIC.applied(FABRIC.node("aws-a"), documents(", timeout: 10s"));
        for (String service : List.of("strict", "lax", "lost", "patient")) {
            TestFabric.awaitServing(FABRIC.node("aws-a"), service, "aws");
        }
        TestFabric.awaitServing(FABRIC.node("aws-a"), "checker", "azure");
        // the first question, for which both nodes load what they need, may take longer than the second that it has
        Patience.until("the checker is heard in time", () -> passes("strict", "/good?first"));
    }

    private static boolean passes(String service, String path) {
        try {
            return ask(service, path, "x").status() == 200;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String documents(String patience) {
        String check = "service: checker, path: /check, sendHeaders: [ x-tenant ], addToRequest: [ x-user ],"
                + " addToAnswer: [ www-authenticate ]";
        return String.join(
                "---\n",
                CLOSED,
                Documents.http("checker", "checker.example", Map.of("azure", List.of(CHECKER.address()))),
                guarded("strict", "externalAuthorization: { " + check + ", timeout: 1s }"),
                guarded("lax", "externalAuthorization: { " + check + ", timeout: 1s, onFailure: allow }"),
                guarded("lost", "externalAuthorization: { service: nobody }"),
                guarded("patient", "externalAuthorization: { " + check + patience + " }"));
    }

    private static String guarded(String name, String check) {
        return Documents.http(name, name + ".example", Map.of("aws", List.of(ENDPOINT.address())), check);
    }

    private static void says(OutputStream out, String answer) throws IOException {
        out.write(("HTTP/1.1 " + answer).getBytes(StandardCharsets.US_ASCII));
    }

    private static Message ask(String service, String path, String body) throws IOException {
        try (RawClient client = RawClient.to(FABRIC.node("aws-a").http())) {
            return client.send("POST " + path + " HTTP/1.1\r\nHost: " + service
                            + ".example\r\nX-Tenant: t1\r\nX-User: mallory\r\nCookie: c=1\r\nContent-Length: "
                            + body.length()
                            + "\r\n\r\n" + body)
                    .answer();
        }
    }

    private static Message last(TestEndpoint at, String target) {
        return at.requests().stream()
                .filter(request -> request.target().equals(target))
                .reduce((_, later) -> later)
                .orElseThrow();
    }

    private static boolean reached(String target) {
        return ENDPOINT.requests().stream().anyMatch(request -> request.target().equals(target));
    }

    @Test
    void aGoodAnswerLetsTheRequestPassWithWhatItSays() throws IOException {
        String body = "x".repeat(100_000);
        assertThat(ask("strict", "/good?q=1", body).status()).isEqualTo(200);
        Message served = last(ENDPOINT, "/good?q=1");
        assertThat(served.first("x-user")).isEqualTo("ada");
        assertThat(served.text()).isEqualTo(body);

        Message asked = last(CHECKER, "/check/good?q=1");
        assertThat(asked.method()).isEqualTo("POST");
        assertThat(asked.first("host")).isEqualTo("strict.example");
        assertThat(asked.first("x-tenant")).isEqualTo("t1");
        assertThat(asked.first("x-request-id")).isEqualTo(served.first("x-request-id"));
        assertThat(asked.first("cookie")).isNull();
        assertThat(asked.first("x-user")).isNull();
        assertThat(asked.body()).isEmpty();
    }

    @Test
    void whatOnlyTheCheckerSaysIsNotTheClientsToSayInTrailers() throws IOException {
        try (RawClient client = RawClient.to(FABRIC.node("aws-a").http())) {
            int status = client.send(
                            "POST /good?trailers HTTP/1.1\r\nHost: strict.example\r\nTransfer-Encoding: chunked\r\n"
                                    + "Trailer: x-user, x-sum\r\n\r\n4\r\nbody\r\n0\r\nx-user: mallory\r\nx-sum: 7\r\n\r\n")
                    .answer()
                    .status();
            assertThat(status).isEqualTo(200);
        }
        Message served = last(ENDPOINT, "/good?trailers");
        assertThat(served.text()).isEqualTo("body");
        assertThat(served.trailer("x-sum")).isEqualTo("7");
        assertThat(served.trailer("x-user")).isNull();
        assertThat(served.first("x-user")).isEqualTo("ada");
    }

    @Test
    void anotherAnswerIsTheClients() throws IOException {
        Message refusal = ask("strict", "/bad", "x");
        assertThat(refusal.status()).isEqualTo(401);
        assertThat(refusal.first("www-authenticate")).isEqualTo("Basic");
        assertThat(refusal.first("x-inner")).isNull();
        assertThat(refusal.text()).isEqualTo("never");
        assertThat(ask("lax", "/bad", "x").status()).isEqualTo(401);
        assertThat(reached("/bad")).isFalse();
        TestNode aws = FABRIC.node("aws-a");
        aws.awaitMeter(
                denied -> denied == 1,
                "bridgehead_external_check_duration_seconds_count{",
                "service=\"strict\"",
                "outcome=\"denied\"");
        Patience.until("the access log says it", () -> log(aws).contains("\"external_check\":\"denied\""));
        assertThat(aws.explain("http", "GET", "http://strict.example/").toString())
                .contains("service checker is asked at /check within 1000 ms");
        String socket = aws.socket().toString();
        assertThat(Cli.run("get", "policies", "--socket", socket).good().out())
                .contains("ExternalAuthorization", "ASK checker", "closed-questions");
    }

    private static String log(TestNode node) {
        try {
            return Files.readString(node.folder().resolve("access.log"));
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void withoutAnAnswerTheDocumentDecides() throws IOException {
        for (String path : List.of("/ill", "/late")) {
            Message refusal = ask("strict", path, "x");
            assertThat(refusal.status()).isEqualTo(403);
            assertThat(refusal.text()).contains("check-failed").doesNotContain("checker");
            assertThat(reached(path)).isFalse();
            assertThat(ask("lax", path, "x").status()).isEqualTo(200);
            assertThat(last(ENDPOINT, path).first("x-user"))
                    .as("what the client claims is not the checker's word")
                    .isNull();
        }
        assertThat(ask("lost", "/any", "x").status()).isEqualTo(403);
        assertThat(reached("/any")).isFalse();
    }

    @Test
    void policiesOfTheCheckerJudgeTheQuestion() throws IOException {
        assertThat(ask("strict", "/good", "x").status())
                .as("the path of the request is not the question's")
                .isEqualTo(200);
        assertThat(ask("strict", "/closed", "x").status()).isEqualTo(403);
        assertThat(CHECKER.requests()).noneMatch(request -> request.target().startsWith("/check/closed"));
        TestNode aws = FABRIC.node("aws-a");
        Patience.until("the access log says why", () -> log(aws).contains("closed-questions"));
        assertThat(ask("lax", "/closed", "x").status())
                .as("a policy is no failure that passes")
                .isEqualTo(403);
        assertThat(reached("/closed")).isFalse();
    }

    @Test
    void aChangeLeavesChecksThatAreUnderWayAlone()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        TestNode aws = FABRIC.node("aws-a");
        List<Future<Integer>> callers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 3; i++) {
                callers.add(threads.submit(AnotherServiceIsAskedAboutRequestsIT::askUntilReplaced));
            }
            Patience.until("the checker is asked", () -> asked("/check/slow") > callers.size());
            FABRIC.applied(aws, documents(", timeout: 9s"));
            assertThat(aws.explain("http", "GET", "http://patient.example/").toString())
                    .contains("within 9000 ms");
            long since = asked("/check/slow");
            Patience.until("the checker is asked by the new word", () -> asked("/check/slow") > since);
            REPLACED.countDown();
            for (Future<Integer> caller : callers) {
                assertThat(caller.get(20, TimeUnit.SECONDS)).isPositive();
            }
        } finally {
            REPLACED.countDown();
        }
        assertThat(last(ENDPOINT, "/slow").first("x-user")).isEqualTo("ada");
    }

    private static long asked(String target) {
        return CHECKER.requests().stream()
                .filter(request -> request.target().equals(target))
                .count();
    }

    /** With three of these somebody always waits for an answer; each must be good. */
    private static int askUntilReplaced() throws IOException {
        int good = 0;
        while (REPLACED.getCount() > 0) {
            Message answer = ask("patient", "/slow", "x");
            if (answer.status() != 200) {
                throw new AssertionError("answered " + answer.status() + " after " + good);
            }
            good++;
        }
        return good;
    }
}
