package io.bridgehead.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.Authority.Existing;
import io.bridgehead.tls.pki.IssueRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of TLS to a server outside of the fabric: bad ones are refused, and ones that change are taken up. */
final class OutsideTlsTest {
    private static final TrustDomain TRUST_DOMAIN = TestAuthority.TRUST_DOMAIN;

    @TempDir
    private Path folder;

    private final List<MaterialException> refused = new ArrayList<>();
    private Authority authority;
    private MaterialFiles.Paths paths;

    @BeforeEach
    void issue() throws Exception {
        authority = authority("ca");
        paths = issue(authority, "n1");
    }

    private Authority authority(String name) throws Exception {
        return Authority.create(
                folder.resolve(name), TRUST_DOMAIN, Existing.KEEP, TestAuthority.CLOCK, new SecureRandom());
    }

    private MaterialFiles.Paths issue(Authority by, String node) throws Exception {
        IssueRequest request = IssueRequest.gateway(TRUST_DOMAIN, new SiteName("aws"), new NodeName(node));
        return by.issue(request, folder.resolve(node), node, Existing.KEEP);
    }

    private OutsideTls tls(Path key) throws MaterialException {
        return OutsideTls.of(new OutsideTls.Sources(paths.bundle(), paths.certificate(), key), refused::add);
    }

    private static void replace(Path file, Path by, int minutes) throws IOException {
        Files.copy(by, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(file, FileTime.fromMillis(60_000L * minutes));
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        Path other = issue(authority, "n2").key();
        assertThatThrownBy(() -> tls(other))
                .isInstanceOf(MaterialException.Mismatched.class)
                .hasMessageContaining(other.toString())
                .hasMessageContaining("install key and certificate of the same issue");
    }

    @Test
    void changedFilesAreTakenUpAndBadOnesChangeNothing() throws Exception {
        OutsideTls tls = tls(paths.key());
        X509Certificate[] before = tls.trust().getAcceptedIssuers();
        assertThat(before).containsExactly(authority.certificate());
        Path broken = Files.writeString(folder.resolve("broken"), "nonsense");
        replace(paths.bundle(), broken, 1);
        judge(tls, before[0]);
        assertThat(tls.trust().getAcceptedIssuers()).isEqualTo(before);
        assertThat(refused).hasSize(1);
        judge(tls, before[0]);
        assertThat(refused).as("told once for each change").hasSize(1);
        Authority next = authority("next");
        replace(paths.bundle(), issue(next, "n3").bundle(), 2);
        judge(tls, before[0]);
        assertThat(tls.trust().getAcceptedIssuers()).containsExactly(next.certificate());
        assertThat(refused).hasSize(1);
    }

    /** Whatever it says: files are looked at when somebody is judged. */
    private static void judge(OutsideTls tls, X509Certificate certificate) throws Exception {
        var engine = tls.context().createSSLEngine("collector", 443);
        engine.setUseClientMode(true);
        assertThatThrownBy(() -> tls.trust().checkServerTrusted(new X509Certificate[] {certificate}, "EC", engine))
                .isInstanceOf(Exception.class);
    }
}
