package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.app.GatewayPorts.PortProblem;
import io.bridgehead.authn.JwtIssuers;
import io.bridgehead.authn.JwtObserver;
import io.bridgehead.authn.JwtTerms;
import io.bridgehead.config.NodeConfig.DatagramLimits;
import io.bridgehead.listen.Backend;
import io.bridgehead.listen.ClientRules;
import io.bridgehead.listen.ConnectionAge;
import io.bridgehead.listen.EdgeKeys;
import io.bridgehead.listen.Gateway;
import io.bridgehead.listen.ListenerObserver;
import io.bridgehead.listen.ListenerProblem;
import io.bridgehead.listen.ListenerSpec;
import io.bridgehead.listen.Scribe;
import io.bridgehead.match.HostPattern;
import io.bridgehead.model.Caller;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.Withdrawal;
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
import io.bridgehead.tls.ManifestMaterial;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.edge.HandshakeFault;
import io.bridgehead.tls.handshake.TunnelTls.Library;
import io.bridgehead.wire.preface.Tlvs;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
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

/** Ports that Gateways describe, on real sockets with BoringSSL. */
@Timeout(60)
final class GatewayPortsTest {
    private static final String PORT = "gateway:443";
    private static final SpiffeId ANYBODY = SpiffeId.unauthenticated(Gateway.DOMAIN, Gateway.SITE);

    private static final ManifestCheck CHECK = new ManifestCheck(Clock.systemUTC());

    private final BlockingQueue<HandshakeFault> faults = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> withdrawn = new LinkedBlockingQueue<>();

    @TempDir
    Path folder;

    private EdgeKeys keys;
    private Backend backend;
    private Scribe scribe;
    private Gateway gateway;
    private GatewayPorts ports;

    @BeforeEach
    void start() throws Exception {
        keys = new EdgeKeys(folder);
        backend = new Backend();
        scribe = new Scribe();
        Authorizer all = Authorizer.everySite(Gateway.DOMAIN);
        gateway = new Gateway(
                ConnectionAge.ANY,
                new Told(),
                ServiceRoute.http("shop", List.of("shop.example", "*.wild.example"), at(backend.endpoint()), all),
                ServiceRoute.tls("passed", List.of("passed.example"), List.of(), at(scribe.endpoint()), all),
                ServiceRoute.tcp("ended", List.of(PORT), at(scribe.endpoint()), all));
        ports = taking(_ -> null);
    }

    private GatewayPorts taking(GatewayPorts.Tokens tokens) {
        return new GatewayPorts(
                new GatewayPorts.Terms(ANYBODY, 100, ClientRules.NONE, new DatagramLimits(10, Duration.ofSeconds(60))),
                gateway.listeners,
                new GatewayTls(keys.surroundings(Library.BEST), 5_000),
                new ManifestMaterial(),
                tokens);
    }

    private final class Told implements ListenerObserver {
        @Override
        public void handshakeFailed(String listener, HandshakeFault fault, String detail) {
            faults.add(fault);
        }

        @Override
        public void trustWithdrawn(String listener, @Nullable SpiffeId identity, Withdrawal why, String detail) {
            withdrawn.add(detail);
        }
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        ports.close();
        keys.close();
        backend.close();
        scribe.close();
    }

    private static SequencedMap<SiteName, List<Endpoint>> at(Endpoint endpoint) {
        SequencedMap<SiteName, List<Endpoint>> sites = new LinkedHashMap<>();
        sites.put(Gateway.SITE, List.of(endpoint));
        return sites;
    }

    private Certificate certificate(String... hosts) throws Exception {
        MaterialFiles.Paths paths = keys.issue(hosts[0].replace("*", "any"), "/web/x", hosts);
        return new Certificate(
                "Secret edge/" + hosts[0], Files.readString(paths.certificate()), Files.readString(paths.key()));
    }

    private static TlsListener listener(String hostname, TlsMode mode, Certificate... certificates) {
        return new TlsListener(
                "Gateway edge/public listener " + hostname, HostPattern.parse(hostname), mode, List.of(certificates));
    }

    private static GatewayPort tls(@Nullable ClientValidation clients, TlsListener... listeners) {
        return new GatewayPort(PORT, "127.0.0.1", 0, Kind.TLS, List.of(listeners), clients, Set.of());
    }

    private List<PortProblem> describe(GatewayPort... described) {
        return Gateway.await(ports.use(new GatewayPlan(List.of(described), Map.of(), Map.of())));
    }

