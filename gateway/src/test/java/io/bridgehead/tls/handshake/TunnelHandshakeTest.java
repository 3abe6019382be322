package io.bridgehead.tls.handshake;

import static io.bridgehead.tls.TestAuthority.gateway;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.TestAuthority;
import io.bridgehead.tls.TestAuthority.Svid;
import io.bridgehead.tls.handshake.Loopback.End;
import io.bridgehead.tls.handshake.TunnelTls.Library;
import io.bridgehead.tls.handshake.TunnelTls.Settings;
import io.bridgehead.wire.LeakWatch;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Handshakes between real ends over loopback, with BoringSSL and with the JDK's engine on either side. */
@ExtendWith(LeakWatch.class)
final class TunnelHandshakeTest {
    private static final SpiffeId A = gateway("aws-use1", "a1");
    private static final SpiffeId B = gateway("azure-weu", "b1");
    private static final List<String> H2 = List.of("h2");
    private static final List<String> BOTH = List.of("h2", "bridgehead-reverse/1");

    private final TestAuthority root = TestAuthority.root("root");
    private final Loopback loopback = new Loopback();
    private final AtomicInteger judgements = new AtomicInteger();
    private final List<TunnelTls> made = new ArrayList<>();

    @AfterEach
    void stop() {
        loopback.close();
        made.forEach(TunnelTls::close);
    }

    @ParameterizedTest
    @CsvSource({"BORINGSSL, BORINGSSL", "BORINGSSL, JDK", "JDK, BORINGSSL", "JDK, JDK"})
    void bothSidesProveThemselvesAndBytesFlow(Library server, Library client) throws Exception {
        int port = loopback.listen(tls(server, live(B)), BOTH, ExpectedPeer.exactly(A));
        End dialed = loopback.dial(port, tls(client, live(A)), BOTH, ExpectedPeer.exactly(B));
        TlsPeer seenByClient = dialed.peer();
        TlsPeer seenByServer = loopback.accepted().peer();
        assertThat(seenByClient.id()).isEqualTo(B);
        assertThat(seenByServer.id()).isEqualTo(A);
        assertThat(seenByClient.protocol()).isEqualTo("TLSv1.3");
        assertThat(seenByServer.cipherSuite()).isIn(CipherOrder.TLS13);
        assertThat(seenByServer.applicationProtocol()).isEqualTo("h2");
        assertThat(seenByServer.chain()).hasSize(1);
        assertThat(dialed.sendAndReceive("hello")).isEqualTo("hello");
    }

    @Test
    void betweenBoringSslEndsTheKeyExchangeIsHybrid() throws Exception {
        TunnelTls server = tls(new Settings(Library.BORINGSSL, true, 5_000), live(B));
        int port = loopback.listen(server, H2, ExpectedPeer.anyone());
        End dialed = loopback.dial(port, tls(Library.BORINGSSL, live(A)), H2, ExpectedPeer.anyone());
        assertThat(dialed.peer().keyExchange()).isEqualTo("X25519MLKEM768");
        assertThat(loopback.accepted().peer().keyExchange()).isEqualTo("X25519MLKEM768");
        assertThat(server.status().hybrid()).isTrue();
        assertThat(server.status().keyExchanges()).containsExactly("X25519MLKEM768");
        assertThat(server.status().library()).contains("BoringSSL");
    }

