package io.bridgehead.e2e;

import static io.bridgehead.e2e.harness.Manifests.authorities;
import static io.bridgehead.e2e.harness.Manifests.secret;
import static io.bridgehead.e2e.harness.Manifests.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.Standalone;
import io.bridgehead.e2e.harness.TestPki;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TcpEcho;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.e2e.traffic.TlsClient;
import io.bridgehead.e2e.traffic.TlsEndpoint;
import io.bridgehead.e2e.traffic.TlsPeer;
import io.bridgehead.e2e.traffic.UdpEcho;
import io.bridgehead.tls.MaterialFiles;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node alone opens what a Gateway describes: HTTPS, TLS passed through and ended at one port, client certificates, TCP and UDP. */
final class PortsOfGatewaysSpeakTlsTcpAndUdpIT {
    private static final int TLS = Ports.next();
    private static final int PRIVATE = Ports.next();
    private static final int TCP = Ports.next();
    private static final int UDP = Ports.next();
    private static final List<AutoCloseable> CLOSING = new ArrayList<>();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before every test
    private static Path folder;

    @SuppressWarnings("NullAway.Init") // set before every test
    private static TestPki pki;

    @SuppressWarnings("NullAway.Init") // set before every test
    private static Standalone node;

    private static <T extends AutoCloseable> T closing(T opened) {
        CLOSING.add(opened);
        return opened;
    }

    @BeforeAll
    static void start() {
        pki = TestPki.create(folder, "e2e.example");
        node = closing(Standalone.in(folder));
        node.write("gateway.yaml", gateway())
                .write("routes.yaml", routes())
                .write("secrets.yaml", secrets("shop.example"))
                .write("services.yaml", services());
        node.start().awaitReady();
    }

    @AfterAll
    static void stop() throws Exception {
        assertThat(node.stop()).isIn(0, 143);
        for (AutoCloseable each : CLOSING.reversed()) {
            each.close();
        }
    }

