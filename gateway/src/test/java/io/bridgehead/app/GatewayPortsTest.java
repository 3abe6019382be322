package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.app.GatewayPorts.PortProblem;
import io.bridgehead.listen.EdgeKeys;
import io.bridgehead.listen.Gateway;
import io.bridgehead.match.HostPattern;
import io.bridgehead.model.Caller;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.routing.GatewayPlan;
import io.bridgehead.routing.GatewayPort;
import io.bridgehead.routing.GatewayPort.Certificate;
import io.bridgehead.routing.GatewayPort.ClientValidation;
import io.bridgehead.routing.GatewayPort.Kind;
import io.bridgehead.routing.GatewayPort.TlsListener;
import io.bridgehead.routing.GatewayPort.TlsMode;
import io.bridgehead.routing.ProxyHeader;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.edge.HandshakeFault;
import io.bridgehead.wire.preface.Tlvs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ports that Gateways describe with TLS, on real sockets with BoringSSL. */
@Timeout(60)
final class GatewayPortsTest {
    private static final ManifestCheck CHECK = new ManifestCheck(Clock.systemUTC());

    @TempDir
    Path folder;

    private PortsBed bed;
    private GatewayPorts ports;

    @BeforeEach
    void start() throws Exception {
        bed = new PortsBed(folder);
        ports = bed.taking(_ -> null);
    }

    @AfterEach
    void stop() throws Exception {
        bed.close(ports);
    }

    private List<PortProblem> describe(GatewayPort... described) {
        return PortsBed.describe(ports, described);
    }

    private Certificate certificate(String... hosts) throws Exception {
        MaterialFiles.Paths paths = bed.keys.issue(hosts[0].replace("*", "any"), "/web/x", hosts);
        return new Certificate(
                "Secret edge/" + hosts[0], Files.readString(paths.certificate()), Files.readString(paths.key()));
    }

    private static TlsListener listener(String hostname, TlsMode mode, Certificate... certificates) {
        return new TlsListener(
                "Gateway edge/public listener " + hostname, HostPattern.parse(hostname), mode, List.of(certificates));
    }

    private static GatewayPort tls(@Nullable ClientValidation clients, TlsListener... listeners) {
        return new GatewayPort(PortsBed.PORT, "127.0.0.1", 0, Kind.TLS, List.of(listeners), clients, Set.of());
    }

