package io.bridgehead.tls.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.PemFile;
import io.bridgehead.tls.Revocations;
import io.bridgehead.tls.TlsObserver;
import io.bridgehead.tls.pki.Authority.Existing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuthorityTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final TrustDomain TRUST_DOMAIN = new TrustDomain("acme.example");
    private static final IssueRequest NODE =
            IssueRequest.gateway(TRUST_DOMAIN, new SiteName("aws-use1"), new NodeName("n1"));

    @TempDir
    private Path folder;

    @Test
    void aTrustDomainIsMadeOnceAndOpenedAgain() throws Exception {
        Authority made = create(Existing.KEEP);
        assertThat(made.certificate().getNotAfter().toInstant()).isEqualTo(NOW.plus(Authority.ROOT_LIFETIME));
        assertThat(permissions(ca("ca.key"))).isEqualTo("rw-------");
        Authority opened = Authority.open(folder.resolve("ca"), CLOCK, new SecureRandom());
        assertThat(opened.trustDomain()).isEqualTo(TRUST_DOMAIN);
        assertThat(opened.certificate()).isEqualTo(made.certificate());
        String key = Files.readString(ca("ca.key"));
        assertThatThrownBy(() -> create(Existing.KEEP))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("found an existing file; expected none, so that no key is lost");
        assertThat(Files.readString(ca("ca.key"))).isEqualTo(key);
        create(Existing.REPLACE);
        assertThat(Files.readString(ca("ca.key"))).isNotEqualTo(key);
    }

    @Test
    void aFolderWithoutAuthoritySaysHowToMakeOne() {
        assertThatThrownBy(() -> Authority.open(folder, CLOCK, new SecureRandom()))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("ca.crt: there is no such file")
                .hasMessageContaining("'bridgehead pki init'");
    }

    @Test
    void anIssuedNodeIsValidKeyMaterial() throws Exception {
        Authority authority = create(Existing.KEEP);
        MaterialFiles.Paths paths = authority.issue(
                NODE.withDnsNames(List.of("n1.acme.example")), folder.resolve("n1"), "node", Existing.KEEP);
        KeyMaterial material = load(paths);
        assertThat(material.id()).isEqualTo(NODE.id());
        assertThat(material.notAfter()).isEqualTo(NOW.plus(Duration.ofDays(90)));
        assertThat(material.leaf().getSubjectAlternativeNames()).hasSize(2);
        assertThat(permissions(paths.key())).isEqualTo("rw-------");
        assertThat(permissions(paths.certificate())).isEqualTo("rw-r--r--");
        try (var files = Files.list(folder.resolve("n1"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("node.crt", "node.key", "ca.crt");
        }
    }

    @Test
    void operatorsAndWorkloadsAreIssuedToo() throws Exception {
        Authority authority = create(Existing.KEEP);
        MaterialFiles.Paths operator = authority.issue(
                IssueRequest.operator(TRUST_DOMAIN, "alice").withLifetime(Duration.ofHours(8)),
                folder.resolve("ca"),
                "alice",
                Existing.KEEP);
        assertThat(load(operator).id().isOperator()).isTrue();
        assertThat(load(operator).notAfter()).isEqualTo(NOW.plus(Duration.ofHours(8)));
        SpiffeId workload = new SpiffeId(TRUST_DOMAIN, "/site/aws-use1/workload/orders");
        MaterialFiles.Paths files =
                authority.issue(IssueRequest.of(workload), folder.resolve("w"), "orders", Existing.KEEP);
        assertThat(load(files).id()).isEqualTo(workload);
    }

    @Test
    void nothingIsOverwrittenUnlessTold() throws Exception {
        Authority authority = create(Existing.KEEP);
        MaterialFiles.Paths paths = authority.issue(NODE, folder.resolve("n1"), "node", Existing.KEEP);
        String key = Files.readString(paths.key());
        assertThatThrownBy(() -> authority.issue(NODE, folder.resolve("n1"), "node", Existing.KEEP))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("node.key: found an existing file");
        assertThat(Files.readString(paths.key())).isEqualTo(key);
        authority.issue(NODE, folder.resolve("n1"), "node", Existing.REPLACE);
        assertThat(Files.readString(paths.key())).isNotEqualTo(key);
    }

    @Test
    void theBundleOfAnotherAuthorityIsNotReplaced() throws Exception {
        Authority authority = create(Existing.KEEP);
        authority.issue(NODE, folder.resolve("n1"), "node", Existing.KEEP);
        Authority other =
                Authority.create(folder.resolve("ca2"), TRUST_DOMAIN, Existing.KEEP, CLOCK, new SecureRandom());
        assertThatThrownBy(() -> other.issue(NODE, folder.resolve("n1"), "second", Existing.KEEP))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("found the bundle of another authority");
    }

    @Test
    void foreignIdentitiesAndOddFileNamesAreRefused() throws Exception {
        Authority authority = create(Existing.KEEP);
        SpiffeId foreign = SpiffeId.parse("spiffe://other.example/operator/eve");
        assertThatThrownBy(() -> authority.issue(IssueRequest.of(foreign), folder, "eve", Existing.KEEP))
                .hasMessageContaining("expected one of trust domain 'acme.example'");
        for (String name : List.of("", "ca", "../n1", "/", ".n1", "a/b")) {
            assertThatThrownBy(() -> authority.issue(NODE, folder, name, Existing.KEEP))
                    .isInstanceOf(PkiException.class)
                    .hasMessageContaining("file name '" + name + "'");
        }
    }

    @Test
    void renewalKeepsTheNamesAndChangesTheKey() throws Exception {
        Authority authority = create(Existing.KEEP);
        MaterialFiles.Paths paths = authority.issue(
                NODE.withDnsNames(List.of("n1.acme.example")), folder.resolve("n1"), "node", Existing.KEEP);
        KeyMaterial before = load(paths);
        assertThat(authority.isDue(before.leaf())).isFalse();
        Authority later = Authority.open(
                folder.resolve("ca"), Clock.fixed(NOW.plus(Duration.ofDays(50)), ZoneOffset.UTC), new SecureRandom());
        assertThat(later.isDue(before.leaf())).isTrue();
        authority.renew(paths, Duration.ofDays(120));
        KeyMaterial after = load(paths);
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.leaf().getPublicKey()).isNotEqualTo(before.leaf().getPublicKey());
        assertThat(List.copyOf(after.leaf().getSubjectAlternativeNames()))
                .isEqualTo(List.copyOf(before.leaf().getSubjectAlternativeNames()));
        assertThat(after.notAfter()).isEqualTo(NOW.plus(Duration.ofDays(120)));
        Authority other =
                Authority.create(folder.resolve("ca2"), TRUST_DOMAIN, Existing.KEEP, CLOCK, new SecureRandom());
        assertThatThrownBy(() -> other.renew(paths, Duration.ofDays(1)))
                .hasMessageContaining("expected one that it issued");
    }

    @Test
    void aLeafNeverOutlivesTheRoot() throws Exception {
        Authority authority = create(Existing.KEEP);
        MaterialFiles.Paths paths =
                authority.issue(NODE.withLifetime(Duration.ofDays(9999)), folder.resolve("n1"), "node", Existing.KEEP);
        assertThat(load(paths).notAfter())
                .isEqualTo(authority.certificate().getNotAfter().toInstant());
    }

    @Test
    void aListGrowsAndKeepsWhatOthersSay() throws Exception {
        Authority authority = create(Existing.KEEP);
        Authority other =
                Authority.create(folder.resolve("ca2"), TRUST_DOMAIN, Existing.KEEP, CLOCK, new SecureRandom());
        List<X509Certificate> first = load(authority.issue(NODE, folder.resolve("n1"), "node", Existing.KEEP))
                .chain();
        List<X509Certificate> second = load(authority.issue(NODE, folder.resolve("n2"), "node", Existing.KEEP))
                .chain();
        Path list = folder.resolve("all.crl");
        other.revoke(List.of(), list, Duration.ofDays(1));
        authority.revoke(first, list, Duration.ofDays(1));
        assertThatThrownBy(() -> other.revoke(second, list, Duration.ofDays(1)))
                .hasMessageContaining("expected one that it issued");
        X509CRL made = authority.revoke(second, list, Duration.ofDays(1)).getFirst();
        assertThat(made.getRevokedCertificates()).hasSize(2);
        assertThat(made.isRevoked(first.getFirst())).isTrue();
        assertThat(PemFile.read(list).revocationLists()).hasSize(2);
    }

    @Test
    void aListFollowsOneThatWasMadeWhileTheClockWasAhead() throws Exception {
        Authority authority = create(Existing.KEEP);
        List<X509Certificate> node = load(authority.issue(NODE, folder.resolve("n1"), "node", Existing.KEEP))
                .chain();
        Path list = folder.resolve("all.crl");
        Clock ahead = Clock.offset(CLOCK, Duration.ofDays(30));
        X509CRL old = Authority.open(folder.resolve("ca"), ahead, new SecureRandom())
                .revoke(List.of(), list, Duration.ofDays(1))
                .getFirst();
        for (int i = 0; i < 2; i++) {
            X509CRL next = authority.revoke(node, list, Duration.ofDays(1)).getFirst();
            assertThat(next.getThisUpdate().toInstant()).isEqualTo(NOW);
            Revocations.Succession taken = Revocations.succeed(List.of(old), List.of(next));
            assertThat(taken.remarks()).isEmpty();
            assertThat(taken.lists()).containsExactly(next);
            assertThat(next.isRevoked(node.getFirst())).isTrue();
            old = next;
        }
    }

    @Test
    void aKeyOfNobodyIsNotTakenForTheRoots() throws Exception {
        Authority authority = create(Existing.KEEP);
        Authority.create(folder.resolve("other"), TRUST_DOMAIN, Existing.KEEP, CLOCK, new SecureRandom());
        authority.delegate(folder.resolve("below"), Duration.ofDays(1), Existing.KEEP);
        byte[] foreign = Files.readAllBytes(folder.resolve("other").resolve("ca.key"));
        Files.write(ca("ca.key"), foreign);
        assertThatThrownBy(() -> Authority.open(folder.resolve("ca"), CLOCK, new SecureRandom()))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("ca.key: found the key of none of the 1 roots");
        Files.write(folder.resolve("below").resolve("issuer.key"), foreign);
        assertThatThrownBy(() -> Authority.open(folder.resolve("below"), CLOCK, new SecureRandom()))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("issuer.key: found another key");
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed() throws Exception {
        Files.writeString(folder.resolve("ca"), "a file where the folder should be");
        assertThatThrownBy(() -> create(Existing.KEEP))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("cannot be written");
    }

    private Authority create(Existing existing) throws PkiException {
        return Authority.create(folder.resolve("ca"), TRUST_DOMAIN, existing, CLOCK, new SecureRandom());
    }

    private Path ca(String name) {
        return folder.resolve("ca").resolve(name);
    }

    private static KeyMaterial load(MaterialFiles.Paths paths) throws Exception {
        return new MaterialFiles(paths, ExpectedPeer.anyone(), CLOCK, TlsObserver.silent()).load();
    }

    private static String permissions(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
