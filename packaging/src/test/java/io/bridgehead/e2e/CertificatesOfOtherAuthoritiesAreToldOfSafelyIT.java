package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.OtherAuthority;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.e2e.traffic.TlsClient;
import io.bridgehead.tls.MaterialFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSocket;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Clients with certificates of an authority that knows nothing of SPIFFE are let in without an identity; whatever their certificates are
 * called, endpoints read in {@code X-Forwarded-Client-Cert} what this node says and nothing that a name adds to it. The staple that lies
 * beside the listener's own certificate reaches them.
 */
final class CertificatesOfOtherAuthoritiesAreToldOfSafelyIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a");

    private static final int SET = Ports.next();
    private static final int APPEND = Ports.next();
    private static final String BY = "By=spiffe://" + TestFabric.TRUST_DOMAIN + "/site/aws/gateway/aws-a;Hash=";
    private static final String CLAIM = "By=spiffe://other/lb;Hash=00;Subject=\"CN=before\"";
    private static final X500Principal ODD = new X500Principal("CN=\"a, \\\"b\\\"; c=d\",O=Grüße");
    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");
    private static final OtherAuthority PARTNERS =
            OtherAuthority.create(FABRIC.pki().folder(), "partners");

    @BeforeAll
    static void start() {
        Path folder = node().folder();
        PARTNERS.staple(
                FABRIC.pki().web(folder, "web", "shop.example", "team.example").certificate(), staple());
        listen("set", SET, "required", "sanitizeSet");
        listen("append", APPEND, "optional", "appendForward");
        FABRIC.start();
        Map<String, List<String>> sites = Map.of("aws", List.of(ENDPOINT.address()));
        String team = "allow: [ { from: [ \"spiffe://" + TestFabric.TRUST_DOMAIN + "/team/*\" ] } ]";
        FABRIC.applied(
                node(),
                Documents.http("shop", "shop.example", sites) + "---\n"
                        + Documents.http("team", "team.example", sites, team));
        TestFabric.awaitServing(node(), "shop", "aws");
        TestFabric.awaitServing(node(), "team", "aws");
    }

    private static void listen(String name, int port, String certificates, String forward) {
        Path partners = PARTNERS.certificate("partners").toAbsolutePath();
        node().yaml()
                .listener(
                        name,
                        port,
                        "protocol: HTTPS, forwardClientCertificate: " + forward
                                + ", tls: { certificates: [ { certificate: web.crt, key: web.key, ocspStaple: web.ocsp } ],"
                                + " clientCertificates: " + certificates + ", clientAuthorities: '" + partners + "' }");
    }

    private static TestNode node() {
        return FABRIC.node("aws-a");
    }

    private static Path staple() {
        return node().folder().resolve("web.ocsp");
    }

    private static SSLSocket connect(int port, MaterialFiles.@Nullable Paths identity) throws IOException {
        return TlsClient.trusting(FABRIC.pki().folder().resolve("ca.crt"), identity)
                .to(port, "shop.example");
    }

    /** What the endpoint is told of a client that claims something itself. */
    private static @Nullable String told(int port, MaterialFiles.@Nullable Paths identity) throws IOException {
        try (SSLSocket socket = connect(port, identity)) {
            Message answer = RawClient.over(socket)
                    .send("GET / HTTP/1.1\r\nhost: shop.example\r\nx-forwarded-client-cert: " + CLAIM + "\r\n\r\n")
                    .answer();
            assertThat(answer.status()).isEqualTo(200);
            return ENDPOINT.requests().getLast().first("x-forwarded-client-cert");
        }
    }

    private static GeneralName uri(String name) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, name);
    }

    private static MaterialFiles.Paths odd() {
        return PARTNERS.issue(
                "odd",
                ODD,
                uri("https://x.example/a,b;By=spiffe://evil"),
                uri("urn:two"),
                new GeneralName(GeneralName.dNSName, "plain.example"));
    }

    @Test
    void theyAreLetInWithoutAnIdentityAndOnlyThey() throws IOException {
        MaterialFiles.Paths till = PARTNERS.issue("till", new X500Principal("CN=till 7"));
        try (SSLSocket socket = connect(SET, till)) {
            RawClient client = RawClient.over(socket);
            assertThat(client.exchange("GET", "shop.example", "/", "").status()).isEqualTo(200);
            assertThat(client.exchange("GET", "team.example", "/", "").status()).isEqualTo(403);
        }
        assertThat(told(SET, till)).matches(BY + "[0-9a-f]{64};Subject=\"CN=till 7\"");
        refused(PARTNERS.forge("forged", new X500Principal("CN=till 7")));
        refused(null);
    }

    @Test
    void noNameEndsItsQuotesOrItsElement() throws IOException {
        String element =
                BY + "[0-9a-f]{64};Subject=\"CN=a\\\\, \\\\22b\\\\22\\\\; c\\\\=d,O=Gr\\\\C3\\\\BC\\\\C3\\\\9Fe\""
                        + ";URI=\"https://x.example/a,b;By=spiffe://evil\";URI=urn:two;DNS=plain.example";
        MaterialFiles.Paths odd = odd();
        assertThat(told(SET, odd)).matches(element);
        assertThat(told(APPEND, odd)).matches("\\Q" + CLAIM + "\\E," + element);
        MaterialFiles.Paths broken =
                PARTNERS.issue("broken", new X500Principal("CN=x"), uri("https://x.example/\";By=spiffe://evil"));
        refused(broken);
    }

    private static void refused(MaterialFiles.@Nullable Paths identity) throws IOException {
        try (SSLSocket socket = connect(SET, identity)) {
            assertThatThrownBy(() -> RawClient.over(socket).exchange("GET", "shop.example", "/", ""))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aClientWithoutACertificateClaimsNothing() throws IOException {
        assertThat(told(APPEND, null)).isNull();
    }

    @Test
    void theStapleReachesTheClientAndSoDoesItsSuccessor() throws IOException {
        MaterialFiles.Paths till = PARTNERS.issue("reader", new X500Principal("CN=reader"));
        assertThat(staples(till)).hasSize(1);
        byte[] next = PARTNERS.staple(node().folder().resolve("web.crt"), staple());
        Patience.until("the new staple is sent", () -> {
            List<byte[]> sent = staples(till);
            return sent.size() == 1 && Arrays.equals(sent.getFirst(), next);
        });
    }

    private static List<byte[]> staples(MaterialFiles.Paths identity) {
        try (SSLSocket socket = connect(SET, identity)) {
            socket.startHandshake();
            return ((ExtendedSSLSession) socket.getSession()).getStatusResponses();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
