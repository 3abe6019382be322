package io.bridgehead.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.PemFile;
import io.bridgehead.tls.edge.EdgeTlsSettings;
import io.bridgehead.tls.edge.EdgeTlsSettings.ClientCertificates;
import io.bridgehead.tls.handshake.TunnelTls.Library;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.jcajce.JcaBasicOCSPRespBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a listener for HTTPS does with certificates of other makes: OCSP staples, clients without SPIFFE ID, odd names. */
@Timeout(60)
final class EdgeCertificatesTest extends HttpsBed {
    private static KeyPair pair() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static X509Certificate certificate(
            X500Principal issuer, PrivateKey by, X500Principal subject, KeyPair keys, GeneralName... names)
            throws Exception {
        Instant now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                issuer,
                BigInteger.valueOf(now.toEpochMilli()),
                Date.from(now.minusSeconds(60)),
                Date.from(now.plusSeconds(3600)),
                subject,
                keys.getPublic());
        if (issuer.equals(subject)) {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        }
        if (names.length > 0) {
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        }
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by)));
    }

    private SSLSocket open(EdgeTlsSettings settings, SSLContext client) throws Exception {
        open(Library.BORINGSSL, settings);
        return connect(client);
    }

    private SSLSocket connect(SSLContext client) throws IOException {
        SSLSocket socket = (SSLSocket)
                client.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), gateway.port("https"));
        socket.setSoTimeout((int) Gateway.BOUND_MILLIS);
        return socket;
    }

    // --- OCSP

    private Path staple(MaterialFiles.Paths paths, Instant nextUpdate) throws Exception {
        X509Certificate leaf = PemFile.read(paths.certificate()).certificates().getFirst();
        KeyPair responder = pair();
        BasicOCSPRespBuilder basic = new JcaBasicOCSPRespBuilder(new X500Principal("CN=responder"));
        CertificateID id = new CertificateID(
                new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1),
                new JcaX509CertificateHolder(leaf),
                leaf.getSerialNumber());
        Instant thisUpdate = Instant.now().minusSeconds(7200);
        basic.addResponse(id, CertificateStatus.GOOD, Date.from(thisUpdate), Date.from(nextUpdate));
        byte[] der = new OCSPRespBuilder()
                .build(
                        OCSPRespBuilder.SUCCESSFUL,
                        basic.build(
                                new JcaContentSignerBuilder("SHA256withECDSA").build(responder.getPrivate()),
                                null,
                                Date.from(thisUpdate)))
                .getEncoded();
        return Files.write(folder.resolve("staple.der"), der);
    }

    private EdgeTlsSettings stapling(MaterialFiles.Paths paths, Path staple) {
        return new EdgeTlsSettings(
                "https",
                List.of(new EdgeTlsSettings.Pair(paths.certificate(), paths.key(), staple)),
                true,
                ClientCertificates.NONE,
                null,
                null,
                false,
                5_000);
    }

    private static List<byte[]> staples(SSLSocket socket) throws IOException {
        socket.startHandshake();
        return ((ExtendedSSLSession) socket.getSession()).getStatusResponses();
    }

    @Test
    void aFreshStapleReachesTheClient() throws Exception {
        MaterialFiles.Paths paths = keys.issue("stapled", "/web/stapled", "localhost");
        Path file = staple(paths, Instant.now().plusSeconds(3600));
        try (SSLSocket socket = open(stapling(paths, file), keys.client(null))) {
            assertThat(staples(socket)).singleElement().isEqualTo(Files.readAllBytes(file));
        }
    }

    @Test
    void aStaleOneDoesNot() throws Exception {
        MaterialFiles.Paths paths = keys.issue("stapled", "/web/stapled", "localhost");
        Path file = staple(paths, Instant.now().minusSeconds(60));
        try (SSLSocket socket = open(stapling(paths, file), keys.client(null))) {
            assertThat(staples(socket)).isEmpty();
        }
    }

    @Test
    void aBrokenOneIsAProblemOfTheFile() throws Exception {
        MaterialFiles.Paths paths = keys.issue("stapled", "/web/stapled", "localhost");
        Path file = Files.write(folder.resolve("broken.der"), new byte[] {0x30, 3, 10, 1});
        assertThatThrownBy(() -> keys.tls(stapling(paths, file), Library.BORINGSSL))
                .isInstanceOf(MaterialException.class)
                .hasMessageContaining("broken.der");
    }

    // --- clients of an authority that knows nothing of SPIFFE

    private SSLContext showing(X509Certificate leaf, PrivateKey key) throws Exception {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry("me", key, new char[0], new X509Certificate[] {leaf});
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(own, new char[0]);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "ca", PemFile.read(folder.resolve("ca.crt")).certificates().getFirst());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private @Nullable String forwarded() throws InterruptedException {
        return Objects.requireNonNull(backend.fields.poll(Gateway.BOUND_MILLIS, TimeUnit.MILLISECONDS))
                .getFirst("x-forwarded-client-cert");
    }

    @Test
    void aClientOfAnotherAuthorityIsLetInWithoutAnIdentity() throws Exception {
        X500Principal partners = new X500Principal("CN=Partners");
        KeyPair root = pair();
        KeyPair mine = pair();
        X509Certificate authority = certificate(partners, root.getPrivate(), partners, root);
        Path pem = Files.writeString(
                folder.resolve("partners.pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                                .encodeToString(authority.getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        X509Certificate leaf = certificate(partners, root.getPrivate(), new X500Principal("CN=till 7"), mine);
        EdgeTlsSettings some = keys.settings(ClientCertificates.REQUIRED, LOCAL);
        EdgeTlsSettings settings =
                new EdgeTlsSettings("https", some.pairs(), true, ClientCertificates.REQUIRED, pem, null, false, 5_000);
        try (SSLSocket socket = open(settings, showing(leaf, mine.getPrivate()))) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200");
            assertThat(gateway.nextRecord().caller().identity())
                    .isEqualTo(SpiffeId.unauthenticated(Gateway.DOMAIN, Gateway.SITE));
            assertThat(forwarded()).contains("Subject=\"CN=till 7\"").doesNotContain("URI=");
        }
        X509Certificate forged = certificate(partners, mine.getPrivate(), new X500Principal("CN=till 7"), mine);
        try (SSLSocket socket = connect(showing(forged, mine.getPrivate()))) {
            assertThatThrownBy(() -> {
                        socket.startHandshake();
                        socket.getInputStream().read();
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    // --- names that could end their quotes

    @Test
    void noNameCanEndItsQuotesOrItsElement() throws Exception {
        KeyPair mine = pair();
        X500Principal subject = new X500Principal("CN=\"a, \\\"b\\\"; c=d\",O=Grüße");
        assertThat(details(subject, mine, "https://x.example/a,b;By=spiffe://evil"))
                .matches("Hash=[0-9a-f]{64};.*")
                .endsWith(";Subject=\"CN=a\\, \\22b\\22\\; c\\=d,O=Gr\\C3\\BC\\C3\\9Fe\""
                        + ";URI=\"https://x.example/a,b;By=spiffe://evil\";DNS=plain.example");
    }

    @Test
    void namesOfACertificateWithANameThatIsNoneAreNotTold() throws Exception {
        assertThat(details(new X500Principal("CN=x"), pair(), "https://x.example/\";By=spiffe://evil"))
                .endsWith(";Subject=\"CN=x\"");
    }

    private static String details(X500Principal subject, KeyPair keys, String uri) throws Exception {
        return CertificateDetails.of(certificate(
                subject,
                keys.getPrivate(),
                subject,
                keys,
                new GeneralName(GeneralName.uniformResourceIdentifier, uri),
                new GeneralName(GeneralName.dNSName, "plain.example")));
    }
}
