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
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of TLS to a server outside of the fabric: bad ones are refused, and ones that change are taken up. */
final class OutsideTlsTest {
    private static final TrustDomain TRUST_DOMAIN = TestAuthority.TRUST_DOMAIN;
    private static final int BOUND_MILLIS = 10_000;

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
        return authority(name, TestAuthority.CLOCK);
    }

    private Authority authority(String name, Clock clock) throws Exception {
        return Authority.create(folder.resolve(name), TRUST_DOMAIN, Existing.KEEP, clock, new SecureRandom());
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

    @Test
    void noConnectionResumesWhatWasAgreedUnderOtherFiles() throws Exception {
        Authority first = authority("first", Clock.systemUTC());
        MaterialFiles.Paths own = issue(first, "own");
        OutsideTls tls =
                OutsideTls.of(new OutsideTls.Sources(own.bundle(), own.certificate(), own.key()), refused::add);
        SSLSocketFactory sockets = tls.context().getSocketFactory();
        try (SSLServerSocket server = listening(issue(first, "server"))) {
            X509Certificate shown = handshake(server, sockets);
            assertThat(shown)
                    .isEqualTo(PemFile.read(own.certificate()).certificates().getFirst());
            assertThat(handshake(server, sockets)).isEqualTo(shown);
            MaterialFiles.Paths renewed = issue(first, "renewed");
            replace(own.certificate(), renewed.certificate(), 1);
            replace(own.key(), renewed.key(), 1);
            assertThat(handshake(server, sockets))
                    .isEqualTo(
                            PemFile.read(renewed.certificate()).certificates().getFirst());
            replace(
                    own.bundle(),
                    issue(authority("second", Clock.systemUTC()), "n4").bundle(),
                    1);
            assertThatThrownBy(() -> handshake(server, sockets)).isInstanceOf(SSLHandshakeException.class);
        }
        assertThat(refused).isEmpty();
    }

    private static SSLServerSocket listening(MaterialFiles.Paths paths) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry(
                "server",
                PemFile.read(paths.key()).privateKey(),
                new char[0],
                PemFile.read(paths.certificate()).certificates().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManager trust = Anchors.trusting(PemFile.read(paths.bundle()).certificates());
        context.init(factory.getKeyManagers(), new TrustManager[] {trust}, null);
        SSLServerSocket server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        server.setNeedClientAuth(true);
        server.setSoTimeout(BOUND_MILLIS);
        return server;
    }

    /** One connection with a byte from the server, behind what that says of its session; gives the client's certificate. */
    private static X509Certificate handshake(SSLServerSocket server, SSLSocketFactory sockets) throws Exception {
        CompletableFuture<X509Certificate> seen = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (SSLSocket accepted = (SSLSocket) server.accept()) {
                accepted.setSoTimeout(BOUND_MILLIS);
                accepted.getOutputStream().write(1);
                accepted.getInputStream().read();
                seen.complete((X509Certificate) accepted.getSession().getPeerCertificates()[0]);
            } catch (IOException e) {
                seen.completeExceptionally(e);
            }
        });
        try (SSLSocket client =
                (SSLSocket) sockets.createSocket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
            client.setSoTimeout(BOUND_MILLIS);
            client.startHandshake();
            assertThat(client.getInputStream().read()).isEqualTo(1);
            client.getOutputStream().write(1);
            return seen.get(BOUND_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Whatever it says: files are looked at when somebody is judged. */
    private static void judge(OutsideTls tls, X509Certificate certificate) throws Exception {
        var engine = tls.context().createSSLEngine("collector", 443);
        engine.setUseClientMode(true);
        assertThatThrownBy(() -> tls.trust().checkServerTrusted(new X509Certificate[] {certificate}, "EC", engine))
                .isInstanceOf(Exception.class);
    }
}
