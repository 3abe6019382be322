package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A checker at the other site lets requests pass, sends others away, and says nothing; who has no answer is refused, or passes where that is wanted. */
final class AnotherServiceIsAskedAboutRequestsIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");
    private static final TestEndpoint CHECKER = FABRIC.endpoint("azure-1");

    @BeforeAll
    static void start() {
        FABRIC.node("aws-a").yaml().set("telemetry", "{ accessLog: { path: access.log } }");
        CHECKER.at("/check/good", (request, out) -> says(out, "200 OK\r\nx-user: ada\r\ncontent-length: 0\r\n\r\n"));
        CHECKER.at(
                "/check/bad",
                (request, out) -> says(
                        out,
                        "401 No\r\nwww-authenticate: Basic\r\nx-inner: 1\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nnever"));
        CHECKER.at("/check/ill", (request, out) -> says(out, "500 Ill\r\ncontent-length: 0\r\n\r\n"));
        CHECKER.talks("/check/late", (head, in, out) -> in.transferTo(OutputStream.nullOutputStream()));
        FABRIC.start();
        String check =
                "service: checker, path: /check, timeout: 1s, sendHeaders: [ x-tenant ], addToRequest: [ x-user ],"
                        + " addToAnswer: [ www-authenticate ]";
        FABRIC.applied(
                FABRIC.node("aws-a"),
                String.join(
                        "---\n",
                        Documents.http("checker", "checker.example", Map.of("azure", List.of(CHECKER.address()))),
                        guarded("strict", "externalAuthorization: { " + check + " }"),
                        guarded("lax", "externalAuthorization: { " + check + ", onFailure: allow }"),
                        guarded("lost", "externalAuthorization: { service: nobody }")));
        for (String service : List.of("strict", "lax", "lost")) {
            TestFabric.awaitServing(FABRIC.node("aws-a"), service, "aws");
        }
        TestFabric.awaitServing(FABRIC.node("aws-a"), "checker", "azure");
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
    void anotherAnswerIsTheClients() throws IOException {
        Message refusal = ask("strict", "/bad", "x");
        assertThat(refusal.status()).isEqualTo(401);
        assertThat(refusal.first("www-authenticate")).isEqualTo("Basic");
        assertThat(refusal.first("x-inner")).isNull();
        assertThat(refusal.text()).isEqualTo("never");
        assertThat(ask("lax", "/bad", "x").status()).isEqualTo(401);
        assertThat(reached("/bad")).isFalse();
        TestNode aws = FABRIC.node("aws-a");
        assertThat(aws.meter("bridgehead_external_checks_total{", "service=\"strict\"", "outcome=\"denied\""))
                .isEqualTo(1);
        Patience.until("the access log says it", () -> log(aws).contains("\"external_check\":\"denied\""));
        assertThat(aws.explain("http", "GET", "http://strict.example/").toString())
                .contains("service checker is asked at /check within 1000 ms");
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
}
