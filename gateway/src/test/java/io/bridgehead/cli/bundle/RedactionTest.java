package io.bridgehead.cli.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RedactionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "authorization: Bearer hunter2",
                "{\"authorization\":\"Basic hunter2\"}",
                "password=hunter2 next",
                "api_key: 'hunter2'",
                "BRIDGEHEAD_TOKEN=hunter2",
                "https://ada:hunter2@example.org/x",
                "GET /a/b?sig=hunter2&x=1 HTTP/1.1",
                "cookie: hunter2",
                "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----",
                "token eyJhbGciOiJub25lIn0.hunter2.",
                "clientSecret = \"hunter2\""
            })
    void whatLooksLikeASecretIsTakenOut(String text) {
        assertThat(Redaction.text(text)).doesNotContain("hunter2").contains("***");
    }

    @Test
    void whatIsNeededStays() {
        String text = "bridgehead_requests_total{service=\"orders\",site=\"aws-use1\"} 17\n"
                + "spiffe://corp.example/site/aws-use1/gateway/aws-use1-a 2026-11-26T10:00:00Z 10.1.0.7:8080"
                + " sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        assertThat(Redaction.text(text)).isEqualTo(text);
    }

    @Test
    void namesHideWhatStandsUnderThem() {
        assertThat(Redaction.leaf("telemetry.otlp.headers.x-key", "hunter2"))
                .isEqualTo("telemetry.otlp.headers.x-key: ***");
        assertThat(Redaction.leaf("identity.files.key", "node.key")).isEqualTo("identity.files.key: node.key");
        JsonObject shown = Redaction.json(new JsonObject()
                .put("secret", "hunter2")
                .put(
                        "rows",
                        new JsonArray()
                                .add(new JsonObject().put("token", "hunter2").put("node", "a"))));
        assertThat(shown.encode()).doesNotContain("hunter2").contains("\"node\":\"a\"");
    }
}
