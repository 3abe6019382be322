package io.bridgehead.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.TestAuthority.Svid;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RecordSignerTest {
    private static final byte[] RECORD = "a record".getBytes(StandardCharsets.UTF_8);
    private static final SpiffeId OPERATOR = SpiffeId.operator(TestAuthority.TRUST_DOMAIN, "alice");

    private final TestAuthority root = TestAuthority.root("root");

    @ParameterizedTest
    @CsvSource({"EC, secp256r1, 1", "EC, secp384r1, 2", "RSA, 2048, 3"})
    void everyKindOfKeySignsWithItsAlgorithm(String algorithm, String parameter, byte code) throws Exception {
        RecordSigner signer = new RecordSigner(operator(TestAuthority.keys(algorithm, parameter)));
        byte[] signature = signer.sign(RECORD);
        assertThat(signature[0]).isEqualTo(code);
        List<X509Certificate> chain = RecordSigner.chainOf(signer.chain());
        assertThat(RecordSigner.verify(RECORD, signature, chain, root.validator(), TestAuthority.NOW))
                .isEqualTo(OPERATOR);
    }

    @Test
    void anyChangedBitIsNoticed() throws Exception {
        RecordSigner signer = new RecordSigner(operator(TestAuthority.keys("EC", "secp256r1")));
        List<X509Certificate> chain = RecordSigner.chainOf(signer.chain());
        byte[] signature = signer.sign(RECORD);
        for (int i = 0; i < RECORD.length; i++) {
            byte[] changed = RECORD.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> RecordSigner.verify(changed, signature, chain))
                    .isInstanceOf(SignatureException.class);
        }
        for (int i = 0; i < signature.length; i++) {
            byte[] changed = signature.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> RecordSigner.verify(RECORD, changed, chain))
                    .isInstanceOf(SignatureException.class);
        }
    }

    @Test
    void theAlgorithmByteChoosesNothing() throws Exception {
        RecordSigner signer = new RecordSigner(operator(TestAuthority.keys("EC", "secp256r1")));
        byte[] signature = signer.sign(RECORD);
        signature[0] = 3;
        List<X509Certificate> chain = RecordSigner.chainOf(signer.chain());
        assertThatThrownBy(() -> RecordSigner.verify(RECORD, signature, chain))
                .hasMessageContaining("found algorithm 3; expected 1");
        assertThatThrownBy(() -> RecordSigner.verify(RECORD, new byte[0], chain))
                .hasMessageContaining("found algorithm none");
    }

    @Test
    void aSignerOfAnotherTrustDomainOrAfterItsTimeIsRefused() throws Exception {
        RecordSigner signer = new RecordSigner(operator(TestAuthority.keys("EC", "secp256r1")));
        byte[] signature = signer.sign(RECORD);
        List<X509Certificate> chain = RecordSigner.chainOf(signer.chain());
        SvidValidator elsewhere = TestAuthority.root("elsewhere").validator();
        assertThatThrownBy(() -> RecordSigner.verify(RECORD, signature, chain, elsewhere, TestAuthority.NOW))
                .isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> RecordSigner.verify(
                        RECORD, signature, chain, root.validator(), TestAuthority.NOW.plus(Duration.ofDays(3100))))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("expired");
    }

    @Test
    void weakKeysAreNoKeyMaterial() {
        KeyPair weak = TestAuthority.keys("RSA", "1024");
        assertThatThrownBy(() -> operator(weak))
                .hasRootCauseMessage(
                        "an RSA key of 1024 bits; expected EC P-256 or P-384, or RSA of at least 2048 bits");
    }

    @Test
    void chainsOfNothingOrNonsenseAreRefused() {
        assertThatThrownBy(() -> RecordSigner.chainOf(List.of())).hasMessageContaining("found 0 certificates");
        assertThatThrownBy(() -> RecordSigner.chainOf(List.of(new byte[] {1, 2, 3})))
                .isInstanceOf(CertificateException.class);
    }

    private KeyMaterial operator(KeyPair keys) {
        return root.material(Svid.of(OPERATOR.toString()), keys, List.of(root.certificate()));
    }
}