    private static String gateway() {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: { name: edge }
                spec:
                  gatewayClassName: bridgehead
                  addresses: [ { value: 127.0.0.1 } ]
                  tls:
                    frontend:
                      default: {}
                      perPort:
                      - port: %2$d
                        tls: { validation: { caCertificateRefs: [ { group: "", kind: ConfigMap, name: clients } ] } }
                  listeners:
                  - { name: shop, port: %1$d, protocol: HTTPS, hostname: shop.example, tls: { certificateRefs: [ { name: shop } ] } }
                  - { name: wild, port: %1$d, protocol: HTTPS, hostname: "*.wild.example", tls: { certificateRefs: [ { name: wild } ] } }
                  - { name: broken, port: %1$d, protocol: HTTPS, hostname: broken.example, tls: { certificateRefs: [ { name: broken } ] } }
                  - { name: passed, port: %1$d, protocol: TLS, hostname: passed.example, tls: { mode: Passthrough } }
                  - { name: ended, port: %1$d, protocol: TLS, hostname: ended.example, tls: { mode: Terminate, certificateRefs: [ { name: ended } ] } }
                  - { name: private, port: %2$d, protocol: HTTPS, hostname: shop.example, tls: { certificateRefs: [ { name: shop } ] } }
                  - { name: tcp, port: %3$d, protocol: TCP }
                  - { name: udp, port: %4$d, protocol: UDP }
                """.formatted(TLS, PRIVATE, TCP, UDP);
    }

    private static String route(String kind, String listeners, String more) {
        String name = kind.toLowerCase(java.util.Locale.ROOT) + "-" + listeners.split(" ", -1)[0];
        StringBuilder parents = new StringBuilder();
        for (String listener : listeners.split(" ", -1)) {
            parents.append("\n  - { name: edge, sectionName: ").append(listener).append(" }");
        }
        return "---\napiVersion: gateway.networking.k8s.io/v1\nkind: " + kind + "\nmetadata: { name: " + name
                + " }\nspec:\n  parentRefs:" + parents + "\n" + more.indent(2);
    }

    private static String to(String services) {
        StringBuilder all = new StringBuilder();
        for (String service : services.split(" ", -1)) {
            all.append(all.isEmpty() ? "" : ", ")
                    .append("{ name: ")
                    .append(service)
                    .append(", port: 80 }");
        }
        return "rules: [ { backendRefs: [ " + all + " ] } ]";
    }

    private static String routes() {
        return route("HTTPRoute", "shop private", to("shop"))
                + route("HTTPRoute", "wild", to("secure"))
                + route("TLSRoute", "passed", "hostnames: [ passed.example ]\n" + to("passed"))
                + route("TLSRoute", "ended", "hostnames: [ ended.example ]\n" + to("first"))
                + route("TCPRoute", "tcp", to("first second"))
                + route("UDPRoute", "udp", to("datagrams"));
    }

    private static String secrets(String... shopHosts) {
        MaterialFiles.Paths shop = pki.web(folder, "shop", shopHosts);
        MaterialFiles.Paths wild = pki.web(folder, "wild", "*.wild.example");
        MaterialFiles.Paths ended = pki.web(folder, "ended", "ended.example");
        return secret("shop", shop.certificate(), shop.key())
                + secret("wild", wild.certificate(), wild.key())
                + secret("ended", ended.certificate(), ended.key())
                + secret("broken", wild.certificate(), ended.key())
                + authorities("clients", pki.folder().resolve("ca.crt"));
    }

    private static String services() {
        TlsPeer.Endpoint passed =
                closing(TlsPeer.with(pki.workload("/team/passed", "passed")).serve());
        TlsEndpoint secure =
                closing(TlsEndpoint.start("secure", pki.server("/team/secure", "secure", "inner.example"), false));
        return service("shop", closing(TestEndpoint.start("shop")).address())
                + service("passed", passed.address())
                + service(
                        "first",
                        closing(TcpEcho.start("first", TcpEcho.Manner.ECHO)).address())
                + service(
                        "second",
                        closing(TcpEcho.start("second", TcpEcho.Manner.ECHO)).address())
                + service("datagrams", closing(UdpEcho.start()).address(), "UDP")
                + service("secure", secure.address())
                + """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: BackendTLSPolicy
                metadata: { name: secure }
                spec:
                  targetRefs: [ { group: "", kind: Service, name: secure } ]
                  validation:
                    hostname: other.example
                    subjectAltNames: [ { type: Hostname, hostname: inner.example } ]
                    caCertificateRefs: [ { group: "", kind: ConfigMap, name: clients } ]
                """;
    }

    private static TlsClient client(MaterialFiles.@Nullable Paths identity) {
        return TlsClient.trusting(pki.folder().resolve("ca.crt"), identity);
    }

    private static int get(SSLSocket socket, String host) throws IOException {
        return RawClient.over(socket).exchange("GET", host, "/", "").status();
    }

    @Test
    void theServerNameSaysWhichListenerServes() throws Exception {
        try (SSLSocket socket = client(null).to(TLS, "shop.example", "http/1.1")) {
            assertThat(get(socket, "shop.example")).isEqualTo(200);
            assertThat(get(socket, "a.wild.example")).as("of another listener").isEqualTo(421);
        }
        try (SSLSocket socket = client(null).to(TLS, "a.wild.example", "h2")) {
            socket.startHandshake();
            assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
            assertThat(TlsClient.names(socket)).contains("*.wild.example");
        }
        for (String name : List.of("other.example", "broken.example")) {
            try (SSLSocket socket = client(null).to(TLS, name)) {
                assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void anEndpointIsSpokenToAsItsPolicySays() {
        Patience.until("the endpoint answers", () -> answer("a.wild.example").equals("secure"), node::log);
    }

    private static String answer(String host) {
        try (SSLSocket socket = client(null).to(TLS, host, "http/1.1")) {
            return RawClient.over(socket).exchange("GET", host, "/", "").text();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void tlsPassesThroughBesideIt() throws IOException {
        TlsPeer peer = TlsPeer.with(pki.workload("/team/caller", "caller"));
        assertThat(peer.say(TLS, "passed.example", "hello"))
                .isEqualTo("spiffe://e2e.example/team/passed says spiffe://e2e.example/team/caller called"
                        + " [passed.example] with hello");
    }

    @Test
    void tlsIsEndedForBytes() throws IOException {
        try (SSLSocket socket = client(null).to(TLS, "ended.example")) {
            RawClient bytes = RawClient.over(socket);
            assertThat(TlsClient.names(socket)).contains("ended.example");
            assertThat(TcpEcho.greeted(bytes)).isEqualTo("first");
            bytes.send("inside");
            assertThat(new String(bytes.bytes(6), StandardCharsets.US_ASCII)).isEqualTo("inside");
        }
    }

    @Test
    void clientsOfOnePortMustShowCertificates() throws Exception {
        try (SSLSocket socket = client(pki.workload("/team/till", "till")).to(PRIVATE, "shop.example", "http/1.1")) {
            assertThat(get(socket, "shop.example")).isEqualTo(200);
        }
        try (SSLSocket socket = client(null).to(PRIVATE, "shop.example", "http/1.1")) {
            assertThatThrownBy(() -> get(socket, "shop.example")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void connectionsShareThePlacesOfTheirPort() throws IOException {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 100 && seen.size() < 2; i++) {
            try (RawClient connection = RawClient.to(TCP)) {
                seen.add(TcpEcho.greeted(connection));
            }
        }
        assertThat(seen).containsExactlyInAnyOrder("first", "second");
    }

    @Test
    void datagramsGoAndComeBack() throws IOException {
        try (DatagramSocket client = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            client.setSoTimeout(1000);
            client.connect(InetAddress.getLoopbackAddress(), UDP);
            for (int size : new int[] {1, 1400, 65_507}) {
                Patience.until("a datagram of " + size + " bytes comes back", () -> comesBack(client, size), node::log);
            }
        }
    }

    /** Sends once; datagrams may be lost. */
    private static boolean comesBack(DatagramSocket client, int size) {
        try {
            client.send(new DatagramPacket(new byte[size], size));
            DatagramPacket back = new DatagramPacket(new byte[65_507], 65_507);
            client.receive(back);
            return back.getLength() == size;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aBrokenSecretIsToldOf() {
        String status = Cli.run(
                        "describe",
                        "gateway",
                        "default/edge",
                        "-o",
                        "json",
                        "--socket",
                        node.socket().toString())
                .good()
                .out();
        assertThat(status).contains("InvalidCertificateRef").contains("private key");
    }

    @Test
    void anotherCertificateLeavesConnectionsAlone() throws Exception {
        try (SSLSocket before = client(null).to(TLS, "shop.example", "http/1.1")) {
            RawClient connection = RawClient.over(before);
            assertThat(connection.exchange("GET", "shop.example", "/", "").status())
                    .isEqualTo(200);
            node.write("secrets.yaml", secrets("shop.example", "renewed.example"));
            Patience.until("the new certificate is shown", () -> shown().contains("renewed.example"));
            assertThat(connection.exchange("GET", "shop.example", "/", "").status())
                    .isEqualTo(200);
        }
    }

    private static String shown() {
        try (SSLSocket socket = client(null).to(TLS, "shop.example", "http/1.1")) {
            socket.startHandshake();
            return TlsClient.names(socket);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
