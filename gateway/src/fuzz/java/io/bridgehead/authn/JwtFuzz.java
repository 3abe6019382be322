package io.bridgehead.authn;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import io.bridgehead.authn.JwtVerdict.Accepted;
import io.bridgehead.authn.JwtVerdict.Refused;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tokens and sets of keys: no bytes are taken for a token of the issuer but those that it signed, any claims that it signs are accepted or refused with a word,
 * and a set of keys is refused or has public keys alone.
 */
final class JwtFuzz {
    private static final long NOW = 1_800_000_000_000L;
    private static final ECKey KEY = TestIssuer.curve("one", Curve.P_256);

    private final JwtIssuer trusted = JwtCheckTest.live(
            JwtCheckTest.rules("spiffe://corp.example/user/{sub}", Set.of("ES256")),
            new TestIssuer().rotate(KEY).jwks());

    static List<byte[]> cases() {
        String claims = TestIssuer.claims("ann", NOW, ",\"groups\":[\"a\",\"b\"],\"nested\":{\"a\":{\"b\":1}}");
        String token = new TestIssuer().rotate(KEY).sign(claims);
        return List.of(
                bytes(claims),
                bytes(TestIssuer.claims("ann", NOW, ",\"nbf\":1e300")),
                bytes(token.substring(0, token.lastIndexOf('.') + 1)),
                bytes(token.substring(token.indexOf('.'))),
                new TestIssuer().rotate(KEY).jwks(),
                new TestIssuer().add(TestIssuer.rsa("two", 2048)).jwks());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @MethodSource("cases")
    @FuzzTest(maxDuration = "3s")
    void nothingButWhatTheIssuerSignedIsTaken(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        JwtVerdict verdict = JwtCheck.judge(text, List.of(trusted), NOW);
        assertThat(verdict).isInstanceOf(Refused.class);
        assertThat(((Refused) verdict).detail()).isNotEmpty();
        signed(text);
        keys(input);
    }

    private void signed(String claims) {
        JwtVerdict verdict = JwtCheck.judge(new TestIssuer().rotate(KEY).sign(claims), List.of(trusted), NOW);
        if (verdict instanceof Accepted accepted) {
            assertThat(accepted.issuer()).isSameAs(trusted);
            assertThat(accepted.claims().principal()).startsWith(TestIssuer.ISSUER);
        }
    }

    private static void keys(byte[] json) {
        try {
            JwksKeys keys = JwksKeys.parse(json);
            assertThat(keys.words()).hasSize(keys.size());
            assertThat(keys.size() + keys.leftOut()).isLessThanOrEqualTo(100);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).contains("expected");
        }
    }
}
