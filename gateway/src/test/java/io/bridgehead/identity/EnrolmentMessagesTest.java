package io.bridgehead.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.identity.EnrolmentMessages.Granted;
import io.bridgehead.model.HostPort;
import io.bridgehead.sync.GoldenBytes;
import io.bridgehead.tls.TestAuthority;
import io.bridgehead.tls.pki.PkiException;
import io.bridgehead.tls.pki.SigningRequest;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node and the authority say to each other, as nodes of earlier versions say it. */
final class EnrolmentMessagesTest {
    private static final String REQUEST = "certificate-request-1.hex";

    private static String base64(Bytes bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toArray());
    }

    private static byte[] lines(String... lines) {
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static Bytes made() {
        try {
            return Bytes.wrap(SigningRequest.make(TestAuthority.gateway("aws", "aws-a"), TestAuthority.ecKeys())
                    .encoded());
        } catch (PkiException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRequestStaysWhatItIsAndIsRead() throws Exception {
        Bytes encoded = GoldenBytes.stored(REQUEST, EnrolmentMessagesTest::made);
        SigningRequest request = SigningRequest.read(encoded.toArray());
        byte[] joins = lines("request=" + base64(encoded), "token=abcd", "secret=efgh");
        byte[] renews = lines("request=" + base64(encoded));
        assertThat(EnrolmentMessages.request(request, "abcd", "efgh")).isEqualTo(joins);
        assertThat(EnrolmentMessages.request(request, "", "")).isEqualTo(renews);
        assertThat(EnrolmentMessages.readRequest(joins))
                .isEqualTo(new EnrolmentMessages.Asked(base64(encoded), "abcd", "efgh"));
        assertThat(EnrolmentMessages.readRequest(renews).request().id())
                .isEqualTo(TestAuthority.gateway("aws", "aws-a"));
    }

    @Test
    void anAnswerStaysWhatItIsAndIsRead() throws Exception {
        Bytes certificate = GoldenBytes.stored("voucher-record-1-root.hex");
        X509Certificate one = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(certificate.toArray()));
        Granted granted = new Granted(
                List.of(one, one),
                List.of(one),
                List.of(HostPort.parse("10.0.0.1:15008")),
                TestAuthority.gateway("aws", "aws-b"),
                List.of(HostPort.parse("10.0.0.2:15008"), HostPort.parse("[2001:db8::7]:15008")));
        byte[] answer = lines(
                "status=granted",
                "issuer=spiffe://acme.example/site/aws/gateway/aws-b",
                "chain=" + base64(certificate),
                "chain=" + base64(certificate),
                "bundle=" + base64(certificate),
                "peer=10.0.0.1:15008",
                "renew=10.0.0.2:15008",
                "renew=[2001:db8::7]:15008");
        assertThat(EnrolmentMessages.answer(granted)).isEqualTo(answer);
        assertThat(EnrolmentMessages.readAnswer(answer)).isEqualTo(granted);
    }

    @Test
    void aRefusalStaysWhatItIsAndIsRead() {
        EnrolmentException refused = new EnrolmentException(EnrolmentRefusal.TOKEN_USED, "used\nbefore");
        byte[] answer = lines("status=refused", "refusal=token-used", "detail=used before");
        assertThat(EnrolmentMessages.answer(refused)).isEqualTo(answer);
        assertThatThrownBy(() -> EnrolmentMessages.readAnswer(answer))
                .isInstanceOfSatisfying(EnrolmentException.class, read -> {
                    assertThat(read.refusal()).isEqualTo(EnrolmentRefusal.TOKEN_USED);
                    assertThat(read.detail()).isEqualTo("used before");
                });
    }
}
