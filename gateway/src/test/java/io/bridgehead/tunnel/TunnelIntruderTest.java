package io.bridgehead.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.pki.Authority;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Whoever may not be on the tunnel port is closed and counted with the reason, while a true peer's requests go on. */
@Isolated("a true peer that others hold up would be suspected")
class TunnelIntruderTest {
    @TempDir
    Path folder;

    private TestFabric fabric;
    private TestNode aws;
    private TestNode azure;

    @BeforeEach
    void start() {
        fabric = new TestFabric(folder);
        aws = fabric.start("aws", "a1", 2, 0, TunnelLimits.defaults().withFloodBounds(24, 16));
        azure = fabric.start("azure", "z1");
        TestFabric.mesh(aws, azure);
    }

    @AfterEach
    void stop() {
        try {
            assertThat(Await.done(Exchange.get(azure, aws.node(), "/name").result())
                            .text())
                    .as("a true peer was not disturbed")
                    .isEqualTo("a1");
            assertThat(azure.hasEvent("liveness a1", "UP->")).isFalse();
        } finally {
            fabric.close();
        }
    }

    private void refused(String... parts) {
        Await.until("event " + List.of(parts) + " among " + aws.events(), () -> aws.hasEvent(parts));
    }

    private TestNode intruder(String site, String name, KeyMaterial material) {
        TestNode node = fabric.started(new TestNode(site, name, material, 1, 0, TunnelLimits.defaults()));
        node.start().tunnels().reconcile(List.of(aws.address()), Set.of());
        return node;
    }

    @Test
    void plaintextBytes() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), aws.port())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            awaitEnd(socket);
        }
        refused("intruder NOT_TLS");
    }

    @Test
    void silence() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), aws.port())) {
            awaitEnd(socket);
        }
        refused("intruder HANDSHAKE_TIMEOUT");
    }

    @Test
    void noCertificate() throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, new TrustManager[] {new TrustingAll()}, null);
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), aws.port())) {
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            awaitEnd(socket);
        }
        refused("intruder CERTIFICATE_REFUSED");
    }

    @Test
    void theCertificateOfAnotherAuthority() {
        Authority other = TestFabric.authority(TestFabric.DOMAIN, folder.resolve("other"));
        SpiffeId id = SpiffeId.gateway(TestFabric.DOMAIN, new SiteName("gcp"), new NodeName("g1"));
        TestNode gcp = intruder("gcp", "g1", fabric.material(other, id));
        Await.until("the dialer refuses us too", () -> gcp.hasEvent("dialFailed", "CERTIFICATE_REFUSED"));
        refused("intruder");
    }

    @Test
    void anotherTrustDomain() {
        TrustDomain domain = new TrustDomain("evil.example");
        Authority other = TestFabric.authority(domain, folder.resolve("evil"));
        SpiffeId id = SpiffeId.gateway(domain, new SiteName("gcp"), new NodeName("g1"));
        TestNode gcp = intruder("gcp", "g1", fabric.material(other, id));
        Await.until("the dialer refuses us too", () -> gcp.hasEvent("dialFailed", "CERTIFICATE_REFUSED"));
        refused("intruder");
    }

    @Test
    void theCertificateOfAnOperator() {
        KeyMaterial operator = fabric.material(fabric.authority(), SpiffeId.operator(TestFabric.DOMAIN, "alice"));
        intruder("gcp", "g1", operator);
        refused("intruder CERTIFICATE_REFUSED", "/operator/alice");
    }

    @Test
    void aCertificateOfAnotherSiteThanTheHelloClaims() {
        TestNode liar = intruder("gcp", "g1", fabric.gateway("oracle", "o1"));
        refused("intruder IDENTITY_MISMATCH", "site 'gcp' and node 'g1'", "/site/oracle/gateway/o1");
        Await.until(
                "the dialer is told",
                () -> liar.hasEvent("dialFailed", "HELLO_REFUSED", "identity-mismatch", "/site/oracle/"));
        assertThat(aws.hasEvent("connected", "oracle")).isFalse();
    }

    @Test
    void aFloodFromOneAddress() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                sockets.add(new Socket(InetAddress.getLoopbackAddress(), aws.port()));
            }
            refused("intruder FLOOD");
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        Await.until("the places are free again", () -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), aws.port())) {
                socket.setSoTimeout(100);
                return socket.getInputStream().read() >= 0;
            } catch (java.net.SocketTimeoutException e) {
                return true; // not closed at once
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void aPeerWhoseAuthorityIsNoLongerTrusted() {
        TestNode gcp = intruder("gcp", "g1", fabric.gateway("gcp", "g1"));
        gcp.awaitRequests(aws);
        Authority next = TestFabric.authority(TestFabric.DOMAIN, folder.resolve("next"));
        SpiffeId id = SpiffeId.gateway(TestFabric.DOMAIN, new SiteName("gcp"), new NodeName("g1"));
        gcp.live().swap(fabric.material(next, id));
        Await.until(
                "closed with the reason: " + gcp.events(),
                () -> gcp.hasEvent("disconnected", "TRUST_WITHDRAWN", "trust anchor"));
        gcp.awaitLiveness(aws, Liveness.DEAD);
    }

    private static void awaitEnd(Socket socket) throws IOException {
        socket.setSoTimeout((int) (TestNode.HANDSHAKE_MILLIS + 20_000));
        InputStream in = socket.getInputStream();
        try {
            while (in.read() >= 0) {
                // An alert, perhaps.
            }
        } catch (SocketException | javax.net.ssl.SSLException e) {
            assertThat(e).isNotNull();
        }
    }

    private static final class TrustingAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
