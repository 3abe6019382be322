package io.bridgehead.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedirectionTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // listener, its port, scheme, port, location
                "http,    80, -,     -,    http://h.example/a?b",
                "http,    80, -,     80,   http://h.example/a?b",
                "http,    80, -,     8080, http://h.example:8080/a?b",
                "http,    80, https, -,    https://h.example/a?b",
                "http,    80, https, 443,  https://h.example/a?b",
                "http,    80, https, 8443, https://h.example:8443/a?b",
                "http,  8080, -,     -,    http://h.example:8080/a?b",
                "http,  8080, -,     80,   http://h.example/a?b",
                "http,  8080, https, -,    https://h.example/a?b",
                "http,  8080, http,  -,    http://h.example/a?b",
                "https,  443, -,     -,    https://h.example/a?b",
                "https,  443, -,     443,  https://h.example/a?b",
                "https,  443, -,     8443, https://h.example:8443/a?b",
                "https,  443, -,     80,   https://h.example:80/a?b",
                "https,  443, http,  -,    http://h.example/a?b",
                "https,  443, http,  80,   http://h.example/a?b",
                "https,  443, http,  8080, http://h.example:8080/a?b",
                "https, 8443, -,     -,    https://h.example:8443/a?b",
            })
    void thePortFollowsFromTheSchemeOrTheListener(
            String listener, int listenerPort, @Nullable String scheme, @Nullable Integer port, String location) {
        Redirection redirection = new Redirection(scheme, null, port, null, 302);
        assertThat(redirection.location(head(listener, "h.example:1234", "/a?b"), listenerPort))
                .isEqualTo(location);
    }

    @ParameterizedTest
    @CsvSource({
        "h.example, http://h.example/a",
        "H.Example:99, http://H.Example/a",
        "192.0.2.1:99, http://192.0.2.1/a",
        "[2001:db8::1], http://[2001:db8::1]/a",
        "[2001:db8::1]:99, http://[2001:db8::1]/a",
        "a_b.example, http://a_b.example/a",
        "'', /a",
        "evil.example/x, /a",
        "user@evil.example, /a",
        "'h.example\r\nset-cookie: a=b', /a",
        "'[::1]evil.example', /a",
        "'[evil.example]', /a",
        "'h.example?', /a",
        "'h.example#x', /a",
    })
    void theHostIsThatOfTheRequestWithoutItsPort(String authority, String location) {
        assertThat(new Redirection(null, null, null, null, 302).location(head("http", authority, "/a"), 80))
                .isEqualTo(location);
    }

    @Test
    void hostAndPathAreReplaced() {
        Redirection redirection =
                new Redirection("https", "other.example", 8443, new PathChange.Prefix("/a", "/x/y"), 301);
        assertThat(redirection.location(head("http", "h.example", "/a/b?c"), 80))
                .isEqualTo("https://other.example:8443/x/y/b?c");
        assertThat(new Redirection(null, null, null, new PathChange.Full("/full"), 302)
                        .location(head("http", "h.example", "/a/b?c"), 80))
                .isEqualTo("http://h.example/full?c");
    }

    @Test
    void aPathIsNeverReadAsAHost() {
        Redirection strip = new Redirection(null, null, null, new PathChange.Prefix("/a", "/"), 302);
        assertThat(strip.location(head("http", "h.example", "/a//evil.example/x"), 80))
                .isEqualTo("http://h.example//evil.example/x");
        assertThat(strip.location(head("http", "", "/a//evil.example/x"), 80)).isEqualTo("/evil.example/x");
    }

    @Test
    void aRequestWithoutPathIsSentToTheRoot() {
        Redirection https = new Redirection("https", null, null, null, 308);
        assertThat(https.location(head("http", "h.example", "*"), 80)).isEqualTo("https://h.example/");
        assertThat(https.location(head("http", "h.example", ""), 80)).isEqualTo("https://h.example/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a b", "A.example", "a.example:80", "*.example", "a..b", "-a.example", "a/b", "a.example."})
    void aHostnameIsOne(String hostname) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Redirection(null, hostname, null, null, 302))
                .withMessageStartingWith("hostname '" + hostname + "': expected ");
    }

    @Test
    void whatIsNotOfTheSpecificationIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Redirection("ftp", null, null, null, 302))
                .withMessage("scheme 'ftp': expected http or https");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Redirection(null, null, 0, null, 302))
                .withMessage("port 0: expected 1 to 65535");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Redirection(null, null, null, null, 304))
                .withMessage("status 304: expected 301, 302, 303, 307 or 308");
    }

    private static RequestHead head(String scheme, String authority, String path) {
        return new RequestHead("GET", scheme, authority, path, new HeaderFields());
    }
}