    private SSLSocket connect(SSLContext context, String serverName) throws IOException {
        SSLSocket socket = (SSLSocket)
                context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), gateway.port(PORT));
        socket.setSoTimeout((int) Gateway.BOUND_MILLIS);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(serverName.isEmpty() ? List.of() : List.of(new SNIHostName(serverName)));
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        socket.setSSLParameters(parameters);
        return socket;
    }

    private SSLSocket connect(String serverName) throws Exception {
        return connect(keys.client(null), serverName);
    }

    private static String get(Socket socket, String host) throws IOException {
        socket.getOutputStream()
                .write(("GET / HTTP/1.1\r\nhost: " + host + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended after: " + head);
            }
            head.append((char) next);
        }
        return head.substring(0, head.indexOf("\r\n"));
    }

    private static String names(SSLSocket socket) throws Exception {
        socket.startHandshake();
        return String.valueOf(
                ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectAlternativeNames());
    }

    private HandshakeFault nextFault() throws InterruptedException {
        return Objects.requireNonNull(faults.poll(Gateway.BOUND_MILLIS, TimeUnit.MILLISECONDS), "no fault told");
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
            assertThat(get(socket, "shop.example")).isEqualTo("HTTP/1.1 200 OK");
        }
        try (SSLSocket socket = connect("a.wild.example")) {
            assertThat(names(socket)).contains("*.wild.example");
            assertThat(get(socket, "a.wild.example")).isEqualTo("HTTP/1.1 200 OK");
        }
        try (SSLSocket socket = connect("a.b.wild.example")) {
            assertThat(names(socket)).contains("*.wild.example");
        }
        try (SSLSocket socket = connect("ended.example")) {
            assertThat(names(socket)).contains("ended.example");
            assertThat(socket.getApplicationProtocol()).isEmpty();
            socket.getOutputStream().write("inside".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            assertThat(scribe.next()).asString(StandardCharsets.US_ASCII).isEqualTo("inside");
        }
    }

    @Test
    void anEndpointBehindIsToldOfTheTlsThatWasEnded() throws Exception {
        Authorizer all = Authorizer.everySite(Gateway.DOMAIN);
        ServiceRoute told = ServiceRoute.tcp("ended", List.of(PORT), at(scribe.endpoint()), all);
        gateway.table.swap("1", RoutingTable.of("2", List.of(told.withProxyHeader(ProxyHeader.V2))));
        String authority = Files.readString(folder.resolve("ca.crt"));
        describe(tls(
                new ClientValidation("ConfigMap edge/ca", authority, true),
                listener("ended.example", TlsMode.TERMINATE, certificate("ended.example"))));
        // before TLS 1.3 the handshake is over at both ends when the client has done it
        try (SSLSocket socket = connect(keys.client(keys.issue("till", "/till")), "ended.example")) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();
            assertThat(socket.getSession().getCipherSuite()).startsWith("TLS_ECDHE_ECDSA_WITH_");
            socket.getOutputStream().write('x');
            socket.shutdownOutput();
            Map<Integer, byte[]> facts = Tlvs.ofHeader(scribe.next());
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
            byte[] ssl = Tlvs.ofHeader(scribe.next()).get(0x20);
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
        assertThat(scribe.next()).startsWith(22, 3);
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
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), gateway.port(PORT))) {
            assertThat(get(plain, "shop.example")).isEqualTo("HTTP/1.1 400 Bad Request");
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
            assertThat(get(socket, "shop.example")).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void otherCertificatesAndOtherListenersLeaveConnectionsAlone() throws Exception {
        TlsListener wild = listener("*.wild.example", TlsMode.HTTPS, certificate("*.wild.example"));
        describe(tls(null, listener("shop.example", TlsMode.HTTPS, certificate("shop.example")), wild));
        int port = gateway.port(PORT);
        try (SSLSocket before = connect("shop.example");
                SSLSocket leaving = connect("a.wild.example")) {
            get(before, "shop.example");
            get(leaving, "a.wild.example");
            Certificate next = certificate("shop.example", "next.example");
            assertThat(describe(tls(null, listener("shop.example", TlsMode.HTTPS, next))))
                    .isEmpty();
            assertThat(gateway.port(PORT)).isEqualTo(port);
            assertThat(leaving.getInputStream().read()).isEqualTo(-1);
            assertThat(get(before, "shop.example")).isEqualTo("HTTP/1.1 200 OK");
            try (SSLSocket after = connect("shop.example")) {
                assertThat(names(after)).contains("next.example");
            }
        }
    }

    @Test
    void clientsMayHaveToShowCertificates() throws Exception {
        String authority = Files.readString(folder.resolve("ca.crt"));
        TlsListener shop = listener("shop.example", TlsMode.HTTPS, certificate("shop.example"));
        MaterialFiles.Paths known = keys.issue("till", "/till");
        describe(tls(new ClientValidation("ConfigMap edge/ca", authority, false), shop));
        try (SSLSocket socket = connect(keys.client(known), "shop.example")) {
            assertThat(get(socket, "shop.example")).isEqualTo("HTTP/1.1 200 OK");
            assertThat(gateway.nextRecord().caller().proof()).isEqualTo(Caller.Proof.CERTIFICATE);
            describe(tls(new ClientValidation("ConfigMap edge/ca", stranger(), false), shop));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(withdrawn.poll(Gateway.BOUND_MILLIS, TimeUnit.MILLISECONDS))
                    .contains("no valid path");
        }
        try (SSLSocket socket = connect(keys.client(known), "shop.example")) {
            assertThatThrownBy(() -> get(socket, "shop.example")).isInstanceOf(IOException.class);
        }
        assertThat(nextFault()).isEqualTo(HandshakeFault.CERTIFICATE_REFUSED);
        try (SSLSocket socket = connect("shop.example")) {
            assertThatThrownBy(() -> get(socket, "shop.example")).isInstanceOf(IOException.class);
        }
        assertThat(nextFault()).isEqualTo(HandshakeFault.CERTIFICATE_REFUSED);
    }

    @Test
    void clientsThatProveNothingMayBeServedAllTheSame() throws Exception {
        TlsListener shop = listener("shop.example", TlsMode.HTTPS, certificate("shop.example"));
        describe(tls(new ClientValidation("ConfigMap edge/ca", stranger(), true), shop));
        for (MaterialFiles.@Nullable Paths shown :
                new MaterialFiles.@Nullable Paths[] {keys.issue("till", "/till"), null}) {
            try (SSLSocket socket = connect(keys.client(shown), "shop.example")) {
                assertThat(get(socket, "shop.example")).isEqualTo("HTTP/1.1 200 OK");
                assertThat(gateway.nextRecord().caller().identity()).isEqualTo(ANYBODY);
                assertThat(Objects.requireNonNull(backend.fields.poll(Gateway.BOUND_MILLIS, TimeUnit.MILLISECONDS))
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
    void aPortInUseIsToldAndTheOthersAreOpened() throws Exception {
        GatewayPort busy;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            busy = new GatewayPort("127.0.0.1", taken.getLocalPort(), Kind.TCP);
            GatewayPort free = new GatewayPort("gateway:80", "127.0.0.1", 0, Kind.HTTP, List.of(), null, Set.of());
            GatewayPort datagrams =
                    new GatewayPort("gateway:udp:53", "127.0.0.1", 0, Kind.UDP, List.of(), null, Set.of());
            assertThat(describe(busy, free, datagrams)).singleElement().satisfies(problem -> {
                assertThat(problem.port()).isEqualTo(busy.name());
                assertThat(problem.reason()).isEqualTo(ListenerProblem.Reason.IN_USE);
            });
            assertThat(ports.problems()).hasSize(1);
            assertThat(gateway.listeners.openForDatagrams()).containsOnlyKeys("gateway:udp:53");
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port("gateway:80"))) {
                assertThat(get(socket, "shop.example")).isEqualTo("HTTP/1.1 200 OK");
            }
        }
        assertThat(Gateway.await(ports.retry())).isEmpty();
        assertThat(gateway.port(busy.name())).isEqualTo(busy.port());
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

    @Test
    void configuredListenersAndThoseOfGatewaysDoNotTouchEachOther() {
        ListenerSpec own =
                new ListenerSpec("web", "127.0.0.1", 0, ListenerSpec.Protocol.HTTP, ANYBODY, 100, ClientRules.NONE);
        GatewayPort described = new GatewayPort("gateway:80", "127.0.0.1", 0, Kind.HTTP, List.of(), null, Set.of());
        assertThat(Gateway.await(ports.configure(List.of(own), _ -> null))).isEmpty();
        assertThat(describe(described)).isEmpty();
        assertThat(gateway.listeners.open().keySet()).containsExactlyInAnyOrder("web", "gateway:80");
        Map<String, InetSocketAddress> before = places();
        assertThat(Gateway.await(ports.configure(List.of(own), _ -> null))).isEmpty();
        assertThat(places()).isEqualTo(before);
        assertThat(describe()).isEmpty();
        assertThat(gateway.listeners.open().keySet()).containsExactly("web");
    }

    @Test
    void portsOfGatewaysTakeTokensAsTheConfigurationSays() throws IOException {
        JwtIssuers issuers = new JwtIssuers(Runnable::run, JwtObserver.silent());
        JwtTerms required = issuers.prepare(List.of()).terms(List.of(), true);
        GatewayPort described = new GatewayPort(
                "gateway:80", "127.0.0.1", 0, Kind.HTTP, List.of(), null, Set.of("edge/public", "edge/more"));
        GatewayPorts.Tokens tokens = port -> port.gateways().contains("edge/public") ? required : null;
        ports.close();
        ports = taking(tokens);
        assertThat(describe(described)).isEmpty();
        assertThat(status()).as("before it is configured").isEqualTo(401);
        Gateway.await(ports.configure(List.of(), tokens));
        assertThat(status()).isEqualTo(401);
        assertThat(describe(described)).isEmpty();
        assertThat(status()).as("described again").isEqualTo(401);
        assertThat(ports.taken("gateway:80")).isSameAs(required);
        Gateway.await(ports.configure(List.of(), _ -> null));
        assertThat(status()).isEqualTo(200);
        issuers.close();
    }

    @Test
    void portsForBytesTakeNoTokens() {
        JwtIssuers issuers = new JwtIssuers(Runnable::run, JwtObserver.silent());
        JwtTerms required = issuers.prepare(List.of()).terms(List.of(), true);
        ports.expect(_ -> required);
        assertThat(describe(
                        new GatewayPort("gateway:80", "127.0.0.1", 0, Kind.HTTP, List.of(), null, Set.of()),
                        new GatewayPort("gateway:81", "127.0.0.1", 0, Kind.TCP, List.of(), null, Set.of()),
                        new GatewayPort("gateway:udp:53", "127.0.0.1", 0, Kind.UDP, List.of(), null, Set.of())))
                .isEmpty();
        assertThat(ports.taken("gateway:80")).isSameAs(required);
        assertThat(ports.taken("gateway:81")).isNull();
        assertThat(ports.taken("gateway:udp:53")).isNull();
        issuers.close();
    }

    @Test
    void aPortThatOpensDuringAReloadTakesTokensAsTheNextConfigurationSays() throws IOException {
        JwtIssuers issuers = new JwtIssuers(Runnable::run, JwtObserver.silent());
        JwtTerms required = issuers.prepare(List.of()).terms(List.of(), true);
        Gateway.await(ports.configure(List.of(), _ -> null));
        ports.expect(_ -> required);
        assertThat(describe(new GatewayPort("gateway:80", "127.0.0.1", 0, Kind.HTTP, List.of(), null, Set.of())))
                .isEmpty();
        assertThat(status()).isEqualTo(401);
        Gateway.await(ports.configure(List.of(), _ -> required));
        assertThat(status()).isEqualTo(401);
        issuers.close();
    }

    @Test
    void aPortWhoseGatewayIsOpenedNoLongerTakesWhatItTookUntilItIsClosed() throws IOException {
        JwtIssuers issuers = new JwtIssuers(Runnable::run, JwtObserver.silent());
        JwtTerms required = issuers.prepare(List.of()).terms(List.of(), true);
        GatewayPort described =
                new GatewayPort("gateway:80", "127.0.0.1", 0, Kind.HTTP, List.of(), null, Set.of("edge/public"));
        Gateway.await(ports.configure(List.of(), _ -> required));
        assertThat(describe(described)).isEmpty();
        GatewayPorts.Tokens without = new GatewayPorts.Tokens() {
            @Override
            public @Nullable JwtTerms at(GatewayPort port) {
                return null;
            }

            @Override
            public boolean opens(GatewayPort port) {
                return false;
            }
        };
        ports.expect(without);
        assertThat(describe(described)).as("compiled before").isEmpty();
        assertThat(status()).isEqualTo(401);
        Gateway.await(ports.configure(List.of(), without));
        assertThat(status()).isEqualTo(401);
        Gateway.await(ports.configure(List.of(), without));
        assertThat(status()).as("after another reload").isEqualTo(401);
        assertThat(describe()).isEmpty();
        assertThat(gateway.listeners.open()).isEmpty();
        issuers.close();
    }

    private int status() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port("gateway:80"))) {
            socket.setSoTimeout((int) Gateway.BOUND_MILLIS);
            return Integer.parseInt(get(socket, "shop.example").split(" ", -1)[1]);
        }
    }

    private Map<String, InetSocketAddress> places() {
        Map<String, InetSocketAddress> places = new LinkedHashMap<>();
        gateway.listeners.open().forEach((name, listener) -> places.put(name, (InetSocketAddress) listener.address()));
        return places;
    }
}
