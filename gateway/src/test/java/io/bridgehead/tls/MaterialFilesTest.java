package io.bridgehead.tls;

import static io.bridgehead.tls.TestAuthority.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.Authority.Existing;
import io.bridgehead.tls.pki.IssueRequest;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MaterialFilesTest {
    private static final TrustDomain TRUST_DOMAIN = TestAuthority.TRUST_DOMAIN;
    private static final SpiffeId SELF = SpiffeId.gateway(TRUST_DOMAIN, new SiteName("aws-use1"), new NodeName("n1"));
    private static final IssueRequest PEER =
            IssueRequest.gateway(TRUST_DOMAIN, new SiteName("azure-weu"), new NodeName("n2"));
    private static final Duration WEEK = Duration.ofDays(7);

    @TempDir
    private Path folder;

    private final Recorder recorder = new Recorder();
    private Authority authority;
    private MaterialFiles.Paths paths;

    @BeforeEach
    void issue() throws Exception {
        authority = Authority.create(
                folder.resolve("ca"), TRUST_DOMAIN, Existing.KEEP, TestAuthority.CLOCK, new SecureRandom());
        paths = authority.issue(IssueRequest.of(SELF), folder.resolve("node"), "n1", Existing.KEEP);
    }

    @Test
    void aGoodSetLoads() throws Exception {
        KeyMaterial material = files(TestAuthority.CLOCK).load();
        assertThat(material.id()).isEqualTo(SELF);
        assertThat(material.bundle()).containsExactly(authority.certificate());
        assertThat(material.toString()).contains("key ***");
        assertThat(recorder.events).isEmpty();
    }

    @Test
    void whatAReloadWouldTakeIsKnownBeforeItIsTaken() throws Exception {
        MaterialFiles files = files(TestAuthority.CLOCK);
        KeyMaterial first = files.load();
        assertThat(files.ahead()).isNull();
        MaterialFiles.Paths other =
                authority.issue(IssueRequest.of(SELF), folder.resolve("other"), "n1", Existing.KEEP);
        Files.copy(other.certificate(), paths.certificate(), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(files::ahead).isInstanceOf(MaterialException.Mismatched.class);
        Files.copy(other.key(), paths.key(), StandardCopyOption.REPLACE_EXISTING);
        KeyMaterial ahead = Objects.requireNonNull(files.ahead());
        assertThat(ahead.chain()).isNotEqualTo(first.chain());
        LiveTls live = new LiveTls(first, TestAuthority.CLOCK);
        assertThat(files.reload(live).material().chain()).isEqualTo(ahead.chain());
        assertThat(files.ahead()).isNull();
    }

    @Test
    void aMissingFileIsNamed() throws Exception {
        Files.delete(paths.key());
        assertThatThrownBy(() -> files(TestAuthority.CLOCK).load())
                .isInstanceOf(MaterialException.Missing.class)
                .hasMessageContaining(paths.key() + ": there is no such file; expected a PEM file; correct the path");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        MaterialFiles.Paths other =
                authority.issue(IssueRequest.of(SELF), folder.resolve("other"), "n1", Existing.KEEP);
        Files.copy(other.key(), paths.key(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> files(TestAuthority.CLOCK).load())
                .isInstanceOf(MaterialException.Mismatched.class)
                .hasMessageContaining("does not belong to the certificate")
                .hasMessageContaining("install key and certificate of the same issue");
    }

    @Test
    void anExpiredOrEarlyCertificateIsRefused() {
        Clock late = Clock.fixed(TestAuthority.NOW.plus(Duration.ofDays(91)), ZoneOffset.UTC);
        assertThatThrownBy(() -> files(late).load())
                .isInstanceOf(MaterialException.OutOfDate.class)
                .hasMessageContaining("expired at")
                .hasMessageContaining("bridgehead pki renew");
        Clock early = Clock.fixed(TestAuthority.NOW.minus(Duration.ofDays(1)), ZoneOffset.UTC);
        assertThatThrownBy(() -> files(early).load())
                .isInstanceOf(MaterialException.OutOfDate.class)
                .hasMessageContaining("valid from");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() throws Exception {
        Authority elsewhere = Authority.create(
                folder.resolve("ca2"), TRUST_DOMAIN, Existing.KEEP, TestAuthority.CLOCK, new SecureRandom());
        MaterialFiles.Paths other =
                elsewhere.issue(IssueRequest.of(SELF), folder.resolve("other"), "n1", Existing.KEEP);
        MaterialFiles.Paths mixed = new MaterialFiles.Paths(other.certificate(), other.key(), paths.bundle());
        assertThatThrownBy(() -> files(mixed, TestAuthority.CLOCK).load())
                .isInstanceOf(MaterialException.Untrusted.class)
                .hasMessageContaining("no valid path to the bundle")
                .hasMessageContaining("install certificate and bundle of the same trust domain");
    }

    @Test
    void aCertificateOfAnotherNodeIsRefused() throws Exception {
        MaterialFiles.Paths other = authority.issue(
                IssueRequest.gateway(TRUST_DOMAIN, new SiteName("azure-weu"), new NodeName("n9")),
                folder.resolve("other"),
                "n9",
                Existing.KEEP);
        assertThatThrownBy(() -> files(other, TestAuthority.CLOCK).load())
                .isInstanceOf(MaterialException.WrongIdentity.class)
                .hasMessageContaining("/site/azure-weu/gateway/n9")
                .hasMessageContaining("expected ")
                .hasMessageContaining(SELF.toString());
    }

    @Test
    void aLeafIsNoBundle() {
        MaterialFiles.Paths wrong = new MaterialFiles.Paths(paths.certificate(), paths.key(), paths.certificate());
        assertThatThrownBy(() -> files(wrong, TestAuthority.CLOCK).load())
                .isInstanceOf(MaterialException.Malformed.class)
                .hasMessageContaining("is not a certificate authority");
    }

    @Test
    void everyCutOfACertificateOrKeyIsMalformed() throws Exception {
        String certificate = Files.readString(paths.certificate());
        String key = Files.readString(paths.key());
        for (int cut = 0; cut < certificate.length() - 20; cut += 37) {
            Files.writeString(paths.certificate(), certificate.substring(0, cut));
            assertThatThrownBy(() -> files(TestAuthority.CLOCK).load())
                    .isInstanceOf(MaterialException.Malformed.class)
                    .hasMessageContaining("write the whole file again");
        }
        Files.writeString(paths.certificate(), certificate);
        for (int cut = 0; cut < key.length() - 20; cut += 17) {
            Files.writeString(paths.key(), key.substring(0, cut));
            assertThatThrownBy(() -> files(TestAuthority.CLOCK).load()).isInstanceOf(MaterialException.Malformed.class);
        }
    }

    @Test
    void othersWhoMayReadTheKeyAreAWarning() throws Exception {
        Files.setPosixFilePermissions(paths.key(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(files(TestAuthority.CLOCK).load().id()).isEqualTo(SELF);
        assertThat(recorder.events).singleElement().asString().contains("rw-r--r--", "chmod 600");
        recorder.events.clear();
        Files.setPosixFilePermissions(paths.key(), PosixFilePermissions.fromString("rw-r-----"));
        files(TestAuthority.CLOCK).load();
        assertThat(recorder.events).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"EC, secp256r1, EC PRIVATE KEY", "EC, secp384r1, EC PRIVATE KEY", "RSA, 2048, RSA PRIVATE KEY"})
    void keysInTheirOldFormsAreRead(String algorithm, String parameter, String type) throws Exception {
        KeyPair keys = TestAuthority.keys(algorithm, parameter);
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(keys.getPrivate().getEncoded());
        byte[] old = keys.getPrivate() instanceof ECPrivateKey ec
                ? new org.bouncycastle.asn1.sec.ECPrivateKey(
                                ec.getParams().getOrder().bitLength(),
                                ec.getS(),
                                info.getPrivateKeyAlgorithm().getParameters())
                        .getEncoded()
                : info.parsePrivateKey().toASN1Primitive().getEncoded();
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, old));
        }
        Files.writeString(paths.key(), text.toString());
        SigningAlgorithm signing = SigningAlgorithm.of(keys.getPublic());
        Signature signature = signing.newSignature();
        signature.initSign(PemFile.read(paths.key()).privateKey());
        byte[] signed = signature.sign();
        signature.initVerify(keys.getPublic());
        assertThat(signature.verify(signed)).isTrue();
    }

    @Test
    void anEncryptedKeyIsRefusedWithWords() throws Exception {
        Files.writeString(
                paths.key(),
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMA0wCwYJKoZIhvcNAQEB\n-----END ENCRYPTED PRIVATE KEY-----\n");
        assertThatThrownBy(() -> PemFile.read(paths.key()).privateKey())
                .isInstanceOf(MaterialException.Malformed.class);
    }

    @Test
    void pollSwapsANewSetInOnce() throws Exception {
        MaterialFiles files = files(TestAuthority.CLOCK);
        LiveTls live = new LiveTls(files.load(), TestAuthority.CLOCK);
        List<Long> told = new ArrayList<>();
        Runnable unsubscribe = live.subscribe(generation -> told.add(generation.number()));
        assertThat(files.poll(live)).isFalse();
        KeyMaterial before = live.current().material();
        authority.renew(paths, WEEK);
        assertThat(files.poll(live)).isTrue();
        assertThat(files.poll(live)).isFalse();
        assertThat(live.current().number()).isEqualTo(2);
        assertThat(live.current().material().leaf()).isNotEqualTo(before.leaf());
        assertThat(told).containsExactly(2L);
        assertThat(recorder.events).containsExactly("reloaded 2");
        unsubscribe.run();
        authority.renew(paths, WEEK);
        assertThat(files.poll(live)).isTrue();
        assertThat(told).containsExactly(2L);
    }

    @Test
    void aHalfReplacedSetMakesNoNoiseAndKeepsTheOld() throws Exception {
        MaterialFiles files = files(TestAuthority.CLOCK);
        LiveTls live = new LiveTls(files.load(), TestAuthority.CLOCK);
        String certificate = Files.readString(paths.certificate());
        authority.renew(paths, WEEK);
        String renewed = Files.readString(paths.certificate());
        Files.writeString(paths.certificate(), certificate);
        assertThat(files.poll(live)).isFalse();
        Files.writeString(paths.certificate(), renewed);
        assertThat(files.poll(live)).isTrue();
        assertThat(recorder.events).containsExactly("reloaded 2");
    }

    @Test
    void aBrokenSetKeepsTheOldIsReportedOnceAndRecovers() throws Exception {
        MaterialFiles files = files(TestAuthority.CLOCK);
        LiveTls live = new LiveTls(files.load(), TestAuthority.CLOCK);
        String certificate = Files.readString(paths.certificate());
        Files.writeString(paths.certificate(), "nonsense");
        for (int i = 0; i < 5; i++) {
            assertThat(files.poll(live)).isFalse();
        }
        assertThat(recorder.events)
                .singleElement()
                .asString()
                .startsWith("refused")
                .contains("0 certificates");
        Files.delete(paths.certificate());
        for (int i = 0; i < 5; i++) {
            assertThat(files.poll(live)).isFalse();
        }
        assertThat(recorder.events).hasSize(2);
        assertThat(live.current().number()).isEqualTo(1);
        assertThatThrownBy(() -> files.reload(live)).isInstanceOf(MaterialException.Missing.class);
        Files.writeString(paths.certificate(), certificate);
        assertThat(files.poll(live)).isFalse();
        assertThat(files.reload(live).number()).isEqualTo(1);
        authority.renew(paths, WEEK);
        assertThat(files.reload(live).number()).isEqualTo(2);
        assertThat(recorder.events).hasSize(3);
    }

    @Test
    void whomAListNamesIsRefusedFromTheNextLookOn() throws Exception {
        List<X509Certificate> peer = chain(authority.issue(PEER, folder.resolve("peer"), "n2", Existing.KEEP));
        MaterialFiles.Paths listed = withList();
        authority.revoke(List.of(), list(), WEEK);
        MaterialFiles files = files(listed, TestAuthority.CLOCK);
        LiveTls live = new LiveTls(files.load(), TestAuthority.CLOCK);
        assertThat(live.current().validator().validate(peer)).isEqualTo(PEER.id());
        authority.revoke(List.of(peer.getFirst()), list(), WEEK);
        assertThat(files.poll(live)).isTrue();
        assertThatThrownBy(() -> live.current().validator().validate(peer))
                .hasMessageContaining("revoked by its issuer");
        byte[] der = live.current().material().revocations().getFirst().getEncoded();
        Files.write(list(), der);
        assertThat(files.poll(live)).isTrue();
        assertThatThrownBy(() -> live.current().validator().validate(peer))
                .hasMessageContaining("revoked by its issuer");
        assertThat(Revocations.remark(live.current().material().revocations().getFirst(), NOW))
                .isEmpty();
        assertThat(Revocations.remark(
                        live.current().material().revocations().getFirst(), NOW.plus(WEEK.multipliedBy(2))))
                .contains("was to be replaced by");
    }

    @Test
    void aListThatCannotBeUsedLeavesTheOneInForce() throws Exception {
        List<X509Certificate> peer = chain(authority.issue(PEER, folder.resolve("peer"), "n2", Existing.KEEP));
        MaterialFiles.Paths listed = withList();
        assertThatThrownBy(() -> files(listed, TestAuthority.CLOCK).load())
                .isInstanceOf(MaterialException.Missing.class)
                .hasMessageContaining("nodes.crl: there is no such file");
        authority.revoke(List.of(peer.getFirst()), list(), WEEK);
        MaterialFiles files = files(listed, TestAuthority.CLOCK);
        LiveTls live = new LiveTls(files.load(), TestAuthority.CLOCK);
        String good = Files.readString(list());
        for (String bad :
                List.of("", "no list", good.substring(0, good.length() / 2), good + good.replace("MI", "MJ"))) {
            Files.writeString(list(), bad);
            assertThat(files.poll(live)).isFalse();
            assertThat(files.poll(live)).isFalse();
            assertThat(files.problem()).contains("nodes.crl: ", "what was in force stays");
            assertThatThrownBy(() -> live.current().validator().validate(peer)).hasMessageContaining("revoked");
        }
        Files.writeString(list(), good);
        assertThat(files.poll(live)).isFalse();
        assertThat(files.problem()).isEmpty();
    }

    @Test
    void anOlderListDoesNotTakeThePlaceOfANewerOne() throws Exception {
        List<X509Certificate> peer = chain(authority.issue(PEER, folder.resolve("peer"), "n2", Existing.KEEP));
        authority.revoke(List.of(), list(), WEEK);
        String old = Files.readString(list());
        MaterialFiles files = files(withList(), TestAuthority.CLOCK);
        LiveTls live = new LiveTls(files.load(), TestAuthority.CLOCK);
        Clock later = Clock.offset(TestAuthority.CLOCK, Duration.ofMinutes(1));
        Authority.open(folder.resolve("ca"), later, new SecureRandom()).revoke(List.of(peer.getFirst()), list(), WEEK);
        String fresh = Files.readString(list());
        assertThat(files.poll(live)).isTrue();
        recorder.events.clear();
        Files.writeString(list(), old);
        authority.renew(withList(), WEEK);
        assertThat(files.poll(live)).as("the rest is taken").isTrue();
        assertThatThrownBy(() -> live.current().validator().validate(peer)).hasMessageContaining("revoked");
        assertThat(recorder.events).hasSize(2);
        assertThat(recorder.events.getFirst())
                .contains("nodes.crl: found the revocation list of", "expected none that is older");
        assertThat(files.poll(live)).isFalse();
        assertThat(files.problem()).as("as long as it lies there").contains("nodes.crl: ", "older");
        Files.writeString(list(), fresh);
        assertThat(files.poll(live)).isTrue();
        assertThat(files.problem()).isEmpty();
    }

    @Test
    void listsWithoutNumbersFollowEachOtherByDate() {
        TestAuthority root = TestAuthority.root("dated");
        X509CRL old = root.revocations(List.of(), NOW);
        X509CRL fresh = root.revocations(List.of(root.certificate()), NOW.plusSeconds(1));
        X509CRL other = TestAuthority.root("other").revocations(List.of(), NOW.minusSeconds(9));
        assertThat(Revocations.succeed(List.of(fresh), List.of(old, other)).lists())
                .containsExactlyInAnyOrder(fresh, other);
        Revocations.Succession taken = Revocations.succeed(List.of(old, other), List.of(fresh));
        assertThat(taken.lists()).containsExactly(fresh);
        assertThat(taken.remarks()).isEmpty();
    }

    @Test
    void aNodeThatIsRevokedItselfDoesNotStart() throws Exception {
        authority.revoke(chain(paths), list(), WEEK);
        assertThatThrownBy(() -> files(withList(), TestAuthority.CLOCK).load())
                .isInstanceOf(MaterialException.Untrusted.class)
                .hasMessageContaining("revoked by its issuer");
    }

    private Path list() {
        return folder.resolve("nodes.crl");
    }

    private MaterialFiles.Paths withList() {
        return new MaterialFiles.Paths(paths.certificate(), paths.key(), paths.bundle(), list());
    }

    private static List<X509Certificate> chain(MaterialFiles.Paths issued) throws MaterialException {
        return PemFile.read(issued.certificate()).certificates();
    }

    private MaterialFiles files(Clock clock) {
        return files(paths, clock);
    }

    private MaterialFiles files(MaterialFiles.Paths which, Clock clock) {
        return new MaterialFiles(which, ExpectedPeer.exactly(SELF), clock, recorder);
    }

    private static final class Recorder implements TlsObserver {
        private final List<String> events = new ArrayList<>();

        @Override
        public void reloaded(LiveTls.Generation generation) {
            events.add("reloaded " + generation.number());
        }

        @Override
        public void refused(MaterialException problem) {
            events.add("refused " + problem.getMessage());
        }

        @Override
        public void warned(MaterialException.Exposed warning) {
            events.add("warned " + warning.getMessage());
        }
    }
}