    private SSLSocket connect(SSLContext context, String serverName) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), bed.gateway.port(PortsBed.PORT));
        socket.setSoTimeout((int) Gateway.BOUND_MILLIS);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(serverName.isEmpty() ? List.of() : List.of(new SNIHostName(serverName)));
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        socket.setSSLParameters(parameters);
        return socket;
    }

    private SSLSocket connect(String serverName) throws Exception {
        return connect(bed.keys.client(null), serverName);
    }

    private static String names(SSLSocket socket) throws Exception {
        socket.startHandshake();
        return String.valueOf(
                ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectAlternativeNames());
    }

    private HandshakeFault nextFault() throws InterruptedException {
        return Objects.requireNonNull(bed.faults.poll(Gateway.BOUND_MILLIS, TimeUnit.MILLISECONDS), "no fault told");
    }

    @Test
    void theServerNameSaysWhichListenerAndWhichCertificate() throws Exception {
        assertThat(describe(tls(
                        null,
                        listener(
                                "shop.example", TlsMode.HTTPS, certificate("old.example"), certificate("shop.example")),
                        listener("*.wild.example", TlsMode.HTTPS, certificate("*.wild.example")),
                        listener("passed.example", TlsMode.PASSTHROUGH),
                        listener("ended.example", TlsMode.TERMINATE, certificate("ended.example")))))
                .isEmpty();
        try (SSLSocket socket = connect("Shop.example")) {
            assertThat(names(socket)).contains("shop.example");
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(PortsBed.get(socket, "shop.example")).isEqualTo("HTTP/1.1 200 OK");
        }
        try (SSLSocket socket = connect("a.wild.example")) {
            assertThat(names(socket)).contains("*.wild.example");
            assertThat(PortsBed.get(socket, "a.wild.example")).isEqualTo("HTTP/1.1 200 OK");
        }
        try (SSLSocket socket = connect("a.b.wild.example")) {
            assertThat(names(socket)).contains("*.wild.example");
        }
        try (SSLSocket socket = connect("ended.example")) {
            assertThat(names(socket)).contains("ended.example");
            assertThat(socket.getApplicationProtocol()).isEmpty();
            socket.getOutputStream().write("inside".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            assertThat(bed.scribe.next()).asString(StandardCharsets.US_ASCII).isEqualTo("inside");
        }
    }

    @Test
    void anEndpointBehindIsToldOfTheTlsThatWasEnded() throws Exception {
        Authorizer all = Authorizer.everySite(Gateway.DOMAIN);
        ServiceRoute told = ServiceRoute.tcp("ended", List.of(PortsBed.PORT), PortsBed.at(bed.scribe.endpoint()), all);
        bed.gateway.table.swap("1", RoutingTable.of("2", List.of(told.withProxyHeader(ProxyHeader.V2))));
        String authority = Files.readString(folder.resolve("ca.crt"));
        describe(tls(
                new ClientValidation("ConfigMap edge/ca", authority, true),
                listener("ended.example", TlsMode.TERMINATE, certificate("ended.example"))));
        // before TLS 1.3 the handshake is over at both ends when the client has done it
        try (SSLSocket socket = connect(bed.keys.client(bed.keys.issue("till", "/till")), "ended.example")) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();
            assertThat(socket.getSession().getCipherSuite()).startsWith("TLS_ECDHE_ECDSA_WITH_");
            socket.getOutputStream().write('x');
            socket.shutdownOutput();
            Map<Integer, byte[]> facts = Tlvs.ofHeader(bed.scribe.next());
            assertThat(facts.get(0x02)).asString(StandardCharsets.US_ASCII).isEqualTo("ended.example");
            assertThat(facts.get(0x20)).startsWith(7, 0, 0, 0, 0);
            assertThat(Tlvs.ofSsl(facts.get(0x20)))
                    .containsEntry(0x21, "TLSv1.2")
                    .containsEntry(0x22, "till")
                    .hasEntrySatisfying(0x23, suite -> assertThat(suite).startsWith("ECDHE-ECDSA-"))
                    .containsEntry(0x24, "ecdsa-with-SHA256")
                    .containsEntry(0x25, "EC256");
        }
        try (SSLSocket socket = connect("ended.example")) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.getOutputStream().write('x');
            socket.shutdownOutput();
            byte[] ssl = Tlvs.ofHeader(bed.scribe.next()).get(0x20);
            assertThat(ssl).startsWith(1, 0, 0, 0, 1);
            assertThat(Tlvs.ofSsl(ssl)).doesNotContainKey(0x22);
        }
    }

    @Test
    void whatPassesThroughIsNotRead() throws Exception {
        describe(tls(
                null,
                listener("passed.example", TlsMode.PASSTHROUGH),
                listener("*", TlsMode.HTTPS, certificate("shop.example"))));
        try (SSLSocket socket = connect("passed.example")) {
            // the endpoint answers in clear
            assertThatThrownBy(() -> {
                        socket.setSoTimeout(200);
                        socket.startHandshake();
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(bed.scribe.next()).startsWith(22, 3);
        try (SSLSocket socket = connect("")) {
            assertThat(names(socket)).contains("shop.example");
        }
    }

    @Test
    void aServerNameThatNobodyHasIsRefused() throws Exception {
        describe(tls(null, listener("shop.example", TlsMode.HTTPS, certificate("shop.example"))));
        for (String name : List.of("other.example", "")) {
            try (SSLSocket socket = connect(name)) {
                assertThatThrownBy(socket::startHandshake).hasMessageContaining("unrecognized_name");
            }
            assertThat(nextFault()).isEqualTo(HandshakeFault.NO_SERVER);
        }
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), bed.gateway.port(PortsBed.PORT))) {
            assertThat(PortsBed.get(plain, "shop.example")).isEqualTo("HTTP/1.1 400 Bad Request");
        }
        assertThat(nextFault()).isEqualTo(HandshakeFault.NOT_TLS);
    }

    @Test
    void oneBrokenCertificateLeavesTheOtherListeners() throws Exception {
        Certificate right = certificate("shop.example");
        Certificate wrong = new Certificate(
                "Secret edge/wrong",
                right.certificatePem(),
                certificate("other.example").keyPem());
        assertThat(CHECK.problem(right)).isNull();
        assertThat(CHECK.problem(wrong)).contains("Secret edge/wrong (private key)");
        assertThat(CHECK.authorityProblem("ConfigMap edge/ca", "nothing"))
                .contains("ConfigMap edge/ca: 0 certificates");
        List<PortProblem> problems = describe(tls(
                null, listener("shop.example", TlsMode.HTTPS, right), listener("wrong.example", TlsMode.HTTPS, wrong)));
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.listener()).isEqualTo("Gateway edge/public listener wrong.example");
            assertThat(problem.message()).contains("Secret edge/wrong").doesNotContain("BEGIN");
        });
        try (SSLSocket socket = connect("wrong.example")) {
            assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
        }
        assertThat(nextFault()).isEqualTo(HandshakeFault.NO_SERVER);
        try (SSLSocket socket = connect("shop.example")) {
            assertThat(PortsBed.get(socket, "shop.example")).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void otherCertificatesAndOtherListenersLeaveConnectionsAlone() throws Exception {
        TlsListener wild = listener("*.wild.example", TlsMode.HTTPS, certificate("*.wild.example"));
        describe(tls(null, listener("shop.example", TlsMode.HTTPS, certificate("shop.example")), wild));
        int port = bed.gateway.port(PortsBed.PORT);
        try (SSLSocket before = connect("shop.example");
                SSLSocket leaving = connect("a.wild.example")) {
            PortsBed.get(before, "shop.example");
            PortsBed.get(leaving, "a.wild.example");
            Certificate next = certificate("shop.example", "next.example");
            assertThat(describe(tls(null, listener("shop.example", TlsMode.HTTPS, next))))
                    .isEmpty();
            assertThat(bed.gateway.port(PortsBed.PORT)).isEqualTo(port);
            assertThat(leaving.getInputStream().read()).isEqualTo(-1);
            assertThat(PortsBed.get(before, "shop.example")).isEqualTo("HTTP/1.1 200 OK");
            try (SSLSocket after = connect("shop.example")) {
                assertThat(names(after)).contains("next.example");
            }
        }
    }

    @Test
    void clientsMayHaveToShowCertificates() throws Exception {
        String authority = Files.readString(folder.resolve("ca.crt"));
        TlsListener shop = listener("shop.example", TlsMode.HTTPS, certificate("shop.example"));
        MaterialFiles.Paths known = bed.keys.issue("till", "/till");
        describe(tls(new ClientValidation("ConfigMap edge/ca", authority, false), shop));
        try (SSLSocket socket = connect(bed.keys.client(known), "shop.example")) {
            assertThat(PortsBed.get(socket, "shop.example")).isEqualTo("HTTP/1.1 200 OK");
            assertThat(bed.gateway.nextRecord().caller().proof()).isEqualTo(Caller.Proof.CERTIFICATE);
            describe(tls(new ClientValidation("ConfigMap edge/ca", stranger(), false), shop));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(bed.withdrawn.poll(Gateway.BOUND_MILLIS, TimeUnit.MILLISECONDS))
                    .contains("no valid path");
        }
        try (SSLSocket socket = connect(bed.keys.client(known), "shop.example")) {
            assertThatThrownBy(() -> PortsBed.get(socket, "shop.example")).isInstanceOf(IOException.class);
        }
        assertThat(nextFault()).isEqualTo(HandshakeFault.CERTIFICATE_REFUSED);
        try (SSLSocket socket = connect("shop.example")) {
            assertThatThrownBy(() -> PortsBed.get(socket, "shop.example")).isInstanceOf(IOException.class);
        }
        assertThat(nextFault()).isEqualTo(HandshakeFault.CERTIFICATE_REFUSED);
    }

    @Test
    void clientsThatProveNothingMayBeServedAllTheSame() throws Exception {
        TlsListener shop = listener("shop.example", TlsMode.HTTPS, certificate("shop.example"));
        describe(tls(new ClientValidation("ConfigMap edge/ca", stranger(), true), shop));
        for (MaterialFiles.@Nullable Paths shown :
                new MaterialFiles.@Nullable Paths[] {bed.keys.issue("till", "/till"), null}) {
            try (SSLSocket socket = connect(bed.keys.client(shown), "shop.example")) {
                assertThat(PortsBed.get(socket, "shop.example")).isEqualTo("HTTP/1.1 200 OK");
                assertThat(bed.gateway.nextRecord().caller().identity()).isEqualTo(PortsBed.ANYBODY);
                assertThat(Objects.requireNonNull(bed.backend.fields.poll(Gateway.BOUND_MILLIS, TimeUnit.MILLISECONDS))
                                .getFirst("x-forwarded-client-cert"))
                        .isNull();
            }
        }
    }

    /** An authority that nobody here has a certificate of. */
    private String stranger() throws Exception {
        Path other = Files.createDirectories(folder.resolve("other"));
        try (EdgeKeys _ = new EdgeKeys(other)) {
            return Files.readString(other.resolve("ca.crt"));
        }
    }

    @Test
    void materialForEndpointsThatCannotBeUsedIsTold() throws Exception {
        Certificate right = certificate("client.example");
        Certificate wrong = new Certificate("Secret edge/client", right.certificatePem(), "nothing");
        assertThat(CHECK.clientProblem(right)).isNull();
        assertThat(CHECK.clientProblem(wrong)).contains("no private key");
        GatewayPlan plan =
                new GatewayPlan(List.of(), Map.of("configmap:shop/ca", "nothing"), Map.of("secret:edge/client", wrong));
        assertThat(Gateway.await(ports.use(plan)))
                .extracting(PortProblem::port)
                .containsExactlyInAnyOrder("configmap:shop/ca", "secret:edge/client");
    }
}
