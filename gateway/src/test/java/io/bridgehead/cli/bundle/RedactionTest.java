package io.bridgehead.cli.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
                "clientSecret = \"hunter2\"",
                "cookie: a=1; session=hunter2",
                "cookie: theme=\"dark\"; session=hunter2",
                "cookie: \"dark\"; session=hunter2",
                "{\"body\":\"found cookie: theme=\\\"dark\\\"; session=hunter2\",\"x\":1}",
                "{\"cookie\":\"theme=\\\"dark\\\"; session=hunter2\",\"x\":1}",
                "Authorization: Digest username=\"ada\", nonce=\"1\", response=\"hunter2\"",
                "found Digest username=\"ada\", response=\"hunter2\"",
                "\"tokens\":{\"a\":{\"v\":\"x\"},\"b\":\"hunter2\"}",
                "tokens: [ { a: \"}\" }, hunter2 ]",
                "headers={x-key: hunter2}",
                "signature=hunter2",
                "private-value: hunter2",
                "Authorization: AWS4-HMAC-SHA256 Credential=ada/x, Signature=hunter2",
                "\"password\":\"a\\\"hunter2\"",
                "{\\\"token\\\":\\\"a hunter2\\\"}",
                "\"tokens\": [\"a\", \"hunter2\"]",
                "tokens={ first: hunter2 }",
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0A1B\n\nhunter2\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nhunter2",
                "a -----BEGIN PRIVATE KEY-----\\nhunter2\\n-----END PRIVATE KEY----- b",
                "hunter2\nhunter2==\n-----END PRIVATE KEY-----\nnext",
                "10:00 x hunter2\\n-----END PRIVATE KEY-----"
            })
    void whatLooksLikeASecretIsTakenOut(String text) {
        assertThat(Redaction.text(text)).doesNotContain("hunter2").contains("***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQ",
                "MIGHAgE/MBMGByqGSM/9AgEGCCqGSM49/wEHBG0wawIBAQ==",
                "/AbC/dEf+GhI/jKl0MnO/pQr1StU2vWx/yZ3=",
                "AbCdEfGh+jKlMnOpQrStUvWxYzAbCdEfGhIj",
                "vb_7cHqyLZ-0VNWMuq3QkMSxXQdyHS1r",
            })
    void longMixedWordsAreTakenOutWhereverTheyStand(String word) {
        for (String text :
                new String[] {word, "key=" + word, "a '" + word + "' b", "{\"x\":\"" + word + "\"}", "a," + word}) {
            assertThat(Redaction.text(text)).as(text).contains("***").doesNotContain(word.substring(4, 12));
        }
    }

    @Test
    void linesOfBlocksAreTakenOutEvenWithoutTheirBeginAndEnd() {
        String line = "abcdefgh".repeat(8);
        String text = "2026-11-26 one\n  " + line + "\n  " + line + "\n  " + line + "\n  wxyz==\n2026-11-26 two\n";
        assertThat(Redaction.text(text)).isEqualTo("2026-11-26 one\n***\n2026-11-26 two\n");
    }

    @Test
    void textAfterABlockAndMessagesAboutBlocksStay() {
        assertThat(Redaction.text("one\n-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\ntwo"))
                .isEqualTo("one\n***\ntwo");
        String message = "expected 1 to 8 '-----BEGIN CERTIFICATE-----'\nnext";
        assertThat(Redaction.text(message)).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a ",
                "/",
                "a-",
                "token",
                "?",
                "-----BEGIN A-----",
                "passw",
                "a.token=\"",
                "token={",
                "eyJ",
                "\\",
                "://"
            })
    @Timeout(60)
    void longTextsAreReadToTheirEnd(String part) {
        assertThat(Redaction.text(part.repeat((256 << 10) / part.length()))).isNotEmpty();
    }

    @Test
    void whatFollowsAStringOfJsonStays() {
        assertThat(Redaction.text("{\"cookie\":\"a=\\\"b\\\"; c=d\",\"status\":200}"))
                .isEqualTo("{\"cookie\":***,\"status\":200}");
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
                                .add(new JsonObject().put("token", "hunter2").put("node", "a")))
                .put("tokens", new JsonArray().add("hunter2").add(new JsonArray().add("hunter2")))
                .put("headers", new JsonObject().put("x", new JsonObject().put("y", "hunter2")))
                .put("passwordNumber", 17_171_717)
                .putNull("cookie"));
        assertThat(shown.encode()).doesNotContain("hunter2").contains("\"node\":\"a\"", "\"cookie\":null");
        assertThat(shown.encode()).contains("\"tokens\":\"***\"", "\"headers\":\"***\"", "\"passwordNumber\":\"***\"");
    }
}
