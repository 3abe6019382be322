package io.bridgehead.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is usual is read without the library of all forms, and only that. */
final class PlainPemTest {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private static String block(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n" + LINES.encodeToString(content) + "\n-----END " + type + "-----\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({"EC, secp256r1", "EC, secp384r1", "RSA, 2048"})
    void aKeyOfThePlatformIsRead(String algorithm, String parameter) {
        KeyPair pair = TestAuthority.keys(algorithm, parameter);
        String pem =
                "a line before it\r\n" + block("PRIVATE KEY", pair.getPrivate().getEncoded());
        assertThat(PlainPem.privateKey(bytes(pem))).isEqualTo(pair.getPrivate());
        assertThat(PlainPem.privateKey(bytes(pem.replace("\n", "\r\n")))).isEqualTo(pair.getPrivate());
    }

    @Test
    void certificatesAreReadInTheirOrder() throws Exception {
        TestAuthority authority = TestAuthority.root("one");
        X509Certificate one = authority.certificate();
        X509Certificate two = TestAuthority.root("two").certificate();
        String pem = "words\n" + block("CERTIFICATE", two.getEncoded()) + "\n" + block("CERTIFICATE", one.getEncoded());
        assertThat(PlainPem.certificates(bytes(pem))).containsExactly(two, one);
    }

    @Test
    void keyAndCertificatesMayShareAFile() throws Exception {
        KeyPair pair = TestAuthority.keys("EC", "secp256r1");
        X509Certificate certificate = TestAuthority.root("one").certificate();
        byte[] pem = bytes(
                block("PRIVATE KEY", pair.getPrivate().getEncoded()) + block("CERTIFICATE", certificate.getEncoded()));
        assertThat(PlainPem.certificates(pem)).containsExactly(certificate);
        assertThat(PlainPem.privateKey(pem)).isEqualTo(pair.getPrivate());
    }

    static Stream<String> unusual() throws Exception {
        byte[] certificate = TestAuthority.root("one").certificate().getEncoded();
        byte[] key = TestAuthority.keys("EC", "secp256r1").getPrivate().getEncoded();
        String whole = block("CERTIFICATE", certificate);
        String secret = block("PRIVATE KEY", key);
        return Stream.of(
                "",
                "no block at all",
                whole.substring(0, whole.length() / 2),
                whole + whole.substring(0, whole.length() - 30),
                whole.substring(0, whole.length() / 2) + whole,
                secret + whole + whole.replace("CERTIFICATE", "X509 CRL"),
                secret.replace(
                        "-----BEGIN PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"),
                block("CERTIFICATE", new byte[] {1, 2, 3}),
                block("TRUSTED CERTIFICATE", certificate),
                block("PRIVATE KEY", new byte[] {1, 2, 3}),
                block("EC PRIVATE KEY", key),
                block("ENCRYPTED PRIVATE KEY", key),
                "-----END PRIVATE KEY-----\n-----BEGIN PRIVATE KEY-----\n");
    }

    @ParameterizedTest
    @MethodSource("unusual")
    void whatIsUnusualOrBrokenIsLeftToTheOtherReader(String pem) {
        assertThat(PlainPem.certificates(bytes(pem))).isEqualTo(List.of());
        assertThat(PlainPem.privateKey(bytes(pem))).isNull();
    }
}
