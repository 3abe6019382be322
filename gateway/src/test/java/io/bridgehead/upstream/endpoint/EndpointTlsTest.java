package io.bridgehead.upstream.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import io.bridgehead.model.EndpointTls;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.AuthorityFiles;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.ManifestMaterial;
import io.bridgehead.tls.TestAuthority;
import io.bridgehead.tls.TlsObserver;
import io.bridgehead.tls.handshake.EndpointSecurity;
import io.bridgehead.wire.StreamReset;
import io.bridgehead.wire.WireLimits;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.Mapping;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EndpointTlsTest {
    private static final String NAME = "orders.example";
    private static final SpiffeId ORDERS = SpiffeId.parse("spiffe://acme.example/team/orders");
    private static final EndpointTls CORP = new EndpointTls(NAME, "corp", null, false, false);
    private static final PoolLimits PATIENT = new PoolLimits(8, 100, Duration.ofSeconds(10), Duration.ofSeconds(55));

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static Loops loops;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final Loop loop = loops.all().get(0);
    private final TestAuthority corp = TestAuthority.root("corp");
    private final TestAuthority fabric = TestAuthority.root("fabric");
    private final List<AutoCloseable> closing = new ArrayList<>();
    private final List<Dialer.Failure> failures = new CopyOnWriteArrayList<>();
    private final Queue<String> names = new ConcurrentLinkedQueue<>();
    private final Queue<String> callers = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void startLoops() {
        loops = Loops.start(2);
    }

    @AfterAll
    static void stopLoops() throws Exception {
        loops.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : closing) {
            each.close();
        }
    }

    private static KeyMaterial certificate(TestAuthority authority, TestAuthority.Svid svid) {
        return authority.material(svid, TestAuthority.ecKeys(), List.of(authority.certificate()));
    }

    private static TestAuthority.Svid named() {
        return TestAuthority.Svid.of(ORDERS.toString()).withDns(NAME);
    }

    private static SslContext server(KeyMaterial material, List<X509Certificate> clients, String... protocols)
            throws Exception {
        SslContextBuilder builder = SslContextBuilder.forServer(material.key(), material.chain());
        if (!clients.isEmpty()) {
            builder.clientAuth(ClientAuth.REQUIRE).trustManager(clients);
        }
        if (protocols.length > 0) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    protocols));
        }
        return builder.build();
    }

    private HostPort http2(SslContext context) {
        Http2TestEndpoint endpoint = new Http2TestEndpoint(
                loops.all().get(1), 100, (server, channel) -> secure(channel, context, () -> server.serve(channel)));
        closing.add(endpoint);
        return endpoint.address();
    }

    private HostPort http1(SslContext context) {
        return http1(context, TestEndpoint.Mode.ANSWER);
    }

    private HostPort http1(SslContext context, TestEndpoint.Mode mode) {
        TestEndpoint endpoint =
                new TestEndpoint(loops.all().get(1), mode, channel -> secure(channel, context, () -> {}));
        closing.add(endpoint);
        return endpoint.address();
    }

    private void secure(Channel channel, SslContext context, Runnable then) {
        Mapping<String, SslContext> always = name -> context;
        channel.pipeline().addLast(new SniHandler(always)).addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
                if (event instanceof SniCompletionEvent sni) {
                    names.add(String.valueOf(sni.hostname()));
                }
                if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
                    SslHandler handler = ctx.pipeline().get(SslHandler.class);
                    if (handler.engine().getNeedClientAuth()) {
                        callers.add(
                                ((X509Certificate) handler.engine().getSession().getPeerCertificates()[0])
                                        .getSubjectAlternativeNames()
                                        .toString());
                    }
                    then.run();
                    ctx.pipeline().remove(this);
                }
                ctx.fireUserEventTriggered(event);
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                ctx.close();
            }
        });
    }

    private AuthorityFiles files() throws Exception {
        return AuthorityFiles.load(Map.of("corp", pem("corp.pem", corp)), TlsObserver.silent());
    }

    private Path pem(String file, TestAuthority authority) throws Exception {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(authority.certificate().getEncoded());
        return Files.writeString(
                folder.resolve(file), "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
    }

    private RequestPool pool(HostPort address, boolean http2, EndpointTls settings, EndpointSecurity security) {
        EndpointAddresses addresses = new EndpointAddresses(
                (host, answer) -> answer.failed("no names here"), EndpointTrust.ANY, System::nanoTime, changed -> {});
        addresses.use(List.of(address));
        PoolEvents events = new PoolEvents() {
            @Override
            public void onConnectFailed(Dialer.Failure failure) {
                failures.add(failure);
            }

            @Override
            public void onPoolFull() {
                throw new AssertionError("the pool is not full");
            }
        };
        RequestPool pool = RequestPool.over(new EndpointLink(
                loop,
                new Dialer(loop, addresses),
                address,
                new EndpointProtocol(http2, new EndpointProtocol.Secured(security, settings)),
                5_000,
                () -> new EndpointBounds(PATIENT, WireLimits.endpoint()),
                events));
        closing.add(() -> OnLoop.run(loop, pool::close));
        return pool;
    }

    private String get(RequestPool pool) {
        Answer answer = new Answer();
        OnLoop.run(loop, () -> pool.open(new RequestHead("GET", "http", NAME, "/", new HeaderFields()), true, answer));
        return answer.whole();
    }

    private String get(HostPort address, boolean http2, EndpointTls settings) throws Exception {
        return get(pool(address, http2, settings, TestSecurity.of(fabric, files(), 5_000)));
    }

    private String detail() {
        return failures.getFirst().detail();
    }

    @Test
    void http1AndHttp2PassWithTheRightAuthorityAndName() throws Exception {
        SslContext context = server(certificate(corp, named()), List.of(), "h2", "http/1.1");
        assertThat(get(http1(context), false, CORP)).isEqualTo("200 ok");
        assertThat(get(http2(context), true, CORP)).isEqualTo("200 ok");
        assertThat(names).containsExactly(NAME, NAME);
        assertThat(failures).isEmpty();
    }

    @Test
    void aBodyWithoutLengthEndsWithTlsAndNotWithTcp() throws Exception {
        SslContext context = server(certificate(corp, named()), List.of());
        assertThat(get(http1(context, TestEndpoint.Mode.END), false, CORP)).isEqualTo("200 part");
        assertThat(get(http1(context, TestEndpoint.Mode.CUT_OFF), false, CORP))
                .as("anybody on the way can end TCP")
                .isEqualTo(StreamReset.CONNECTION_LOST.name());
    }

    @Test
    void manyRequestsShareOneHandshake() throws Exception {
        HostPort address = http1(server(certificate(corp, named()), List.of()));
        RequestPool pool = pool(address, false, CORP, TestSecurity.of(fabric, files(), 5_000));
        for (int i = 0; i < 5; i++) {
            assertThat(get(pool)).isEqualTo("200 ok");
        }
        assertThat(names).hasSize(1);
    }

    @Test
    void anotherAuthorityIsRefused() throws Exception {
        HostPort address = http2(server(certificate(TestAuthority.root("other"), named()), List.of(), "h2"));
        assertThat(get(address, true, CORP)).isEqualTo(StreamReset.TLS_FAILED.name());
        assertThat(detail()).contains("TLS handshake failed").contains("certification path");
        assertThat(failures).noneMatch(Dialer.Failure::local);
    }

    @Test
    void thePlatformsAuthoritiesDoNotKnowOurs() throws Exception {
        HostPort address = http1(server(certificate(corp, named()), List.of()));
        EndpointTls system = new EndpointTls(NAME, EndpointTls.SYSTEM, null, false, false);
        assertThat(get(address, false, system)).isEqualTo(StreamReset.TLS_FAILED.name());
    }

    @Test
    void anotherNameIsRefused() throws Exception {
        HostPort address = http1(server(
                certificate(corp, TestAuthority.Svid.of(ORDERS.toString()).withDns("other.example")), List.of()));
        assertThat(get(address, false, CORP)).isEqualTo(StreamReset.TLS_FAILED.name());
        assertThat(detail()).contains(NAME);
    }

    @Test
    void withoutANameTheAddressMustBeCertified() throws Exception {
        TestAuthority.Svid byAddress =
                TestAuthority.Svid.of(ORDERS.toString()).with(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
        EndpointTls unnamed = new EndpointTls(null, "corp", null, false, false);
        assertThat(get(http2(server(certificate(corp, byAddress), List.of(), "h2")), true, unnamed))
                .isEqualTo("200 ok");
        assertThat(names).containsExactly("null");
        assertThat(get(http1(server(certificate(corp, named()), List.of())), false, unnamed))
                .isEqualTo(StreamReset.TLS_FAILED.name());
    }

    @Test
    void anSvidOfTheExpectedIdPassesAndAnotherDoesNot() throws Exception {
        HostPort address = http2(server(certificate(fabric, named()), List.of(), "h2"));
        EndpointTls expected = new EndpointTls(null, EndpointTls.BUNDLE, ORDERS, false, false);
        assertThat(get(address, true, expected)).isEqualTo("200 ok");
        SpiffeId billing = SpiffeId.parse("spiffe://acme.example/team/billing");
        assertThat(get(address, true, new EndpointTls(null, EndpointTls.BUNDLE, billing, false, false)))
                .isEqualTo(StreamReset.TLS_FAILED.name());
        assertThat(detail()).contains("found endpoint " + ORDERS + "; expected " + billing);
    }

    @Test
    void aDemandedClientCertificateIsTheNodesOwn() throws Exception {
        SslContext context = server(certificate(corp, named()), List.of(fabric.certificate()), "h2", "http/1.1");
        EndpointTls showing = new EndpointTls(NAME, "corp", null, true, false);
        assertThat(get(http2(context), true, showing)).isEqualTo("200 ok");
        assertThat(get(http1(context), false, showing)).isEqualTo("200 ok");
        assertThat(callers).hasSize(2).allMatch(caller -> caller.contains("/site/aws/gateway/aws-a"));
        assertThat(get(http2(context), true, CORP)).isEqualTo(StreamReset.CONNECT_FAILED.name());
    }

    @Test
    void anEndpointThatOffersNoHttp2IsRefused() throws Exception {
        HostPort silent = http2(server(certificate(corp, named()), List.of()));
        assertThat(get(silent, true, CORP)).isEqualTo(StreamReset.TLS_FAILED.name());
        assertThat(detail()).contains("no application protocol").contains("expected 'h2'");
    }

    @Test
    void anEndpointThatSpeaksNoTlsIsRefused() throws Exception {
        TestEndpoint plain = new TestEndpoint(loops.all().get(1), TestEndpoint.Mode.HANG_UP);
        closing.add(plain);
        try (ServerSocket talker = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread answering = Thread.ofVirtual().start(() -> {
                try (var socket = talker.accept()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    socket.getInputStream().readAllBytes();
                } catch (java.io.IOException e) {
                    // the other end has seen enough
                }
            });
            assertThat(get(new HostPort("127.0.0.1", talker.getLocalPort()), false, CORP))
                    .isEqualTo(StreamReset.TLS_FAILED.name());
            assertThat(detail()).contains("does not speak TLS");
            answering.join(Duration.ofSeconds(10));
        }
    }

    @Test
    void aHandshakeThatTakesTooLongIsATimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            HostPort address = new HostPort("127.0.0.1", silent.getLocalPort());
            assertThat(get(pool(address, false, CORP, TestSecurity.of(fabric, files(), 100))))
                    .isEqualTo(StreamReset.CONNECT_TIMEOUT.name());
            assertThat(detail()).contains("no TLS handshake in time");
        }
    }

    @Test
    void unknownAuthoritiesAreTheNodesFault() throws Exception {
        HostPort address = http1(server(certificate(corp, named()), List.of()));
        assertThat(get(address, false, new EndpointTls(NAME, "elsewhere", null, false, false)))
                .isEqualTo(StreamReset.TLS_FAILED.name());
        assertThat(failures).allMatch(Dialer.Failure::local);
        assertThat(detail()).contains("authorities 'elsewhere'").contains("only corp");
    }

    @Test
    void unsafeSkipVerifyTakesAnything() throws Exception {
        HostPort address = http1(server(certificate(TestAuthority.root("other"), named()), List.of()));
        assertThat(get(address, false, new EndpointTls(null, EndpointTls.SYSTEM, null, false, true)))
                .isEqualTo("200 ok");
    }

    @Test
    void aChangedFileOfAuthoritiesIsTakenUp() throws Exception {
        TestAuthority next = TestAuthority.root("next");
        HostPort address = http1(server(certificate(next, named()), List.of()));
        AuthorityFiles files = files();
        EndpointSecurity security = TestSecurity.of(fabric, files, 5_000);
        assertThat(get(pool(address, false, CORP, security))).isEqualTo(StreamReset.TLS_FAILED.name());
        Files.writeString(folder.resolve("corp.pem"), "half a file");
        files.poll();
        pem("corp.pem", next);
        files.poll();
        assertThat(get(pool(address, false, CORP, security))).isEqualTo("200 ok");
    }

    // --- what manifests of the Gateway API ask for

    private static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    private static EndpointTls asking(EndpointTls.Manifest manifest) {
        return new EndpointTls("asked.example", "configmap:shop/ca", null, false, false, manifest);
    }

    private static EndpointTls naming(EndpointTls.SubjectName... wanted) {
        return asking(new EndpointTls.Manifest(List.of(wanted), null));
    }

    @Test
    void subjectNamesStandForTheServerNameWhichIsStillAskedFor() throws Exception {
        ManifestMaterial manifests = new ManifestMaterial();
        manifests.replace(
                Map.of(
                        "configmap:shop/ca",
                        pem("CERTIFICATE", corp.certificate().getEncoded())),
                Map.of());
        EndpointSecurity security = TestSecurity.of(fabric, manifests);
        HostPort address = http1(server(certificate(corp, named()), List.of()));
        EndpointTls.SubjectName uri = new EndpointTls.SubjectName.Uri(ORDERS.toString());
        EndpointTls.SubjectName host = new EndpointTls.SubjectName.Hostname(NAME);
        EndpointTls.SubjectName below = new EndpointTls.SubjectName.Hostname("*.example");
        EndpointTls.SubjectName other = new EndpointTls.SubjectName.Hostname("other.example");
        for (EndpointTls right : List.of(naming(uri), naming(other, host), naming(below))) {
            assertThat(get(pool(address, false, right, security))).isEqualTo("200 ok");
        }
        assertThat(names).hasSize(3).containsOnly("asked.example");
        EndpointTls.SubjectName otherUri = new EndpointTls.SubjectName.Uri("spiffe://acme.example/team/billing");
        for (EndpointTls wrong : List.of(naming(other, otherUri), asking(EndpointTls.Manifest.NONE))) {
            assertThat(get(pool(address, false, wrong, security))).isEqualTo(StreamReset.TLS_FAILED.name());
        }
        assertThat(detail()).contains("expected one of").contains("other.example");
    }

    @Test
    void authoritiesOfManifestsAreReplacedWhileTheNodeRuns() throws Exception {
        ManifestMaterial manifests = new ManifestMaterial();
        EndpointSecurity security = TestSecurity.of(fabric, manifests);
        HostPort address = http1(server(certificate(corp, named()), List.of()));
        EndpointTls settings = naming(new EndpointTls.SubjectName.Hostname(NAME));
        assertThat(get(pool(address, false, settings, security))).isEqualTo(StreamReset.TLS_FAILED.name());
        String right = pem("CERTIFICATE", corp.certificate().getEncoded());
        assertThat(manifests.replace(Map.of("configmap:shop/ca", "half", "configmap:shop/b", right), Map.of()))
                .containsOnlyKeys("configmap:shop/ca");
        assertThat(get(pool(address, false, settings, security))).isEqualTo(StreamReset.TLS_FAILED.name());
        assertThat(manifests.replace(Map.of("configmap:shop/ca", right), Map.of()))
                .isEmpty();
        assertThat(get(pool(address, false, settings, security))).isEqualTo("200 ok");
    }

    @Test
    void aClientCertificateMayComeFromManifests() throws Exception {
        TestAuthority partners = TestAuthority.root("partners");
        KeyMaterial mine = certificate(partners, TestAuthority.Svid.of("spiffe://acme.example/edge/client"));
        ManifestMaterial manifests = new ManifestMaterial();
        manifests.replace(
                Map.of(
                        "configmap:shop/ca",
                        pem("CERTIFICATE", corp.certificate().getEncoded())),
                Map.of(
                        "secret:edge/client",
                        new ManifestMaterial.Pair(
                                pem("CERTIFICATE", mine.leaf().getEncoded()),
                                pem("PRIVATE KEY", mine.key().getEncoded()))));
        EndpointSecurity security = TestSecurity.of(fabric, manifests);
        HostPort address = http1(server(certificate(corp, named()), List.of(partners.certificate())));
        EndpointTls.SubjectName name = new EndpointTls.SubjectName.Hostname(NAME);
        EndpointTls showing = asking(new EndpointTls.Manifest(List.of(name), "secret:edge/client"));
        assertThat(get(pool(address, false, showing, security))).isEqualTo("200 ok");
        assertThat(callers).singleElement().asString().contains("/edge/client");
        EndpointTls unknown = asking(new EndpointTls.Manifest(List.of(name), "secret:edge/other"));
        assertThat(get(pool(address, false, unknown, security))).isEqualTo(StreamReset.TLS_FAILED.name());
        assertThat(failures).allMatch(Dialer.Failure::local);
        assertThat(detail()).contains("client certificate 'secret:edge/other'");
    }
}
