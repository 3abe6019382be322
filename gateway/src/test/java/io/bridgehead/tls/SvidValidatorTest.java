package io.bridgehead.tls;

import static io.bridgehead.tls.TestAuthority.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.TestAuthority.Svid;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A corpus of crafted chains: each case is one way to be wrong, or right in an unusual way. */
final class SvidValidatorTest {
    private static final String GOOD = "spiffe://acme.example/site/aws-use1/gateway/n1";

    private final TestAuthority root = TestAuthority.root("root");
    private final SvidValidator validator = root.validator();

    @Test
    void aRightLeafIsItsSpiffeId() throws Exception {
        assertThat(validator.validate(root.chain(Svid.of(GOOD))).toString()).isEqualTo(GOOD);
    }

    @Test
    void hostNamesBesideTheOneUriAreAllowed() throws Exception {
        assertThat(validator.validate(root.chain(Svid.of(GOOD).withDns("n1.acme.example"))))
                .hasToString(GOOD);
    }

    @Test
    void withoutExtendedKeyUsageIsAllowed() throws Exception {
        assertThat(validator.validate(root.chain(Svid.of(GOOD).withExtendedKeyUsage())))
                .hasToString(GOOD);
    }

    @Test
    void anIntermediateIsFollowedToTheRoot() throws Exception {
        TestAuthority intermediate = root.intermediate("one").intermediate("two");
        assertThat(validator.validate(intermediate.chain(Svid.of(GOOD)))).hasToString(GOOD);
    }

    @Test
    void theRootItselfMayFollowInTheChain() throws Exception {
        List<X509Certificate> chain = new ArrayList<>(root.chain(Svid.of(GOOD)));
        chain.add(root.certificate());
        assertThat(validator.validate(chain)).hasToString(GOOD);
    }

    @Test
    void anIntermediateThatIsMissingIsRefused() {
        List<X509Certificate> leafAlone =
                root.intermediate("one").chain(Svid.of(GOOD)).subList(0, 1);
        refused(leafAlone, "no valid path to the bundle of 'acme.example'");
    }

    @Test
    void aLeafCannotIssueForAnother() {
        TestAuthority other = TestAuthority.root("root");
        List<X509Certificate> chain = new ArrayList<>(other.chain(Svid.of(GOOD)));
        chain.addAll(root.chain(Svid.of(GOOD)));
        refused(chain, "no valid path");
    }

    @Test
    void twoUriNamesAreRefused() {
        refused(Svid.of(GOOD, "spiffe://acme.example/site/aws-use1/gateway/n2"), "2 URI names");
    }

    @Test
    void aSecondUriOfAnotherSchemeIsRefused() {
        refused(Svid.of(GOOD, "https://acme.example/"), "2 URI names");
        refused(Svid.of("https://acme.example/", GOOD), "2 URI names");
    }