    @Test
    void requiringHybridRefusesAPeerWithoutIt() throws Exception {
        TunnelTls server = tls(new Settings(Library.BORINGSSL, true, 5_000), live(B));
        int port = loopback.listen(server, H2, ExpectedPeer.anyone());
        End dialed = loopback.dial(port, tls(Library.JDK, live(A)), H2, ExpectedPeer.anyone());
        assertThatThrownBy(() -> loopback.accepted().peer()).hasRootCauseInstanceOf(SSLException.class);
        dialed.awaitClosed();
        assertThatThrownBy(() -> tls(new Settings(Library.JDK, true, 5_000), live(B)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("requireHybrid: the JDK's TLS has no X25519MLKEM768");
    }

    @Test
    void theKeyExchangesCanBeNarrowedForMeasurements() throws Exception {
        TunnelTls server = tls(Settings.standard("x25519"), live(B));
        int port = loopback.listen(server, H2, ExpectedPeer.anyone());
        loopback.dial(port, tls(Settings.standard(null), live(A)), H2, ExpectedPeer.anyone());
        assertThat(loopback.accepted().peer().keyExchange()).isEqualToIgnoringCase("X25519");
        assertThat(server.status().keyExchanges()).containsExactly("x25519");
        assertThatThrownBy(() -> Settings.standard("x25519,P-521"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "bridgehead.unsafeTunnelGroups 'P-521': expected some of X25519MLKEM768, x25519, secp256r1");
    }

    @Test
    void towardsAJdkPeerTheFallBackIsX25519() throws Exception {
        int port = loopback.listen(tls(Library.BORINGSSL, live(B)), H2, ExpectedPeer.anyone());
        TunnelTls jdk = tls(Library.JDK, live(A));
        End dialed = loopback.dial(port, jdk, H2, ExpectedPeer.anyone());
        assertThat(dialed.peer().keyExchange()).isEqualTo(TlsPeer.UNKNOWN_KEY_EXCHANGE);
        assertThat(loopback.accepted().peer().keyExchange()).isEqualToIgnoringCase("X25519");
        assertThat(jdk.status().hybrid()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(value = Library.class, mode = Mode.EXCLUDE, names = "BEST")
    void aServerOfAnotherAuthorityIsRefused(Library library) throws Exception {
        LiveTls elsewhere = new LiveTls(TestAuthority.root("elsewhere").material(B), TestAuthority.CLOCK);
        int port = loopback.listen(tls(library, elsewhere), H2, ExpectedPeer.anyone());
        End dialed = loopback.dial(port, tls(library, live(A)), H2, ExpectedPeer.anyone());
        assertThatThrownBy(dialed::peer).hasStackTraceContaining("no valid path to the bundle of 'acme.example'");
        dialed.awaitClosed();
    }

    @ParameterizedTest
    @EnumSource(value = Library.class, mode = Mode.EXCLUDE, names = "BEST")
    void aClientOfAnotherAuthorityIsRefused(Library library) throws Exception {
        KeyMaterial stranger =
                TestAuthority.root("elsewhere").material(Svid.of(A.toString()), keys(), List.of(root.certificate()));
        int port = loopback.listen(tls(library, live(B)), H2, ExpectedPeer.anyone());
        End dialed = loopback.dial(
                port, tls(library, new LiveTls(stranger, TestAuthority.CLOCK)), H2, ExpectedPeer.anyone());
        assertThatThrownBy(() -> loopback.accepted().peer()).hasStackTraceContaining("no valid path to the bundle");
        dialed.awaitClosed();
    }

    @ParameterizedTest
    @EnumSource(value = Library.class, mode = Mode.EXCLUDE, names = "BEST")
    void anIdentityThatIsNoGatewayIsRefused(Library library) throws Exception {
        int port = loopback.listen(tls(library, live(B)), H2, ExpectedPeer.anyone());
        LiveTls operator = live(SpiffeId.operator(TestAuthority.TRUST_DOMAIN, "alice"));
        End dialed = loopback.dial(port, tls(library, operator), H2, ExpectedPeer.anyone());
        assertThatThrownBy(() -> loopback.accepted().peer())
                .hasStackTraceContaining("found peer spiffe://acme.example/operator/alice")
                .hasStackTraceContaining("expected spiffe://acme.example/site/<site>/gateway/<node>");
        dialed.awaitClosed();
    }

    @ParameterizedTest
    @EnumSource(value = Library.class, mode = Mode.EXCLUDE, names = "BEST")
    void aClientWithoutCertificateIsRefused(Library library) throws Exception {
        int port = loopback.listen(tls(library, live(B)), H2, ExpectedPeer.anyone());
        try (SSLSocket socket = plainClient(port, clientContext(new KeyManager[0]))) {
            assertThatThrownBy(() -> {
                        socket.startHandshake();
                        socket.getInputStream().read();
                    })
                    .isInstanceOfAny(SSLException.class, SocketException.class);
        }
        assertThatThrownBy(() -> loopback.accepted().peer()).hasRootCauseInstanceOf(SSLException.class);
    }

    @ParameterizedTest
    @EnumSource(value = Library.class, mode = Mode.EXCLUDE, names = "BEST")
    void thePeerOfAnotherSiteIsClosedBeforeAByteOfItsIsRead(Library library) throws Exception {
        ExpectedPeer gcp = ExpectedPeer.gatewayAt(TestAuthority.TRUST_DOMAIN, new SiteName("gcp-euw4"));
        int port = loopback.listen(tls(library, live(B)), H2, gcp);
        End dialed = loopback.dial(port, tls(library, live(A)), H2, ExpectedPeer.anyone());
        ChannelFuture _ = dialed.channel().writeAndFlush(Unpooled.copiedBuffer("early", StandardCharsets.US_ASCII));
        End accepted = loopback.accepted();
        assertThatThrownBy(accepted::peer)
                .hasRootCauseInstanceOf(CertificateException.class)
                .hasRootCauseMessage(
                        "found peer " + A + "; expected spiffe://acme.example/site/gcp-euw4/gateway/<node>");
        dialed.awaitClosed();
        accepted.awaitClosed();
        assertThat(accepted.receivedSoFar()).isNull();
        assertThat(TunnelTls.peer(accepted.channel())).isNull();
    }

    @ParameterizedTest
    @EnumSource(value = Library.class, mode = Mode.EXCLUDE, names = "BEST")
    void theDialerRefusesAServerThatIsNotWhomItMeant(Library library) throws Exception {
        int port = loopback.listen(tls(library, live(B)), H2, ExpectedPeer.anyone());
        End dialed = loopback.dial(port, tls(library, live(A)), H2, ExpectedPeer.exactly(gateway("gcp-euw4", "c1")));
        assertThatThrownBy(dialed::peer).hasStackTraceContaining("found peer " + B + "; expected");
        dialed.awaitClosed();
    }

    @ParameterizedTest
    @CsvSource({"BORINGSSL, BORINGSSL", "BORINGSSL, JDK", "JDK, BORINGSSL", "JDK, JDK"})
    void noCommonApplicationProtocolClosesTheConnection(Library server, Library client) throws Exception {
        int port = loopback.listen(tls(server, live(B)), H2, ExpectedPeer.anyone());
        End dialed = loopback.dial(port, tls(client, live(A)), List.of("bridgehead-join/1"), ExpectedPeer.anyone());
        End accepted = loopback.accepted();
        // Which end notices first, and so hears an alert or a close, depends on the engines.
        assertThatThrownBy(dialed::peer).hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(accepted::peer).hasCauseInstanceOf(IOException.class);
        dialed.awaitClosed();
        accepted.awaitClosed();
    }

    @Test
    void aSecondBoringSslConnectionIsNotResumed() throws Exception {
        TunnelTls client = tls(Library.BORINGSSL, live(A));
        int port = loopback.listen(tls(Library.BORINGSSL, live(B)), H2, ExpectedPeer.anyone());
        for (int i = 0; i < 3; i++) {
            End dialed = loopback.dial(port, client, H2, ExpectedPeer.anyone());
            assertThat(dialed.sendAndReceive("hello")).isEqualTo("hello");
            assertThat(isReused(dialed)).isFalse();
            assertThat(dialed.peer().resumed()).isEqualTo(Resumption.Seen.NO);
            assertThat(isReused(loopback.accepted())).isFalse();
            dialed.channel().close().sync();
        }
    }

    /** A client that resumes does not judge the server again; this one had to, every time. */
    @ParameterizedTest
    @EnumSource(value = Library.class, mode = Mode.EXCLUDE, names = "BEST")
    void aClientThatWouldLikeToResumeCannot(Library library) throws Exception {
        int port = loopback.listen(tls(library, live(B)), H2, ExpectedPeer.anyone());
        SSLContext context = clientContext(keyManagers(root.material(A)));
        for (int connection = 1; connection <= 3; connection++) {
            try (SSLSocket socket = plainClient(port, context)) {
                socket.startHandshake();
                socket.getOutputStream().write('x');
                assertThat(socket.getInputStream().read()).isEqualTo('x');
            }
            assertThat(judgements.get()).isEqualTo(connection);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Library.class, mode = Mode.EXCLUDE, names = "BEST")
    void aSwapChangesTheNextHandshakeAndLeavesLiveConnectionsToARecheck(Library library) throws Exception {
        LiveTls serverLive = live(B);
        LiveTls clientLive = live(A);
        TunnelTls server = tls(library, serverLive);
        TunnelTls client = tls(library, clientLive);
        int port = loopback.listen(server, H2, ExpectedPeer.anyone());
        End before = loopback.dial(port, client, H2, ExpectedPeer.anyone());
        TlsPeer old = before.peer();
        End accepted = loopback.accepted();
        assertThat(server.recheck(accepted.peer().chain())).isEqualTo(A);

        TestAuthority next = TestAuthority.root("next");
        serverLive.swap(next.material(B));
        assertThat(server.status().generation()).isEqualTo(2);
        assertThat(before.sendAndReceive("still")).isEqualTo("still");
        List<X509Certificate> chain = accepted.peer().chain();
        assertThatThrownBy(() -> server.recheck(chain)).hasMessageContaining("no valid path to the bundle");
        End refused = loopback.dial(port, client, H2, ExpectedPeer.anyone());
        assertThatThrownBy(refused::peer).hasStackTraceContaining("no valid path");

        clientLive.swap(next.material(A));
        End after = loopback.dial(port, client, H2, ExpectedPeer.anyone());
        assertThat(after.peer().generation()).isEqualTo(2);
        assertThat(after.peer().chain()).isNotEqualTo(old.chain());
    }

    @Test
    void manySwapsWhileOthersConnectRefuseNobody() throws Exception {
        LiveTls live = live(B);
        TunnelTls server = tls(Library.BORINGSSL, live);
        TunnelTls client = tls(Library.BORINGSSL, live(A));
        int port = loopback.listen(server, H2, ExpectedPeer.anyone());
        for (int i = 0; i < 20; i++) {
            End dialed = loopback.dial(port, client, H2, ExpectedPeer.anyone());
            live.swap(root.material(B));
            live.swap(root.material(B));
            assertThat(dialed.peer().id()).isEqualTo(B);
        }
        assertThat(live.current().number()).isEqualTo(41);
    }

    @Test
    void quarantineIsAskedAtHandshakeAndRecheck() throws Exception {
        AtomicBoolean ordered = new AtomicBoolean();
        ExpectedPeer notInQuarantine = _ -> ordered.get() ? "in quarantine" : null;
        TunnelTls server = new TunnelTls(live(B), notInQuarantine, Settings.STANDARD, ForkJoinPool.commonPool());
        made.add(server);
        int port = loopback.listen(server, H2, ExpectedPeer.anyone());
        loopback.dial(port, tls(Library.BEST, live(A)), H2, ExpectedPeer.anyone());
        List<X509Certificate> chain = loopback.accepted().peer().chain();
        ordered.set(true);
        assertThatThrownBy(() -> server.recheck(chain)).hasMessage("in quarantine");
        loopback.dial(port, tls(Library.BEST, live(A)), H2, ExpectedPeer.anyone());
        assertThatThrownBy(() -> loopback.accepted().peer()).hasStackTraceContaining("in quarantine");
    }

    @Test
    void silenceEndsTheHandshakeByItsTimer() throws Exception {
        int port = loopback.listen(tls(new Settings(Library.BEST, false, 100), live(B)), H2, ExpectedPeer.anyone());
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThatThrownBy(() -> loopback.accepted().peer()).hasStackTraceContaining("timed out");
            silent.setSoTimeout(20_000);
            assertThat(silent.getInputStream().readAllBytes().length).isLessThan(100);
        }
    }

    @Test
    void plaintextIsNoHandshake() throws Exception {
        int port = loopback.listen(tls(Library.BEST, live(B)), H2, ExpectedPeer.anyone());
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> loopback.accepted().peer()).hasRootCauseInstanceOf(SSLException.class);
        }
    }

    @Test
    void theBestLibraryIsBoringSslWhereItLoads() {
        assertThat(OpenSsl.isAvailable()).isTrue();
        assertThat(tls(Library.BEST, live(A)).status().library()).contains("BoringSSL");
        TunnelTls closed = tls(Library.JDK, live(A));
        assertThat(closed.status().library()).startsWith("JDK");
    }

    private TunnelTls tls(Library library, LiveTls live) {
        return tls(new Settings(library, false, 5_000), live);
    }

    private TunnelTls tls(Settings settings, LiveTls live) {
        TunnelTls tls = new TunnelTls(live, ExpectedPeer.anyone(), settings, ForkJoinPool.commonPool());
        made.add(tls);
        return tls;
    }

    private LiveTls live(SpiffeId id) {
        return new LiveTls(root.material(id), TestAuthority.CLOCK);
    }

    private static java.security.KeyPair keys() throws Exception {
        var generator = java.security.KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static boolean isReused(End end) {
        SslHandler handler = end.channel().pipeline().get(SslHandler.class);
        return SSL.isSessionReused(((ReferenceCountedOpenSslEngine) handler.engine()).sslPointer());
    }

    private SSLContext clientContext(KeyManager[] keys) throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        ExpectedPeer counting = _ -> {
            judgements.incrementAndGet();
            return null;
        };
        TrustManager[] trust = {PeerTrust.manager(root.validator(), counting)};
        context.init(keys, trust, new SecureRandom());
        return context;
    }

    private static SSLSocket plainClient(int port, SSLContext context) throws Exception {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static KeyManager[] keyManagers(KeyMaterial material) throws Exception {
        char[] password = "test".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, password);
        store.setKeyEntry("node", material.key(), password, material.chain().toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, password);
        return factory.getKeyManagers();
    }
}
