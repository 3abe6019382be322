package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.config.AccessFormat;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.proxy.NotedFields;
import io.bridgehead.proxy.TestExchanges;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextLineTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

    private static String line(String format, String... fields) {
        AccessFormat parsed = AccessFormat.parse(format);
        return line(parsed, TestExchanges.answered(1, TextLine.noted(parsed), 200, 25, fields));
    }

    private static String line(AccessFormat parsed, ExchangeRecord exchange) {
        StringBuilder line = new StringBuilder();
        new TextLine(parsed).append(line, exchange, START);
        return line.toString();
    }

    @Test
    void operatorsStandForWhatHappened() {
        assertThat(line(
                        "[%START_TIME%] \"%REQ(:METHOD)% %REQ(:PATH)% %PROTOCOL%\" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED%"
                                + " %BYTES_SENT% %DURATION% %UPSTREAM_HOST% %UPSTREAM_CLUSTER% %DOWNSTREAM_REMOTE_ADDRESS% 100%%",
                        "user-agent", "curl/8"))
                .isEqualTo(
                        "[2026-01-02T03:04:05.678Z] \"GET /x?y=1 HTTP/1.1\" 200 - 0 5 25 10.0.0.1:80 orders 192.0.2.7 100%");
    }

    @Test
    void fieldsAreThoseThatWerePassedOn() {
        assertThat(line(
                        "%REQ(User-Agent)% %REQ(x-none?user-agent):4% %REQ(X-FORWARDED-FOR)% %REQ(x-none)% %REQ_WITHOUT_QUERY(:PATH)%",
                        "user-agent", "curl/8", "x-forwarded-for", "6.6.6.6"))
                .isEqualTo("curl/8 curl 192.0.2.7 - /x");
    }

    @Test
    void nothingThatClientsSendEndsALineOrItsQuotation() {
        String line = line("\"%REQ(user-agent)%\"", "user-agent", "a\"b\\c\u009b\u00e9\t");
        assertThat(line).startsWith("\"a\\\"b\\\\c").contains("\\xe9");
        assertThat(line.chars().allMatch(c -> c >= ' ' && c < 0x7f)).isTrue();
    }

    @Test
    void theDefaultSaysHowLongTheAnswersHeadTook() {
        AccessFormat parsed = AccessFormat.parse(AccessFormat.DEFAULT);
        assertThat(line(parsed, TestExchanges.answered(1, TextLine.noted(parsed), 200, 25)))
                .contains("\"GET /x HTTP/1.1\" 200 - 0 5 25 25 \"");
    }

    @Test
    void theDefaultHasWhatARefusalNeeds() {
        ExchangeRecord refused = TestExchanges.refused(0);
        assertThat(line(AccessFormat.parse(AccessFormat.DEFAULT), refused))
                .containsPattern("503 UH 0 [0-9]+ [0-9]+ [0-9-]+ ")
                .contains(
                        "no-healthy-site endpoint",
                        Objects.requireNonNull(refused.trace()).traceId());
    }

    @ParameterizedTest
    @CsvSource({
        "%RESPONSE_KODE%,%RESPONSE_KODE%",
        "100%,%OPERATOR% or %%",
        "%REQ%,%REQ(FIELD)%",
        "%REQ(a b)%,the name of a header field",
        "%RESP(:status)%,the name of a header field",
        "%REQ(Cookie)%,holds no secret",
        "%REQ(x?authorization)%,holds no secret",
        "%REQ(X-Api-Key)%,holds no secret",
        "%RESP(x-amz-security-token)%,holds no secret",
        "%PROTOCOL(x)%,without an argument"
    })
    void whatIsUnknownIsRefused(String format, String why) {
        assertThatThrownBy(() -> AccessFormat.parse(format))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void jsonNeedsNoFields() {
        assertThat(TextLine.noted(null)).isEqualTo(NotedFields.NONE);
    }
}