    @Test
    void noUriNameIsRefused() {
        refused(Svid.of().withDns("n1.acme.example"), "0 URI names");
        refused(Svid.of(), "0 URI names");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://acme.example/site/aws-use1/gateway/n1",
                "spiffe://acme.example",
                "spiffe://acme.example/",
                "spiffe://acme.example/a//b",
                "spiffe://acme.example/a/../b",
                "spiffe://acme.example/a/",
                "spiffe://acme.example/a?b=c",
                "spiffe://acme.example/a#b",
                "spiffe://acme.example/%61",
                "spiffe://acme.example:8443/a",
                "spiffe://user@acme.example/a",
                "spiffe://Acme.example/a",
            })
    void aUriThatIsNoSpiffeIdWithAPathIsRefused(String uri) {
        assertThatThrownBy(() -> validator.validate(root.chain(Svid.of(uri))))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void anotherTrustDomainIsRefusedEvenUnderTheSameRoot() {
        refused(Svid.of("spiffe://other.example/site/aws-use1/gateway/n1"), "trust domain 'other.example'");
    }

    @Test
    void aBundleServesItsOwnTrustDomainOnly() throws Exception {
        SvidValidator other =
                new SvidValidator(new TrustDomain("other.example"), List.of(root.certificate()), TestAuthority.CLOCK);
        List<X509Certificate> chain = root.chain(Svid.of(GOOD));
        assertThatThrownBy(() -> other.validate(chain)).hasMessageContaining("expected trust domain 'other.example'");
    }

    @Test
    void theRootOfAnotherBundleIsRefused() {
        refused(TestAuthority.root("elsewhere").chain(Svid.of(GOOD)), "no valid path");
    }

    @Test
    void aRootOfTheSameNameIsRefused() {
        List<X509Certificate> chain = new ArrayList<>(TestAuthority.root("root").chain(Svid.of(GOOD)));
        refused(chain, "no valid path");
    }

    @Test
    void anAuthorityIsNoLeaf() {
        refused(Svid.of(GOOD).asAuthority(), "a certificate authority");
    }

    @Test
    void keyUsageMustSignAndNotCertify() {
        refused(Svid.of(GOOD).withKeyUsage(0), "without digitalSignature");
        refused(Svid.of(GOOD).withKeyUsage(KeyUsage.keyAgreement), "without digitalSignature");
        refused(Svid.of(GOOD).withKeyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign), "keyCertSign");
        refused(Svid.of(GOOD).withKeyUsage(KeyUsage.digitalSignature | KeyUsage.cRLSign), "cRLSign");
    }

    @Test
    void extendedKeyUsageMustGoBothWays() {
        refused(Svid.of(GOOD).withExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth), "expected both");
        refused(Svid.of(GOOD).withExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth), "expected both");
        refused(Svid.of(GOOD).withExtendedKeyUsage(KeyPurposeId.id_kp_codeSigning), "expected both");
    }

    @Test
    void timeIsCheckedAtTheInstantAskedFor() throws Exception {
        Svid expired = Svid.of(GOOD).valid(NOW.minus(Duration.ofHours(3)), NOW.minus(Duration.ofHours(1)));
        List<X509Certificate> chain = root.chain(expired);
        assertThatThrownBy(() -> validator.validate(chain))
                .isInstanceOf(CertificateExpiredException.class)
                .hasMessageContaining("expired at 2026-11-22T11:00:00Z; expected to be valid at 2026-11-22T12:00:00Z");
        assertThat(validator.validate(chain, NOW.minus(Duration.ofHours(2)))).hasToString(GOOD);
    }

    @Test
    void notYetValidIsRefused() {
        Svid early = Svid.of(GOOD).valid(NOW.plus(Duration.ofHours(1)), NOW.plus(Duration.ofHours(3)));
        assertThatThrownBy(() -> validator.validate(root.chain(early)))
                .isInstanceOf(CertificateNotYetValidException.class)
                .hasMessageContaining("valid from 2026-11-22T13:00:00Z");
    }

    @Test
    void anExpiredTrustAnchorTrustsNothing() {
        Svid eternal = Svid.of(GOOD).valid(NOW, NOW.plus(Duration.ofDays(9000)));
        List<X509Certificate> chain = root.chain(eternal);
        assertThatThrownBy(() -> validator.validate(chain, NOW.plus(Duration.ofDays(4000))))
                .hasMessageContaining("no trust anchor of 'acme.example' that is valid");
    }

    @Test
    void noChainAndEndlessChainsAreRefused() {
        refused(List.of(), "found 0 certificates; expected 1 to 8");
        refused(Collections.nCopies(9, root.certificate()), "found 9 certificates; expected 1 to 8");
    }

    private void refused(Svid svid, String reason) {
        refused(root.chain(svid), reason);
    }

    private void refused(List<X509Certificate> chain, String reason) {
        assertThatThrownBy(() -> validator.validate(chain))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining("expected");
    }
}
