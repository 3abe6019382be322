package io.bridgehead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests and documents are validated together; what does no harm is a problem only when it is asked for. */
class ValidateCommandTest {
    private static final String ROUTE = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: shop }
            spec:
              rules:
              - matchs: []
                backendRefs: [ { name: orders, port: 80 } ]
            ---
            apiVersion: bridgehead.io/v1
            kind: Service
            metadata: { name: orders }
            spec: { hostnames: [ orders.example ], sites: { a: { endpoints: [ "10.0.0.1:80" ] } } }
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @Test
    void anUnknownKeyIsAProblemForTheStrict() throws IOException {
        Path file = Files.writeString(folder.resolve("shop.yaml"), ROUTE);
        assertThat(validate(folder.toString())).isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines("no problems found");
        assertThat(err.toString()).isEmpty();
        assertThat(validate("--strict", file.toString())).isEqualTo(1);
        assertThat(err.toString())
                .startsWith(file + ":6:5: spec.rules[0]: found unknown key 'matchs', expected one of name, matches,")
                .contains("did you mean 'matches'?");
    }

    @Test
    void problemsAreAListWithPlaceValueAndExpectation() throws IOException {
        Path file = Files.writeString(folder.resolve("shop.yaml"), ROUTE);
        assertThat(validate("-o", "json", file.toString())).isZero();
        assertThat(new JsonObject(out.toString())).isEqualTo(new JsonObject().put("problems", new JsonArray()));
        out.getBuffer().setLength(0);
        assertThat(validate("--strict", "-o", "json", file.toString())).isEqualTo(1);
        JsonArray problems = new JsonObject(out.toString()).getJsonArray("problems");
        assertThat(err.toString()).isEmpty();
        assertThat(problems).hasSize(1);
        JsonObject problem = problems.getJsonObject(0);
        assertThat(problem.getString("file")).isEqualTo(file.toString());
        assertThat(problem.getInteger("line")).isEqualTo(6);
        assertThat(problem.getInteger("column")).isEqualTo(5);
        assertThat(problem.getString("key")).isEqualTo("spec.rules[0]");
        assertThat(problem.getString("found")).isEqualTo("unknown key 'matchs'");
        assertThat(problem.getString("expected")).startsWith("one of name, matches,");
        assertThat(problem.getString("hint")).isEqualTo("did you mean 'matches'?");
        assertThat(problem.getString("message")).startsWith(file + ":6:5: spec.rules[0]: found unknown key 'matchs'");
    }

    @Test
    void whatHasNoPlaceSaysSoInTheSameFields() throws IOException {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), "site: { name: aws }\n");
        assertThat(validate("-o", "json", file.toString())).isEqualTo(1);
        JsonObject problem =
                new JsonObject(out.toString()).getJsonArray("problems").getJsonObject(0);
        assertThat(problem.fieldNames())
                .containsExactly("file", "line", "column", "key", "found", "expected", "hint", "message");
        assertThat(problem.getString("file")).isEqualTo(file.toString());
        assertThat(problem.getInteger("line")).isNull();
        assertThat(problem.getValue("key")).isNull();
        assertThat(problem.getString("message")).isNotEmpty();
    }

    @Test
    void tiersOfAPolicyThatAreNeverReachedAreAProblemForTheStrict() throws IOException {
        Path file = Files.writeString(folder.resolve("all.yaml"), """
                apiVersion: bridgehead.io/v1
                kind: TrafficPolicy
                metadata: { name: near }
                spec:
                  services: { names: [ orders ] }
                  failover: { order: [ local, sameRegion, local, b, c, anySite, a ] }
                ---
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: orders }
                spec:
                  hostnames: [ orders.example ]
                  sites: { a: { endpoints: [ "10.0.0.1:80" ] }, b: { endpoints: [ "10.0.0.2:80" ] } }
                """);
        assertThat(validate(file.toString())).isZero();
        assertThat(validate("--strict", file.toString())).isEqualTo(1);
        String never = "', which is never reached, expected ";
        assertThat(err.toString().lines())
                .containsExactly(
                        file + ":6:43: spec.failover.order[2]: found 'local" + never
                                + "nothing behind 'local' that it means as well",
                        file + ":6:53: spec.failover.order[4]: found 'c" + never
                                + "a site where a service that goes by this order has endpoints: a, b",
                        file + ":6:65: spec.failover.order[6]: found 'a" + never
                                + "nothing behind 'anySite' that it means as well");
    }

    @Test
    void whatAServerWouldRefuseIsAProblemForEveryone() throws IOException {
        Path file = Files.writeString(folder.resolve("shop.json"), """
                {
                  "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": "shop"},
                  "spec": {"rules": [{"backendRefs": [{"name": "orders"}]}]}
                }
                """);
        assertThat(validate(file.toString())).isEqualTo(1);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines(
                        file
                                + ":3:39: spec.rules[0].backendRefs[0].port: missing, expected a port for a Service, from 1 to 65535");
    }

    @Test
    void documentsAreStillJudgedAmongThemselves() throws IOException {
        Files.writeString(
                folder.resolve("one.yaml"), ROUTE + "---\n" + ROUTE.substring(ROUTE.indexOf("apiVersion: bridgehead")));
        assertThat(validate(folder.toString())).isEqualTo(1);
        assertThat(err.toString())
                .contains("metadata.name: found 'orders' twice, expected a name of its own for each Service");
    }

    @Test
    void whatTheStatusWouldTellIsAProblemForTheStrict() throws IOException {
        Path file = Files.writeString(folder.resolve("all.yaml"), """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: { name: edge }
                spec:
                  gatewayClassName: bridgehead
                  listeners:
                  - { name: http, port: 8080, protocol: HTTP }
                  - { name: odd, port: 8081, protocol: example.com/odd }
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: shop }
                spec:
                  parentRefs:
                  - { name: edge, sectionName: http }
                  - { name: other }
                  rules:
                  - backendRefs: [ { name: none, port: 80 } ]
                """);
        assertThat(validate(file.toString())).isZero();
        assertThat(validate("--strict", file.toString())).isEqualTo(1);
        assertThat(err.toString())
                .contains(file + ":8:5: spec.listeners[1]: UnsupportedProtocol: ")
                .contains(file + ":16:5: spec.parentRefs[1]: NoMatchingParent: ")
                .contains(file + ":17:3: spec.rules: BackendNotFound: ")
                .doesNotContain("spec.parentRefs[0]");
    }

    private int validate(String... arguments) {
        return Commands.execute(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                Stream.concat(Stream.of("validate"), Stream.of(arguments)).toArray(String[]::new));
    }
}
