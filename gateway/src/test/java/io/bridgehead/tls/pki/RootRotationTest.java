package io.bridgehead.tls.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.PemFile;
import io.bridgehead.tls.SvidValidator;
import io.bridgehead.tls.pki.Authority.Existing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another root, step by step, and what becomes of a step that was cut off between two of its files. */
final class RootRotationTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);
    private static final TrustDomain TRUST_DOMAIN = new TrustDomain("acme.example");
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path folder;

    private RootRotation rotation;
    private X509Certificate first;

    @BeforeEach
    void make() throws Exception {
        rotation = new RootRotation(folder, CLOCK, new SecureRandom());
        first = Authority.create(folder, TRUST_DOMAIN, Existing.KEEP, CLOCK, new SecureRandom())
                .certificate();
    }

    private Authority open() throws PkiException {
        return Authority.open(folder, CLOCK, new SecureRandom());
    }

    private byte[] content(String file) throws Exception {
        return Files.readAllBytes(folder.resolve(file));
    }

    private void put(String file, byte[] content) throws Exception {
        Files.write(folder.resolve(file), content);
    }

    private X509Certificate issued(String node) throws Exception {
        return open().issuePair(
                        IssueRequest.gateway(TRUST_DOMAIN, new SiteName("aws-use1"), new NodeName(node)),
                        folder.resolve(node + ".pem"),
                        Existing.KEEP)
                .getFirst();
    }

    @Test
    void whatThePreviousRootSignedIsRevokedByThePreviousRoot() throws Exception {
        X509Certificate old = issued("n1");
        Path list = folder.resolve("ca.crl");
        open().revoke(List.of(), list, DAY);
        X509Certificate next = rotation.add();
        rotation.use();
        X509Certificate fresh = issued("n2");
        List<X509CRL> made = open().revoke(List.of(old, fresh), list, DAY);
        assertThat(made).hasSize(2);
        made.getFirst().verify(next.getPublicKey());
        made.getLast().verify(first.getPublicKey());
        assertThat(made.getFirst().isRevoked(fresh)).isTrue();
        assertThat(made.getLast().isRevoked(old)).isTrue();
        List<X509CRL> kept = PemFile.read(list).revocationLists();
        assertThat(kept).containsExactlyInAnyOrderElementsOf(made);
        SvidValidator validator = new SvidValidator(TRUST_DOMAIN, open().bundle(), kept, CLOCK);
        for (X509Certificate revoked : List.of(old, fresh)) {
            assertThatThrownBy(() -> validator.validate(List.of(revoked)))
                    .isInstanceOf(CertificateException.class)
                    .hasMessageContaining("revoked by its issuer");
        }
        X509Certificate good = issued("n3");
        assertThatCode(() -> validator.validate(List.of(good))).doesNotThrowAnyException();
        rotation.drop();
        assertThat(open().revoke(List.of(), list, DAY)).hasSize(1);
    }

    @Test
    void anAddThatWasCutOffIsDoneAgain() throws Exception {
        byte[] bundle = content("ca.crt");
        rotation.add();
        put("ca.crt", bundle);
        assertThatThrownBy(rotation::use).hasMessageContaining("'bridgehead pki root add' was cut off: do it again");
        assertThatThrownBy(rotation::added).hasMessageContaining("'bridgehead pki root add' was cut off");
        assertThat(open().certificate()).isEqualTo(first);
        X509Certificate next = rotation.add();
        assertThatThrownBy(rotation::add).hasMessageContaining("there is a next root already");
        assertThat(rotation.use()).isEqualTo(next);
    }

    @Test
    void aUseThatWasCutOffBeforeTheNextRootSignsIsDoneAgain() throws Exception {
        X509Certificate next = rotation.add();
        put("previous.key", content("ca.key"));
        assertThatThrownBy(rotation::drop).hasMessageContaining("'bridgehead pki root use' was cut off: do it again");
        assertThat(rotation.use()).isEqualTo(next);
        assertThat(rotation.drop()).isEqualTo(next);
        assertThat(open().bundle()).containsExactly(next);
    }

    @Test
    void aUseThatWasCutOffAfterTheNextRootSignsKeepsThePreviousKey() throws Exception {
        X509Certificate next = rotation.add();
        byte[] old = content("ca.key");
        put("previous.key", old);
        put("ca.key", content("next.key"));
        assertThatThrownBy(rotation::drop).hasMessageContaining("'bridgehead pki root use' was cut off: do it again");
        assertThat(rotation.use()).isEqualTo(next);
        assertThat(content("previous.key")).isEqualTo(old);
        assertThat(folder.resolve("next.key")).doesNotExist();
        assertThat(rotation.drop()).isEqualTo(next);
    }

    @Test
    void aDropThatWasCutOffIsDoneAgain() throws Exception {
        X509Certificate next = rotation.add();
        rotation.use();
        byte[] old = content("previous.key");
        rotation.drop();
        put("previous.key", old);
        assertThat(rotation.drop()).isEqualTo(next);
        assertThat(folder.resolve("previous.key")).doesNotExist();
        assertThat(open().bundle()).containsExactly(next);
        rotation.add();
    }
}
