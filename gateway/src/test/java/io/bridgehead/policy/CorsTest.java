package io.bridgehead.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CorsTest {
    private static final String FOO = "https://www.foo.example";
    private static final Duration AGE = Duration.ofSeconds(5);

    private final Cors listed = new Cors(
            List.of(FOO, "https://*.bar.example"),
            true,
            List.of("GET", "OPTIONS"),
            List.of("x-1", "x-2"),
            List.of("x-3", "x-4"),
            Duration.ofHours(1));
    private final Cors open = new Cors(List.of("*"), false, List.of("*"), List.of("*"), List.of("*"), AGE);
    private final Cors openWithCredentials =
            new Cors(List.of("*"), true, List.of("*"), List.of("*"), List.of("*"), AGE);

    @Test
    void aPreflightRequestIsToldWhatIsAllowed() {
        assertThat(preflight(listed, FOO, "GET", "x-1, x-2")).isEqualTo("""
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers
                access-control-allow-origin: https://www.foo.example
                access-control-allow-credentials: true
                access-control-allow-methods: GET, OPTIONS
                access-control-allow-headers: x-1, x-2
                access-control-expose-headers: x-3, x-4
                access-control-max-age: 3600
                """);
        assertThat(preflight(listed, "https://a.b.bar.example", "PUT", null))
                .contains("access-control-allow-origin: https://a.b.bar.example\n")
                .contains("access-control-allow-methods: GET, OPTIONS\n");
    }

    @Test
    void anOriginThatMayNotCallIsToldNothing() {
        assertThat(preflight(listed, "https://foo.example", "GET", "x-1"))
                .isEqualTo("vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers\n");
    }

    @Test
    void theAsteriskIsWrittenOutWithoutCredentials() {
        assertThat(preflight(open, FOO, "PUT", null)).isEqualTo("""
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers
                access-control-allow-origin: *
                access-control-allow-methods: *
                access-control-allow-headers: *
                access-control-expose-headers: *
                access-control-max-age: 5
                """);
        assertThat(preflight(open, FOO, "PUT", "authorization, x-1"))
                .contains("access-control-allow-headers: authorization, x-1\n");
    }

    @Test
    void withCredentialsWhatWasAskedForIsNamedInstead() {
        assertThat(preflight(openWithCredentials, FOO, "PUT", "x-1, x-2")).isEqualTo("""
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers
                access-control-allow-origin: https://www.foo.example
                access-control-allow-credentials: true
                access-control-allow-methods: PUT
                access-control-allow-headers: x-1, x-2
                access-control-max-age: 5
                """);
        assertThat(preflight(openWithCredentials, FOO, "PUT", null)).doesNotContain("allow-headers");
        assertThat(preflight(openWithCredentials, FOO, "P\u0085", "x:1; y"))
                .doesNotContain("allow-headers")
                .doesNotContain("allow-methods");
    }

    @Test
    void whatIsNotSaidIsNotAllowed() {
        Cors origins = new Cors(List.of(FOO), false, List.of(), List.of(), List.of(), AGE);
        assertThat(preflight(origins, FOO, "PUT", "x-1")).isEqualTo("""
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers
                access-control-allow-origin: https://www.foo.example
                access-control-max-age: 5
                """);
        Cors none = new Cors(List.of(), false, List.of("GET"), List.of(), List.of(), AGE);
        assertThat(preflight(none, FOO, "GET", null)).doesNotContain("access-control");
    }

    @Test
    void otherRequestsGoOnToTheirEndpoint() {
        assertThat(listed.preflight(head("GET", "origin", FOO, "access-control-request-method", "GET")))
                .isNull();
        assertThat(listed.preflight(head("OPTIONS", "origin", FOO))).isNull();
        assertThat(listed.preflight(head("OPTIONS", "access-control-request-method", "GET")))
                .isNull();
        assertThat(listed.preflight(
                        head("OPTIONS", "origin", FOO, "origin", FOO, "access-control-request-method", "GET")))
                .isNull();
    }

    @Test
    void answersSayWhatHoldsHereInsteadOfWhatTheEndpointSaid() {
        HeaderFields answer = fields(
                "content-type", "text/plain",
                "access-control-allow-origin", "*",
                "access-control-allow-methods", "*",
                "access-control-private-network", "true");
        listed.decorate(FOO, answer);
        assertThat(answer).hasToString("""
                content-type: text/plain
                vary: Origin
                access-control-allow-origin: https://www.foo.example
                access-control-allow-credentials: true
                access-control-expose-headers: x-3, x-4
                """);
    }

    @Test
    void answersForOthersSayNothing() {
        for (String origin : Arrays.asList(null, "https://evil.example", "null")) {
            HeaderFields answer = fields("access-control-allow-origin", "*", "vary", "accept");
            listed.decorate(origin, answer);
            assertThat(answer).hasToString("""
                    vary: accept
                    vary: Origin
                    """);
        }
    }

    @Test
    void varyIsSaidOnceAndOnlyWhereAnswersDiffer() {
        HeaderFields said = fields("vary", "accept, ORIGIN");
        listed.decorate(FOO, said);
        assertThat(said.toString()).startsWith("vary: accept, ORIGIN\naccess-control-allow-origin");
        HeaderFields all = fields("vary", "*");
        listed.decorate(null, all);
        assertThat(all).hasToString("vary: *\n");
        HeaderFields same = fields();
        open.decorate(FOO, same);
        assertThat(same).hasToString("""
                access-control-allow-origin: *
                access-control-expose-headers: *
                """);
    }

    @Test
    void allFieldsAreExposedByNameWithCredentials() {
        HeaderFields answer = fields("x-a", "1", "x-b", "2", "x-a", "3", "set-cookie", "a=b");
        openWithCredentials.decorate(FOO, answer);
        assertThat(answer.toString())
                .contains("access-control-expose-headers: x-a, x-b, vary\n")
                .contains("access-control-allow-origin: https://www.foo.example\n");
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.example, https://a.example, true",
        "https://a.example, https://A.Example:443, true",
        "https://a.example:443, https://a.example, true",
        "https://a.example, https://a.example:8443, false",
        "https://a.example:8443, https://a.example:8443, true",
        "https://a.example, http://a.example, false",
        "http://a.example, http://a.example:80, true",
        "https://*.example, https://a.example, true",
        "https://*.example, https://a.b.example, true",
        "https://*.example, https://example, false",
        "https://*.example, https://.example, false",
        "https://*.example, https://aexample, false",
        "https://*.example, https://a.example:8443, false",
        "https://*.example:8443, https://a.example:8443, true",
        "https://*.example, https://evil.test/.example, false",
        "https://*.example, https://evil.test#.example, false",
        "https://*.example, https://user@a.example, false",
        "https://*, https://anything.test, true",
        "https://*, http://anything.test, false",
        "http://*, http://anything.test, true",
        "https://*, https://[2001:db8::1], true",
        "https://[2001:db8::1]:8443, https://[2001:db8::1]:8443, true",
        "https://*, null, false",
        "*, null, true",
        "*, chrome-extension://abc, true",
        "https://a.example, https://a.example:, false",
        "https://a.example, https://a.example:443443, false",
        "https://a.example, https://, false",
        "https://a.example, '', false",
    })
    void originsFit(String allowed, String origin, boolean fits) {
        assertThat(CorsOrigin.parse(allowed).fits(CorsOrigin.of(origin))).isEqualTo(fits);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "a.example", "ftp://a.example", "https://", "https://a.example/", "https://a*.example",
                "https://*a.example", "https://a.*.example", "https://a.example:0", "https://a.example:x", "null", "**",
                "https://*.*.example", "https://a b"
            })
    void whatIsNoOriginIsRefused(String origin) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Cors(List.of(origin), false, List.of(), List.of(), List.of(), AGE))
                .withMessageStartingWith("origin '" + origin + "': expected ");
    }

    @Test
    void namesAreNames() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Cors(List.of("*"), false, List.of("GET, PUT"), List.of(), List.of(), AGE))
                .withMessage("method 'GET, PUT': expected a name, or '*'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Cors(List.of("*"), false, List.of("GET PUT"), List.of(), List.of(), AGE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Cors(List.of("*"), false, List.of(), List.of("a\r\nb"), List.of(), AGE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Cors(List.of("*"), false, List.of(), List.of(), List.of(), Duration.ZERO))
                .withMessage("maxAge 0: expected 1 second or more");
    }

    @Test
    void equalTermsAreEqual() {
        assertThat(new Cors(List.of("*"), false, List.of("*"), List.of("*"), List.of("*"), AGE))
                .isEqualTo(open)
                .isNotEqualTo(openWithCredentials)
                .hasSameHashCodeAs(open);
    }

    private static String preflight(Cors cors, String origin, String method, @Nullable String headers) {
        RequestHead head = headers == null
                ? head("OPTIONS", "origin", origin, "access-control-request-method", method)
                : head(
                        "OPTIONS",
                        "origin",
                        origin,
                        "access-control-request-method",
                        method,
                        "access-control-request-headers",
                        headers);
        return Objects.requireNonNull(cors.preflight(head)).toString();
    }

    private static RequestHead head(String method, String... fields) {
        return new RequestHead(method, "http", "h.example", "/", fields(fields));
    }

    private static HeaderFields fields(String... pairs) {
        HeaderFields fields = new HeaderFields();
        for (int i = 0; i < pairs.length; i += 2) {
            fields.add(pairs[i], Arrays.asList(pairs).get(i + 1));
        }
        return fields;
    }
}
